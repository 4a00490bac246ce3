package pivm.engine.image;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredImage;
import pivm.engine.manifest.DesiredImages;
import pivm.engine.manifest.ImageSource;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Incoming;
import pivm.engine.plan.KindPlanner;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Step;

/** One planning of images. */
final class ImageDraft {
  private final DesiredImages declared;
  private final String storage;
  private final ImageSight sight;
  private final Inventory inventory;
  private final Uses uses;

  private final Map<ImagePlace, PlaceFiles> files = new LinkedHashMap<>();
  private final Map<String, Set<String>> fetches = new LinkedHashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Obstacle> obstacles = new ArrayList<>();
  private final List<Unknown> unknown = new ArrayList<>();
  private final Set<String> rested = new LinkedHashSet<>();
  private final Set<ImagePlace> endangered = new LinkedHashSet<>();
  private final List<ImageState> states = new ArrayList<>();
  private final List<Incoming.File> incoming = new ArrayList<>();
  private final SortedMap<String, String> awaited = new TreeMap<>();

  /** Bytes that the files fetched so far take at each place. */
  private final Map<ImagePlace, Long> coming = new HashMap<>();

  ImageDraft(
      DesiredImages declared,
      String storage,
      ImageSight sight,
      Desired desired,
      Inventory inventory) {
    this.declared = declared;
    this.storage = storage;
    this.sight = sight;
    this.inventory = inventory;
    this.uses = new Uses(desired, sight.uses());
  }

  KindPlanner.Fragment fragment() {
    declared.images().forEach(this::image);
    files.forEach(this::obsolete);
    return new KindPlanner.Fragment(
        changes,
        steps,
        obstacles,
        List.of(),
        unknown,
        new TreeMap<>(),
        List.copyOf(rested),
        new Incoming(incoming, awaited));
  }

  Set<ImagePlace> endangered() {
    return endangered;
  }

  List<ImageState> states() {
    return states;
  }

  private void image(DesiredImage image) {
    ImagePlaces places = ImagePlaces.of(image, declared, storage, inventory);
    places.problems().forEach(problem -> impossible(image, "", "", problem));
    places
        .unknown()
        .forEach(one ->
            unknown.add(
                new Unknown(
                    image.subject() + " on " + one.subject().replaceFirst("^node ", ""),
                    one.reason())));
    Belonging entry = Belonging.of(image);
    switch (sight.sources().get(image)) {
      case ImageSight.Source.Offers(Offer offer) -> {
        ImageFile file = file(image, offer);
        places.places().forEach(place -> at(place, entry, offer, file));
      }
      case ImageSight.Source.Silent(String reason) ->
          places.places().forEach(place -> silent(place, entry, reason));
      case null -> places.places().forEach(place -> silent(place, entry, "it was not asked"));
    }
  }

  /** The file that an offer becomes; null after an obstacle. */
  private @Nullable ImageFile file(DesiredImage image, Offer offer) {
    try {
      return ImageFile.of(offer.name(), image.filename(), image.content());
    } catch (ImageFile.Unfit unfit) {
      impossible(image, "", "", String.valueOf(unfit.getMessage()));
      return null;
    }
  }

  private void impossible(DesiredImage image, String volume, String place, String problem) {
    obstacles.add(new Obstacle(null, image.subject(), image.subject() + ": " + problem));
    states.add(
        new ImageState(
            image.os(),
            volume,
            place,
            version(image),
            "",
            null,
            ImageState.State.IMPOSSIBLE,
            List.of(),
            problem));
  }

  private static String version(DesiredImage image) {
    return image.version() == null ? "" : image.version();
  }

  /** What a place holds; null when it can't be seen. */
  private @Nullable PlaceFiles files(ImagePlace place) {
    return switch (sight.places().get(place)) {
      case ImageSight.Held.Files(var volumes) ->
          files.computeIfAbsent(
              place, _ -> new PlaceFiles(place, volumes, sight, declared.strict()));
      case ImageSight.Held.Hidden(String reason) -> {
        unknown.add(new Unknown("images of storage " + place, reason));
        yield null;
      }
      case null -> null;
    };
  }

  /** A source that says nothing: what is there stays, and what is not can't be fetched. */
  private void silent(ImagePlace place, Belonging entry, String reason) {
    DesiredImage image = entry.image();
    PlaceFiles held = files(place);
    if (held != null) {
      held.unsure(entry);
    }
    String volume = pinnedVolume(image, place);
    Storage.Volume there = held == null || volume == null ? null : held.find(volume);
    if (there == null) {
      unknown.add(new Unknown(image.subject(), reason));
    }
    if (held != null) {
      uses.origins(place.storage()).stream()
          .filter(origin -> held.find(origin) == null)
          .filter(origin -> origin.equals(volume) || entry.has(PlaceFiles.name(origin), null))
          .forEach(origin -> awaited.putIfAbsent(origin, reason));
    }
    states.add(
        new ImageState(
            image.os(),
            volume == null ? "" : volume,
            place.toString(),
            version(image),
            "",
            there == null ? null : (Long) there.size(),
            there == null ? ImageState.State.UNKNOWN : ImageState.State.PRESENT,
            volume == null ? List.of() : uses.of(place, volume),
            reason));
  }

  /** The file of an entry that names one itself; null for others. */
  private static @Nullable String pinnedVolume(DesiredImage image, ImagePlace place) {
    try {
      String name =
          image.source() instanceof ImageSource.Address(String url)
              ? Listing.name(java.net.URI.create(url))
              : image.filename();
      return name == null
          ? null
          : place.storage() + ":" + ImageFile.of(name, image.filename(), image.content()).volume();
    } catch (ImageFile.Unfit | IllegalArgumentException unfit) {
      return null;
    }
  }

  private void at(ImagePlace place, Belonging entry, Offer offer, @Nullable ImageFile file) {
    PlaceFiles held = files(place);
    if (held == null) {
      return;
    }
    DesiredImage image = entry.image();
    if (file == null) {
      held.unsure(entry);
      return;
    }
    var fetching = new Fetching(image, offer, file, place, inventory.rights());
    String other = held.wish(entry, fetching.volume(), offer.address());
    if (other != null) {
      impossible(
          image,
          fetching.volume(),
          place.toString(),
          "another entry wants "
              + Addresses.shown(other)
              + " under the same name; give a filename");
      return;
    }
    if (!held.wishedBy(fetching.volume(), entry)) {
      return;
    }
    Storage.Volume there = held.find(fetching.volume());
    if (there == null) {
      missing(place, entry, offer, fetching);
    } else {
      present(place, entry, offer, fetching, there);
    }
  }

  private void missing(ImagePlace place, Belonging entry, Offer offer, Fetching fetching) {
    DesiredImage image = entry.image();
    Storage found = inventory.storage(place.storage());
    long promised = coming.getOrDefault(place, 0L);
    String problem = found == null ? null : fetching.problem(found, promised);
    if (problem != null) {
      impossible(image, fetching.volume(), place.toString(), problem);
      return;
    }
    coming.merge(place, offer.size() == null ? 0 : offer.size(), Long::sum);
    step(place, entry, fetching, fetching.bring());
    changes.add(fetching.change(Action.CREATE, null));
    state(place, entry, offer, fetching, null, ImageState.State.MISSING, "");
  }

  private void present(
      ImagePlace place, Belonging entry, Offer offer, Fetching fetching, Storage.Volume there) {
    ImageRecord kept = sight.find(place, there.id());
    if (kept == null || !changed(kept, offer)) {
      String note = kept == null ? "not brought by PIVM" : "";
      state(place, entry, offer, fetching, there, ImageState.State.PRESENT, note);
      return;
    }
    endangered.add(place);
    List<String> guests = uses.guests(place, there.id());
    String why = guests.isEmpty() ? uses.unread() : "used by " + String.join(", ", guests);
    if (why == null) {
      step(place, entry, fetching, fetching.replace(declared.deletesObsolete()));
      changes.add(fetching.change(Action.CHANGE, kept.version()));
    }
    String note = "the source has other content now" + (why == null ? "" : "; " + why);
    state(place, entry, offer, fetching, there, ImageState.State.OUTDATED, note);
    if (why != null) {
      changes.add(kept(place, there.id(), note));
    }
  }

  /** By checksum where both are known, else by the source's own mark. */
  private static boolean changed(ImageRecord kept, Offer offer) {
    if (kept.source() != null
        && offer.checksum() != null
        && kept.source().algorithm().equals(offer.checksum().algorithm())) {
      return !kept.source().equals(offer.checksum());
    }
    return kept.mark() != null && offer.mark() != null && !kept.mark().equals(offer.mark());
  }

  private void step(ImagePlace place, Belonging entry, Fetching fetching, Step step) {
    steps.add(step);
    incoming.add(new Incoming.File(place.owner(), fetching.file(), step.id()));
    fetches.computeIfAbsent(key(place, entry), _ -> new TreeSet<>()).add(step.id());
    rested.add(entry.image().os() + " " + entry.image().version() + " " + entry.image().source());
  }

  private static String key(ImagePlace place, Belonging entry) {
    return place + " " + entry.image().place();
  }

  private void state(
      ImagePlace place,
      Belonging entry,
      Offer offer,
      Fetching fetching,
      Storage.@Nullable Volume there,
      ImageState.State state,
      String note) {
    ImageRecord kept = sight.find(place, fetching.volume());
    states.add(
        new ImageState(
            entry.image().os(),
            fetching.volume(),
            place.toString(),
            kept != null && !kept.version().isEmpty() ? kept.version() : offer.version(),
            offer.version(),
            there == null ? null : (Long) there.size(),
            state,
            uses.of(place, fetching.volume()),
            note));
  }

  /** An empty manifest never means that everything is to go. */
  private void obsolete(ImagePlace place, PlaceFiles held) {
    for (PlaceFiles.Old old : held.old()) {
      endangered.add(place);
      List<String> users = uses.of(place, old.volume());
      String why = users.isEmpty() ? uses.unread() : "used by " + String.join(", ", users);
      Storage.Volume there = held.find(old.volume());
      ImageRecord record = sight.find(place, old.volume());
      String note = old.since() + (why == null ? "" : "; " + why);
      states.add(
          new ImageState(
              record == null ? "" : record.os(),
              old.volume(),
              place.toString(),
              record == null ? "" : record.version(),
              "",
              there == null ? null : (Long) there.size(),
              ImageState.State.OBSOLETE,
              users,
              note));
      if (why != null) {
        continue;
      }
      if (declared.deletesObsolete()) {
        delete(place, old);
      } else {
        changes.add(kept(place, old.volume(), note + "; \"obsolete\": \"delete\" lets it go"));
      }
    }
  }

  private void delete(ImagePlace place, PlaceFiles.Old old) {
    Set<String> after =
        old.entry() == null ? Set.of() : fetches.getOrDefault(key(place, old.entry()), Set.of());
    steps.add(
        new Step(
            "images/" + place.node() + "/" + old.volume() + "/delete",
            new TreeSet<>(after),
            new ImageOperation.Delete(place.storage(), old.volume(), true),
            place.node(),
            Effect.NONE,
            0,
            new TreeSet<>(Set.of("image " + old.volume()))));
    changes.add(
        new Change(
            "images",
            "image " + old.volume(),
            null,
            place.shared() ? null : place.node(),
            Action.DESTROY,
            "obsolete",
            List.of(),
            List.of(old.since())));
    rested.add("obsolete " + old.volume());
  }

  private static Change kept(ImagePlace place, String volume, String note) {
    return new Change(
        "images",
        "image " + volume,
        null,
        place.shared() ? null : place.node(),
        Action.PENDING,
        "obsolete",
        List.of(),
        List.of(note));
  }
}
