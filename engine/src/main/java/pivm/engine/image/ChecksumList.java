package pivm.engine.image;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Checksum;

/** Finds a file's checksum in the lists that lie beside images. */
public final class ChecksumList {
  /** {@code HEX name} and {@code HEX *name}, as GNU's tools write. */
  private static final Pattern GNU = Pattern.compile("\\\\?([0-9A-Fa-f]{32,128})[ \\t]+\\*?(.+)");

  /** {@code SHA256 (name) = HEX}, as BSD's tools write; OpenSSL leaves blanks out. */
  private static final Pattern BSD =
      Pattern.compile("[A-Za-z0-9-]+ ?\\((.+)\\) ?= ?([0-9A-Fa-f]{32,128})");

  private static final Pattern ALONE = Pattern.compile("[0-9A-Fa-f]{32,128}");

  /** Lists of a whole folder, the ones to rely on first. */
  private static final List<String> FOLDER_LISTS =
      List.of(
          "SHA256SUMS", "SHA512SUMS", "sha256sum.txt", "SHA256SUMS.txt", "CHECKSUM", "SHA256SUM");

  private static final List<String> OWN_ENDINGS = List.of(".sha256", ".sha512", ".sha256sum");

  /** The strongest checksum that a list gives a file; null when it has none. */
  public static @Nullable Checksum find(String text, String name) {
    var found = new ArrayList<Checksum>();
    var alone = new ArrayList<Checksum>();
    text.lines().map(String::strip).forEach(line -> read(line, name, found, alone));
    if (found.isEmpty() && alone.size() == 1) {
      return alone.getFirst();
    }
    return found.stream()
        .max(Comparator.comparingInt(checksum -> checksum.hex().length()))
        .orElse(null);
  }

  private static void read(String line, String name, List<Checksum> found, List<Checksum> alone) {
    Matcher gnu = GNU.matcher(line);
    Matcher bsd = BSD.matcher(line);
    if (gnu.matches()) {
      keep(gnu.group(1), gnu.group(2), name, found);
    } else if (bsd.matches()) {
      keep(bsd.group(2), bsd.group(1), name, found);
    } else if (ALONE.matcher(line).matches()) {
      Checksum checksum = Checksum.ofDigits(line);
      if (checksum != null) {
        alone.add(checksum);
      }
    }
  }

  private static void keep(String hex, String path, String name, List<Checksum> found) {
    String file = path.strip();
    Checksum checksum = Checksum.ofDigits(hex);
    if (checksum != null && file.substring(file.lastIndexOf('/') + 1).equals(name)) {
      found.add(checksum);
    }
  }

  /**
   * Where a checksum may lie beside an image, the likeliest first.
   *
   * @param listed what the image's folder is known to hold; null when not known
   */
  public static List<URI> beside(URI image, @Nullable List<Offer> listed) {
    String name = Listing.name(image);
    var candidates = new ArrayList<String>();
    if (listed == null) {
      candidates.addAll(List.of("SHA256SUMS", name + ".sha256", "SHA512SUMS", name + ".sha512"));
    } else {
      OWN_ENDINGS.forEach(ending -> candidates.add(name + ending));
      candidates.addAll(FOLDER_LISTS);
      candidates.removeIf(
          candidate -> listed.stream().noneMatch(offer -> offer.name().equals(candidate)));
    }
    return candidates.stream()
        .map(candidate -> image.resolve(candidate.replace(" ", "%20")))
        .toList();
  }

  private ChecksumList() {}
}
