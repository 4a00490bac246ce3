package pivm.engine.image.source;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.Addresses;
import pivm.engine.image.ChecksumList;
import pivm.engine.image.Listing;
import pivm.engine.image.NamePattern;
import pivm.engine.image.Offer;
import pivm.engine.manifest.Checksum;

/** Asks the web what it offers. */
final class SourceReader {
  /**
   * As many of the newest versions are looked at before a page counts as without a fitting file.
   */
  private static final int FOLDERS = 5;

  private final Web web;

  SourceReader(Web web) {
    this.web = web;
  }

  /**
   * The newest that fits, and what lies beside it.
   *
   * @param listed the files of its page
   */
  private record Found(Offer newest, List<Offer> listed) {}

  /**
   * The newest file that a page offers, with its checksum where one lies beside it.
   *
   * @param page may name {@code ${version}} as a folder
   * @param given its checksum; null when the manifest gives none
   * @param checksumUrl a list of checksums to use; null to look for one
   * @throws WebException when the page cannot be had, or nothing on it fits
   */
  Offer newest(String page, String pattern, @Nullable Checksum given, @Nullable String checksumUrl)
      throws WebException, InterruptedException {
    NamePattern names = NamePattern.of(pattern);
    String above = Listing.aboveVersions(page);
    Found found = above == null ? onPage(page, names) : inFolders(page, above, names);
    if (found == null) {
      throw new WebException(
          Addresses.shown(page) + " offers no file whose name is " + pattern, true, null);
    }
    Offer newest = given == null ? found.newest() : found.newest().withChecksum(given);
    if (newest.checksum() != null) {
      return newest;
    }
    return newest.withChecksum(checksum(newest, checksumUrl, found.listed()));
  }

  private @Nullable Found onPage(String address, NamePattern names)
      throws WebException, InterruptedException {
    Web.Page page = web.page(parsed(address));
    List<Offer> files = Listing.files(page.text(), page.address());
    Offer newest = names.newest(files);
    if (newest != null) {
      return new Found(newest, files);
    }
    for (URI folded :
        Listing.folded(page.text(), page.address()).stream().limit(FOLDERS).toList()) {
      Web.Page part = web.page(folded);
      List<Offer> assets = Listing.files(part.text(), part.address());
      newest = names.newest(assets);
      if (newest != null) {
        return new Found(newest, assets);
      }
    }
    return null;
  }

  private @Nullable Found inFolders(String page, String above, NamePattern names)
      throws WebException, InterruptedException {
    Web.Page list = web.page(parsed(above));
    List<String> versions = Listing.versions(list.text(), list.address(), page);
    for (String version : versions.stream().limit(FOLDERS).toList()) {
      try {
        Found found = onPage(page.replace("${version}", version), names);
        if (found != null) {
          Offer newest = found.newest();
          boolean unnamed = newest.version().isEmpty();
          return new Found(unnamed ? newest.withVersion(version) : newest, found.listed());
        }
      } catch (WebException incomplete) {
        // A folder that is just being filled; an unreachable server has no further answer either.
        if (!incomplete.lasting()) {
          throw incomplete;
        }
      }
    }
    return null;
  }

  /**
   * A file's checksum.
   *
   * @param checksumUrl a list of checksums to use; null to look beside the file
   * @param listed what lies beside the file; null when not known
   * @return null when there is none beside it
   * @throws WebException when the list that is named cannot be had or lacks the file
   */
  @Nullable Checksum checksum(
      Offer file, @Nullable String checksumUrl, @Nullable List<Offer> listed)
      throws WebException, InterruptedException {
    if (checksumUrl != null) {
      Web.Page page = web.page(parsed(checksumUrl));
      Checksum checksum = ChecksumList.find(page.text(), file.name());
      if (checksum == null) {
        throw new WebException(
            Addresses.shown(checksumUrl) + " has no checksum of " + file.name(), true, null);
      }
      return checksum;
    }
    for (URI beside : ChecksumList.beside(parsed(file.address()), listed)) {
      try {
        Checksum checksum = ChecksumList.find(web.page(beside).text(), file.name());
        if (checksum != null) {
          return checksum;
        }
      } catch (WebException absent) {
        if (!absent.lasting()) {
          return null;
        }
      }
    }
    return null;
  }

  /**
   * What the server says of a file: its size, and what changes with its content.
   *
   * @throws WebException also when an encrypted address leads to one that is not, and no checksum
   *     would show what others made of the file on the way
   */
  Offer described(Offer file) throws WebException, InterruptedException {
    URI address = parsed(file.address());
    Web.Head head = web.head(address);
    if (file.checksum() == null && Addresses.losesEncryption(address, head.address())) {
      throw Web.unencrypted(address);
    }
    Long size = file.size() == null ? head.length() : file.size();
    return file.withContent(size, file.mark() == null ? head.mark() : file.mark());
  }

  private static URI parsed(String address) throws WebException {
    URI parsed = Addresses.parse(address);
    if (parsed == null) {
      throw new WebException(Addresses.shown(address) + " is no address on the web", true, null);
    }
    return parsed;
  }
}
