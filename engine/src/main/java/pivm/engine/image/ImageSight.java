package pivm.engine.image;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DesiredImage;

/**
 * What was read to compare images.
 *
 * @param cluster whose records count; empty for a cluster without a name
 * @param sources what each entry's source says
 * @param places what each place holds
 * @param records what PIVM brought, of this cluster
 * @param uses which guests use which files; null when nobody looked, since nothing may go
 */
public record ImageSight(
    String cluster,
    Map<DesiredImage, Source> sources,
    SortedMap<ImagePlace, Held> places,
    List<ImageRecord> records,
    @Nullable Uses uses) {

  /** What a source says. */
  public sealed interface Source {

    /** It offers this. */
    record Offers(Offer offer) implements Source {}

    /** It could not be asked, or has nothing. */
    record Silent(String reason) implements Source {}
  }

  /** What a place holds. */
  public sealed interface Held {

    /** By volume id. */
    record Files(SortedMap<String, Storage.Volume> volumes) implements Held {
      public Files {
        volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
      }
    }

    record Hidden(String reason) implements Held {}
  }

  /**
   * Who uses what.
   *
   * @param used a guest, its node and a volume that its configuration names
   * @param unread guests whose configuration could not be read, with the reason
   */
  public record Uses(List<Used> used, Map<String, String> unread) {
    public Uses {
      used = List.copyOf(used);
      unread = Collections.unmodifiableMap(new TreeMap<>(unread));
    }

    /** A volume that a guest uses. */
    public record Used(String guest, String node, String volume) {}
  }

  public ImageSight {
    sources = Collections.unmodifiableMap(new HashMap<>(sources));
    places = Collections.unmodifiableSortedMap(new TreeMap<>(places));
    records = List.copyOf(records);
  }

  public ImageSight withUses(Uses read) {
    return new ImageSight(cluster, sources, places, records, read);
  }

  /** The record of a file; null when PIVM did not bring it. */
  public @Nullable ImageRecord find(ImagePlace place, String volume) {
    for (ImageRecord kept : records) {
      if (kept.volume().equals(volume) && kept.node().equals(place.owner())) {
        return kept;
      }
    }
    return null;
  }
}
