package pivm.engine.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.Checksum;
import pivm.engine.manifest.DesiredImage;
import pivm.engine.manifest.ImageSource;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Step;

/** What has to be fetched for one entry at one place. */
final class Fetching {
  private final DesiredImage image;
  private final Offer offer;
  private final ImageFile file;
  private final ImagePlace place;
  private final Rights rights;

  Fetching(DesiredImage image, Offer offer, ImageFile file, ImagePlace place, Rights rights) {
    this.image = image;
    this.offer = offer;
    this.file = file;
    this.place = place;
    this.rights = rights;
  }

  String volume() {
    return place.storage() + ":" + file.volume();
  }

  /** The file as a listing will show it; its size is not known while it is packed. */
  Storage.Volume file() {
    Long size = file.packed() == Compression.NONE ? offer.size() : null;
    return new Storage.Volume(volume(), file.content(), null, size == null ? 0 : size, "", 0);
  }

  /** The step that brings a file whose name is free. */
  Step bring() {
    return step(operation(), "fetch");
  }

  /** The step that puts the source's present content in the place of an earlier one. */
  Step replace(boolean agreed) {
    return step(transfer(true, agreed), "replace");
  }

  private Step step(ImageOperation operation, String word) {
    var lanes = new TreeSet<>(Set.of("image " + volume(), "image from " + origin().address()));
    return new Step(
        "images/" + place.node() + "/" + volume() + "/" + word,
        new TreeSet<>(),
        operation,
        place.node(),
        Effect.NONE,
        0,
        lanes);
  }

  private ImageOperation operation() {
    String storage = place.storage();
    return switch (image.source()) {
      case ImageSource.Template _, ImageSource.Templates _ ->
          new ImageOperation.Template(storage, file.name(), origin());
      case ImageSource.Oci _, ImageSource.OciTags _ ->
          new ImageOperation.Pull(storage, file.name(), origin());
      case ImageSource.Address _, ImageSource.Page _ ->
          byNode()
              ? new ImageOperation.Download(storage, file.content(), file.name(), origin())
              : transfer(false, false);
    };
  }

  private ImageOperation transfer(boolean replaces, boolean agreed) {
    return new ImageOperation.Transfer(
        place.storage(), file.content(), file.name(), origin(), replaces, agreed);
  }

  /**
   * Whether Proxmox can do all of it, and nobody else may read the address in its task's log. A
   * node would take a file of untold length until its disk is full.
   */
  private boolean byNode() {
    boolean network =
        rights.has("/nodes/" + place.node(), "Sys.AccessNetwork")
            || (rights.has("/", "Sys.Audit") && rights.has("/", "Sys.Modify"));
    return network
        && offer.size() != null
        && !file.unpackedByPivm()
        && file.nodeCanName()
        && !Addresses.secret(offer.address());
  }

  private ImageOperation.Origin origin() {
    Checksum checksum = offer.checksum();
    Long size = offer.size();
    return new ImageOperation.Origin(
        image.os(),
        offer.version(),
        Addresses.label(offer.address()),
        checksum == null ? null : checksum.toString(),
        file.packed() == Compression.NONE ? "" : file.packed().word(),
        offer.mark(),
        size == null ? -1 : size);
  }

  /**
   * Why it can't be brought there; null when nothing speaks against it.
   *
   * @param promised bytes that other files of the plan take there
   */
  @Nullable String problem(Storage storage, long promised) {
    if (!storage.content().contains(file.content())) {
      return "storage "
          + storage.id()
          + " is not for "
          + file.content()
          + "; allow it with: pvesm set "
          + storage.id()
          + " --content "
          + String.join(",", storage.content())
          + ","
          + file.content();
    }
    Storage.Use use = storage.use().get(place.node());
    Long free = use == null ? null : use.available();
    Long size = offer.size();
    if (free != null && size != null && size + promised > free) {
      return file.name()
          + " does not fit on "
          + place
          + ": it takes "
          + Amounts.bytes(size)
          + ", and "
          + Amounts.bytes(free)
          + " are free"
          + (promised == 0 ? "" : ", of which the others take " + Amounts.bytes(promised))
          + "; make room or name another storage";
    }
    return null;
  }

  /** How the change looks to people. */
  Change change(Action action, @Nullable String replaced) {
    List<FieldChange> fields = new ArrayList<>();
    fields.add(field("source", null, Addresses.shown(offer.address())));
    if (!offer.version().isEmpty()) {
      fields.add(field("version", replaced, offer.version()));
    }
    if (offer.size() != null) {
      fields.add(field("size", null, Amounts.bytes(offer.size())));
    }
    fields.add(field("checksum", null, offer.checksum() == null ? "none known" : known()));
    List<String> notes = new ArrayList<>();
    notes.add(way());
    return new Change(
        "images", "image " + volume(), null, shown(), action, "declared", fields, notes);
  }

  private @Nullable String shown() {
    return place.shared() ? null : place.node();
  }

  private String known() {
    Checksum checksum = offer.checksum();
    return checksum == null
        ? ""
        : checksum.algorithm() + ":" + checksum.hex().substring(0, 12) + "…";
  }

  private String way() {
    return switch (operation()) {
      case ImageOperation.Transfer _ ->
          file.packed() == Compression.NONE
              ? "PIVM fetches and uploads it"
              : "PIVM fetches, unpacks and uploads it";
      case ImageOperation.Pull _ -> "the node pulls it from its registry";
      case ImageOperation.Template _ -> "the node fetches it from Proxmox's list";
      default -> "the node fetches it";
    };
  }

  private static FieldChange field(String path, @Nullable String from, String to) {
    return new FieldChange(path, from, to, Effect.NONE, "");
  }
}
