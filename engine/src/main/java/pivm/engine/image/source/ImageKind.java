package pivm.engine.image.source;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.ImageFile;
import pivm.engine.image.ImagePlace;
import pivm.engine.image.ImagePlaces;
import pivm.engine.image.ImagePlanner;
import pivm.engine.image.ImageRecord;
import pivm.engine.image.ImageSight;
import pivm.engine.image.Offer;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredImage;
import pivm.engine.manifest.DesiredImages;
import pivm.engine.manifest.ImageSource;
import pivm.engine.pipeline.ClusterIdentity;
import pivm.engine.pipeline.Kind;
import pivm.proxmox.Proxmox;

/** Reads what images are compared with: storages, sources, and who uses what may go. */
public final class ImageKind implements Kind {
  private final DesiredImages declared;
  private final String storage;
  private final Proxmox proxmox;
  private final Web web;
  private final ImageRecords records;
  private final RealAddresses addresses;

  /**
   * @param storage where entries go that name none, if the manifest names none either
   * @param addresses takes note of the addresses that plans show without their secrets
   */
  public ImageKind(
      DesiredImages declared,
      String storage,
      Proxmox proxmox,
      Web web,
      ImageRecords records,
      RealAddresses addresses) {
    this.declared = declared;
    this.storage = storage;
    this.proxmox = proxmox;
    this.web = web;
    this.records = records;
    this.addresses = addresses;
  }

  @Override
  public String word() {
    return ImagePlanner.KIND;
  }

  @Override
  public ImagePlanner observe(Inventory inventory) throws InterruptedException {
    ImageSight sight = look(inventory);
    var planner = new ImagePlanner(declared, storage, sight);
    LastLook.of(Instant.now(), planner.states(new Desired(List.of()), inventory))
        .keep(records.state());
    return planner.endangered(inventory).isEmpty() ? planner : used(sight);
  }

  /** The same, with a look at who uses what even where nothing may go. */
  public ImagePlanner withUses(Inventory inventory) throws InterruptedException {
    return used(look(inventory));
  }

  private ImagePlanner used(ImageSight sight) throws InterruptedException {
    return new ImagePlanner(declared, storage, sight.withUses(new GuestUses(proxmox).read()));
  }

  private ImageSight look(Inventory inventory) throws InterruptedException {
    String cluster = ClusterIdentity.of(proxmox);
    List<ImageRecord> kept =
        records.all().stream()
            .filter(one -> one.cluster().equals(cluster == null ? "" : cluster))
            .toList();
    SortedMap<ImagePlace, ImageSight.Held> places = places(inventory);
    return new ImageSight(
        cluster == null ? "" : cluster,
        sources(inventory, new Look(places, kept, inventory)),
        places,
        kept,
        null);
  }

  private SortedMap<ImagePlace, ImageSight.Held> places(Inventory inventory)
      throws InterruptedException {
    var all = new TreeSet<ImagePlace>();
    for (DesiredImage image : declared.images()) {
      all.addAll(ImagePlaces.of(image, declared, storage, inventory).places());
    }
    List<ImagePlace> ordered = List.copyOf(all);
    var files = new StorageFiles(proxmox);
    List<ImageSight.Held> held =
        Bounded.map(
            ordered,
            StorageFiles.LIMIT,
            place -> files.list(place, inventory.storage(place.storage())),
            _ -> new ImageSight.Held.Hidden("it does not answer in time"));
    SortedMap<ImagePlace, ImageSight.Held> places = new TreeMap<>();
    for (int i = 0; i < ordered.size(); i++) {
      places.put(ordered.get(i), held.get(i));
    }
    return places;
  }

  private Map<DesiredImage, ImageSight.Source> sources(Inventory inventory, Sources.Known known)
      throws InterruptedException {
    String node =
        inventory.nodes().values().stream()
            .filter(Node::online)
            .map(Node::name)
            .findFirst()
            .orElse(null);
    var sources = new Sources(new SourceReader(web), proxmox, node, known);
    List<DesiredImage> images = declared.images();
    List<ImageSight.Source> answers =
        Bounded.map(
            images,
            Web.PATIENCE,
            sources::ask,
            image ->
                new ImageSight.Source.Silent(
                    "its source does not answer within " + Web.PATIENCE.toSeconds() + " s"));
    Map<DesiredImage, ImageSight.Source> asked = new HashMap<>();
    for (int i = 0; i < images.size(); i++) {
      asked.put(images.get(i), answers.get(i));
      if (answers.get(i) instanceof ImageSight.Source.Offers(Offer offer)) {
        addresses.note(offer.address());
      }
    }
    return asked;
  }

  /** What the storages and the record say of a file that is offered. */
  private final class Look implements Sources.Known {
    private final SortedMap<ImagePlace, ImageSight.Held> places;
    private final List<ImageRecord> records;
    private final Inventory inventory;

    Look(
        SortedMap<ImagePlace, ImageSight.Held> places,
        List<ImageRecord> records,
        Inventory inventory) {
      this.places = places;
      this.records = records;
      this.inventory = inventory;
    }

    @Override
    public boolean settled(DesiredImage image, Offer offer) {
      ImageFile file = file(image, offer);
      List<ImagePlace> where =
          new ArrayList<>(ImagePlaces.of(image, declared, storage, inventory).places());
      for (ImagePlace place : where) {
        if (file == null || !settled(place, place.storage() + ":" + file.volume(), image, offer)) {
          return false;
        }
      }
      return true;
    }

    private @Nullable ImageFile file(DesiredImage image, Offer offer) {
      try {
        return ImageFile.of(offer.name(), image.filename(), image.content());
      } catch (ImageFile.Unfit unfit) {
        return null;
      }
    }

    /** A file without a record is left alone; one with a checksum says all by itself. */
    private boolean settled(ImagePlace place, String volume, DesiredImage image, Offer offer) {
      boolean there =
          places.get(place) instanceof ImageSight.Held.Files(var volumes)
              && volumes.containsKey(volume);
      ImageRecord kept =
          records.stream()
              .filter(one -> one.volume().equals(volume) && one.node().equals(place.owner()))
              .findFirst()
              .orElse(null);
      return there && (kept == null || says(kept, image, offer));
    }

    /** Whether what is known tells already if the source has other content now. */
    private static boolean says(ImageRecord kept, DesiredImage image, Offer offer) {
      if (kept.source() != null && offer.checksum() != null) {
        return true;
      }
      boolean listed = image.source() instanceof ImageSource.Address && image.checksumUrl() != null;
      return kept.mark() == null && !listed;
    }
  }
}
