package pivm.engine.image;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Storage;

/** The files of one place, and what becomes of those that no entry wants any more. */
final class PlaceFiles {
  private static final Set<String> CONTENT = Set.of("iso", "vztmpl", "import");

  private final ImagePlace place;
  private final SortedMap<String, Storage.Volume> volumes;
  private final ImageSight sight;
  private final boolean strict;
  private final Map<String, Wish> wished = new LinkedHashMap<>();
  private final List<Belonging> entries = new ArrayList<>();
  private final List<Belonging> unsure = new ArrayList<>();

  /** A file that an entry wants. */
  private record Wish(Belonging entry, String address) {}

  /**
   * A file that may go.
   *
   * @param since why, as part of a sentence
   * @param entry of which it is an old version; null when no entry declares it
   */
  record Old(String volume, String since, @Nullable Belonging entry) {}

  PlaceFiles(
      ImagePlace place,
      SortedMap<String, Storage.Volume> volumes,
      ImageSight sight,
      boolean strict) {
    this.place = place;
    this.volumes = volumes;
    this.sight = sight;
    this.strict = strict;
  }

  Storage.@Nullable Volume find(String volume) {
    return volumes.get(volume);
  }

  /** Takes note of an entry whose newest version is not known: nothing of it may go. */
  void unsure(Belonging entry) {
    unsure.add(entry);
  }

  /**
   * Takes note of what an entry wants.
   *
   * @return the address of another entry that wants a different file under that name; null when
   *     there is none
   */
  @Nullable String wish(Belonging entry, String volume, String address) {
    Wish earlier = wished.putIfAbsent(volume, new Wish(entry, address));
    if (earlier != null) {
      return earlier.address().equals(address) ? null : earlier.address();
    }
    entries.add(entry);
    return null;
  }

  /** Whether an entry before wants the very same file. */
  boolean wishedBy(String volume, Belonging entry) {
    Wish wish = wished.get(volume);
    return wish != null && wish.entry().equals(entry);
  }

  /** What may go, the newest last. */
  List<Old> old() {
    List<Old> old = new ArrayList<>();
    Set<String> seen = new HashSet<>(wished.keySet());
    for (Belonging entry : entries) {
      versions(entry, seen, old);
    }
    for (Storage.Volume volume : volumes.values()) {
      if (seen.add(volume.id()) && mayGo(volume) && !isUnsure(volume)) {
        old.add(new Old(volume.id(), "no entry declares it", null));
      }
    }
    return old;
  }

  /** The versions of an entry's image beyond those that it keeps. */
  private void versions(Belonging entry, Set<String> seen, List<Old> old) {
    List<Storage.Volume> others =
        volumes.values().stream()
            .filter(volume -> !wished.containsKey(volume.id()))
            .filter(volume -> entry.has(name(volume.id()), record(volume.id())))
            .filter(volume -> CONTENT.contains(volume.content()))
            .sorted((one, other) -> entry.order().compare(name(other.id()), name(one.id())))
            .toList();
    int kept = 1;
    for (Storage.Volume volume : others) {
      if (!seen.add(volume.id())) {
        continue;
      }
      if (kept < entry.image().keep()) {
        kept++;
      } else if (mayGo(volume) && !isUnsure(volume)) {
        String since =
            "an older version of "
                + entry.image().os()
                + (entry.image().keep() > 1 ? " than the " + entry.image().keep() + " kept" : "");
        old.add(new Old(volume.id(), since, entry));
      }
    }
  }

  private @Nullable ImageRecord record(String volume) {
    return sight.find(place, volume);
  }

  private boolean mayGo(Storage.Volume volume) {
    return CONTENT.contains(volume.content()) && (strict || record(volume.id()) != null);
  }

  private boolean isUnsure(Storage.Volume volume) {
    return unsure.stream().anyMatch(entry -> entry.has(name(volume.id()), record(volume.id())));
  }

  static String name(String volume) {
    return volume.substring(volume.lastIndexOf('/') + 1);
  }
}
