package pivm.engine.image.source;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.Addresses;
import pivm.engine.image.ImageFile;
import pivm.engine.image.ImageSight;
import pivm.engine.image.Listing;
import pivm.engine.image.NamePattern;
import pivm.engine.image.Offer;
import pivm.engine.manifest.Checksum;
import pivm.engine.manifest.DesiredImage;
import pivm.engine.manifest.ImageSource;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Asks the sources of all kinds what they offer. */
final class Sources {
  private final SourceReader web;
  private final Proxmox proxmox;
  private final Known known;
  private final @Nullable String node;
  private final Map<String, List<Json.Obj>> lists = new ConcurrentHashMap<>();

  /** What is known of an offer's file without asking its source. */
  interface Known {
    /** Whether the file is wherever it should be and nothing about it is to be asked. */
    boolean settled(DesiredImage image, Offer offer);
  }

  /**
   * @param node that is asked what only nodes know; null when none is online
   */
  Sources(SourceReader web, Proxmox proxmox, @Nullable String node, Known known) {
    this.web = web;
    this.proxmox = proxmox;
    this.node = node;
    this.known = known;
  }

  ImageSight.Source ask(DesiredImage image) {
    try {
      return new ImageSight.Source.Offers(offer(image));
    } catch (WebException silent) {
      return new ImageSight.Source.Silent(String.valueOf(silent.getMessage()));
    } catch (ProxmoxException | ImageFile.Unfit refused) {
      return new ImageSight.Source.Silent(String.valueOf(refused.getMessage()));
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return new ImageSight.Source.Silent("the run is ending");
    }
  }

  private Offer offer(DesiredImage image) throws WebException, InterruptedException {
    return switch (image.source()) {
      case ImageSource.Address(String url) -> address(image, url);
      case ImageSource.Page(String page, String pattern) -> {
        Offer newest = web.newest(page, pattern, image.checksum(), image.checksumUrl());
        yield known.settled(image, newest) ? newest : web.described(newest);
      }
      case ImageSource.Template(String name) -> template(name, null);
      case ImageSource.Templates(String pattern) -> template(null, NamePattern.of(pattern));
      case ImageSource.Oci(String reference) -> oci(reference);
      case ImageSource.OciTags(String repository, String pattern) -> tags(repository, pattern);
    };
  }

  private Offer address(DesiredImage image, String url) throws WebException, InterruptedException {
    URI parsed = Addresses.parse(url);
    if (parsed == null) {
      throw new WebException(Addresses.shown(url) + " is no address on the web", true, null);
    }
    String name = Listing.name(parsed);
    Offer offer =
        Offer.of(name, url)
            .withVersion(
                image.version() == null ? NamePattern.of(".*").version(name) : image.version())
            .withChecksum(image.checksum());
    if (known.settled(image, offer)) {
      return offer;
    }
    Offer known =
        image.checksum() != null
            ? offer
            : offer.withChecksum(web.checksum(offer, image.checksumUrl(), null));
    return web.described(known);
  }

  private Offer template(@Nullable String name, @Nullable NamePattern pattern) throws WebException {
    List<Offer> offers = new ArrayList<>();
    for (Json.Obj entry : list("/nodes/" + online() + "/aplinfo")) {
      String file = entry.text("template", "");
      Checksum checksum = Checksum.ofDigits(entry.text("sha512sum", "-"));
      offers.add(
          Offer.of(file, file).withVersion(entry.text("version", "")).withChecksum(checksum));
    }
    Offer found =
        pattern != null
            ? pattern.newest(offers)
            : offers.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
    if (found == null) {
      throw new WebException(
          "Proxmox's list has no template "
              + (name == null ? "that fits" : name)
              + "; bring it up to date with: pveam update",
          true,
          null);
    }
    return found;
  }

  private static Offer oci(String reference) {
    int colon = reference.lastIndexOf(':');
    String stem = reference.substring(reference.lastIndexOf('/') + 1, colon);
    String tag = reference.substring(colon + 1);
    return Offer.of(stem + "_" + tag + ".tar", reference).withVersion(tag);
  }

  private Offer tags(String repository, String pattern) throws WebException {
    ApiCall call =
        ApiCall.get("/nodes/" + online() + "/query-oci-repo-tags").with("reference", repository);
    List<Offer> offers =
        proxmox.call(call).elements().stream()
            .map(tag -> Offer.of(String.valueOf(tag.asText()), String.valueOf(tag.asText())))
            .toList();
    Offer newest = NamePattern.of(pattern).newest(offers);
    if (newest == null) {
      throw new WebException(repository + " has no tag that is " + pattern, true, null);
    }
    return oci(repository + ":" + newest.name());
  }

  private String online() throws WebException {
    if (node == null) {
      throw new WebException("no node is online to be asked", false, null);
    }
    return node;
  }

  private List<Json.Obj> list(String path) {
    return lists.computeIfAbsent(path, asked -> proxmox.call(ApiCall.get(asked)).objects());
  }
}
