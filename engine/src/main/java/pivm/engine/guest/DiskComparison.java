package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.ByteSize;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;

/** Compares one declared disk, CD-ROM or mount point with a guest's config. */
final class DiskComparison {
  private static final long GIB = 1L << 30;
  private static final Set<String> FIXED_SIZE = Set.of("efidisk0", "tpmstate0");

  private final GuestType type;
  private final GuestConfig config;
  private final EffectRules effects;
  private final DiskFormats formats;
  private final boolean running;

  /**
   * @param running whether the guest will run when the changes are made
   */
  DiskComparison(GuestConfig config, EffectRules effects, DiskFormats formats, boolean running) {
    this.type = config.type();
    this.config = config;
    this.effects = effects;
    this.formats = formats;
    this.running = running;
  }

  /**
   * @return what differs; empty when the disk is as declared
   */
  List<Difference> of(GuestKey key, String name, Setting declared) {
    return switch (declared) {
      case Setting.Secret _ -> List.of();
      case Setting.Unset _ -> unset(key, name);
      case Setting.Value(String text) -> value(key, name, text);
    };
  }

  private List<Difference> unset(GuestKey key, String name) {
    String now = config.value(name);
    String next = config.next(name);
    if (next == null) {
      return now == null ? List.of() : waiting(name, List.of(pendingField(name, now, null)));
    }
    if (key.base().equals("unused")) {
      return List.of(
          new Difference.Purge(
              name, List.of(new FieldChange(name, next, null, Effect.NONE, "deleted for good"))));
    }
    EffectRules.Outcome outcome = effects.of(key, name, now, null);
    return List.of(
        new Difference.Delete(
            name,
            outcome.effect(),
            List.of(Difference.field(name, now == null ? next : now, null, outcome))));
  }

  private List<Difference> value(GuestKey key, String name, String text) {
    DiskSetting declared;
    try {
      declared = DiskSetting.parse(type, name, text);
    } catch (IllegalArgumentException unreadable) {
      return List.of(new Difference.Impossible(name, String.valueOf(unreadable.getMessage())));
    }
    if (key.base().equals("unused")) {
      // Proxmox keeps these by itself; nobody can want one but the volume's end.
      return List.of();
    }
    String next = config.next(name);
    if (next == null || !isThere(declared, name, next)) {
      return keptOrPlaced(key, name, declared, next);
    }
    DiskSetting present = DiskSetting.parse(type, name, next);
    List<Difference> differences = ofVolume(name, declared, present);
    if (config.value(name) == null && !differences.isEmpty()) {
      // Proxmox neither moves nor grows a disk that it has not plugged in yet.
      return List.of(placed(key, name, declared, next));
    }
    List<Difference> options = options(key, name, declared, present, next);
    differences.addAll(withoutOldVolume(type, declared, options, differences));
    return differences;
  }

  /** Its storage and its size, where it is a volume. */
  private List<Difference> ofVolume(String name, DiskSetting declared, DiskSetting present) {
    List<Difference> differences = new ArrayList<>();
    if (present instanceof DiskSetting.Attach volume) {
      move(name, declared, volume, differences);
      resize(name, declared, held(name, volume), differences);
    }
    return differences;
  }

  /** The volume as it is now: the text of a pending change keeps the size it was made with. */
  private DiskSetting.Attach held(String name, DiskSetting.Attach pending) {
    String now = config.value(name);
    if (now != null && now.equals(config.next(name))) {
      return pending;
    }
    try {
      return now != null
              && DiskSetting.parse(type, name, now) instanceof DiskSetting.Attach held
              && held.volume().equals(pending.volume())
          ? held
          : pending;
    } catch (IllegalArgumentException unreadable) {
      return pending;
    }
  }

  /**
   * Options that would wait while the disk is moved or grown name what the disk was: the new size
   * is put in, and beside a move they follow it without the volume's name, or the guest would get
   * its old volume back at its next stop.
   */
  private static List<Difference> withoutOldVolume(
      GuestType type, DiskSetting declared, List<Difference> options, List<Difference> ofVolume) {
    List<Difference> kept = new ArrayList<>();
    for (Difference option : options) {
      if (!(option instanceof Difference.Set set)) {
        kept.add(option);
        continue;
      }
      boolean moves = ofVolume.stream().anyMatch(Difference.Move.class::isInstance);
      kept.add(
          set.effect() == Effect.PENDING && moves
              ? new Difference.Options(
                  set.key(), new TreeMap<>(declared.options()), set.effect(), set.fields())
              : grown(type, set, ofVolume));
    }
    return kept;
  }

  private static Difference grown(GuestType type, Difference.Set set, List<Difference> ofVolume) {
    for (Difference difference : ofVolume) {
      if (difference instanceof Difference.Grow grow
          && set.setting() instanceof Setting.Value(String text)
          && DiskSetting.parse(type, set.key(), text)
              instanceof DiskSetting.Attach(String volume, Long _, var options)) {
        return new Difference.Set(
            set.key(),
            Setting.of(new DiskSetting.Attach(volume, grow.bytes(), options).text()),
            set.effect(),
            set.fields());
      }
    }
    return set;
  }

  /**
   * A disk in an empty place, or in another's; but one whose removal is only pending is taken back
   * as it was, rather than a new one be put in its place, and then compared like any other.
   */
  private List<Difference> keptOrPlaced(
      GuestKey key, String name, DiskSetting declared, @Nullable String next) {
    String now = config.value(name);
    if (now == null || !isThere(declared, name, now)) {
      return List.of(placed(key, name, declared, next));
    }
    DiskSetting present = DiskSetting.parse(type, name, now);
    List<Difference> differences = ofVolume(name, declared, present);
    List<Difference> options =
        withoutOldVolume(type, declared, options(key, name, declared, present, now), differences);
    differences.addFirst(
        new Difference.Keep(
            name,
            now,
            List.of(
                new FieldChange(
                    name, next, declared.text(), Effect.NONE, "takes its pending removal back"))));
    differences.addAll(options);
    return differences;
  }

  private boolean isThere(DiskSetting declared, String name, String now) {
    try {
      return sameThing(declared, DiskSetting.parse(type, name, now));
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }

  /** Whether what is there is what is declared, size, place and options aside. */
  private static boolean sameThing(DiskSetting declared, DiskSetting present) {
    return switch (declared) {
      case DiskSetting.Allocate _, DiskSetting.Import _ -> present instanceof DiskSetting.Attach;
      case DiskSetting.Attach(String volume, _, _) ->
          present instanceof DiskSetting.Attach(String there, _, _) && volume.equals(there);
      case DiskSetting.CdRom(DiskSetting.CdRom.CloudInit _, _) ->
          present instanceof DiskSetting.CdRom(DiskSetting.CdRom.CloudInit _, _);
      case DiskSetting.CdRom(var medium, _) ->
          present instanceof DiskSetting.CdRom(var there, _) && medium.equals(there);
      case DiskSetting.Passthrough(String path, _) ->
          present instanceof DiskSetting.Passthrough(String there, _) && path.equals(there);
      case DiskSetting.BindMount(String path, _) ->
          present instanceof DiskSetting.BindMount(String there, _) && path.equals(there);
    };
  }

  /**
   * A disk in an empty place, or in another's place, which Proxmox then keeps as {@code unusedN}.
   */
  private Difference placed(
      GuestKey key, String name, DiskSetting declared, @Nullable String replaced) {
    String sent = SentDisk.text(declared, formats.forNewDisk(type, declared), GIB);
    String now = config.value(name);
    EffectRules.Outcome outcome = effects.of(key, name, now, sent);
    return new Difference.Set(
        name,
        Setting.of(sent),
        outcome.effect(),
        List.of(Difference.field(name, now == null ? replaced : now, declared.text(), outcome)));
  }

  private List<Difference> options(
      GuestKey key, String name, DiskSetting declared, DiskSetting present, String next) {
    var comparer = new ValueComparer(key);
    String now = config.value(name);
    Set<String> differing =
        repeats(present, declared) ? Set.of() : differing(comparer, declared, next);
    if (differing.isEmpty()) {
      Set<String> waiting =
          now == null || now.equals(next) ? Set.of() : differing(comparer, declared, now);
      return waiting.isEmpty()
          ? List.of()
          : waiting(name, fields(comparer, name, declared, now, waiting, effects.alreadyPending()));
    }
    PropertyString merged = PropertyString.parseLeniently(key, next);
    for (var option : declared.options().entrySet()) {
      merged = merged.with(option.getKey(), option.getValue());
    }
    EffectRules.Outcome outcome = effects.of(key, name, now, merged.print());
    return List.of(
        new Difference.Set(
            name,
            Setting.of(merged.print()),
            outcome.effect(),
            fields(comparer, name, declared, next, differing, outcome)));
  }

  /** Whether every declared option is there to the letter, which spares reading its meaning. */
  private static boolean repeats(DiskSetting present, DiskSetting declared) {
    return present.options().entrySet().containsAll(declared.options().entrySet());
  }

  private static Set<String> differing(ValueComparer comparer, DiskSetting declared, String there) {
    var differing = new TreeSet<>(comparer.differingParts(declared.text(), there));
    differing.retainAll(declared.options().keySet());
    return differing;
  }

  private static List<FieldChange> fields(
      ValueComparer comparer,
      String name,
      DiskSetting declared,
      @Nullable String from,
      Set<String> parts,
      EffectRules.Outcome outcome) {
    return parts.stream()
        .map(part ->
            Difference.field(
                name + "." + part,
                comparer.part(from, part),
                declared.options().get(part),
                outcome))
        .toList();
  }

  private void move(
      String name, DiskSetting declared, DiskSetting.Attach present, List<Difference> found) {
    String from = present.storage();
    String to = declared.storage();
    if (declared instanceof DiskSetting.Attach || to == null || to.equals(from)) {
      return;
    }
    if (running && !EffectRules.movesLive(type)) {
      String why = "a container's volume moves only while it is stopped";
      found.add(
          new Difference.NeedsStop(
              name, List.of(new FieldChange(name + ".storage", from, to, Effect.PENDING, why))));
      return;
    }
    Effect effect = running ? Effect.LIVE : Effect.NONE;
    String why = "the source stays as unusedN";
    found.add(
        new Difference.Move(
            name,
            to,
            format(name, declared),
            effect,
            List.of(new FieldChange(name + ".storage", from, to, effect, why))));
  }

  /** A TPM's state is raw unless it is made otherwise. */
  private @Nullable String format(String name, DiskSetting declared) {
    return name.equals("tpmstate0")
        ? null
        : declared.options().getOrDefault("format", formats.forCopy(type, declared.storage()));
  }

  private void resize(
      String name, DiskSetting declared, DiskSetting.Attach present, List<Difference> found) {
    Long wanted =
        switch (declared) {
          case DiskSetting.Allocate(_, Long bytes, _) -> bytes;
          case DiskSetting.Import(_, Long bytes, _, _) -> bytes;
          case DiskSetting.Attach _,
              DiskSetting.CdRom _,
              DiskSetting.Passthrough _,
              DiskSetting.BindMount _ ->
              null;
        };
    Long there = present.bytes();
    if (wanted == null || there == null || FIXED_SIZE.contains(name)) {
      return;
    }
    if (wanted < there) {
      found.add(tooSmall(name, wanted, there));
    } else if (wanted > there) {
      Effect effect = running ? Effect.LIVE : Effect.NONE;
      found.add(
          new Difference.Grow(
              name,
              wanted,
              effect,
              List.of(new FieldChange(name + ".size", size(there), size(wanted), effect, ""))));
    }
  }

  private static Difference tooSmall(String name, long wanted, long there) {
    return new Difference.Impossible(
        name,
        "disk "
            + name
            + " is "
            + size(there)
            + " and can't be made smaller ("
            + size(wanted)
            + " declared): Proxmox only grows disks; declare at least "
            + size(there));
  }

  private static String size(long bytes) {
    return new ByteSize(bytes).toString();
  }

  private FieldChange pendingField(String name, @Nullable String from, @Nullable String to) {
    return Difference.field(name, from, to, effects.alreadyPending());
  }

  private static List<Difference> waiting(String name, List<FieldChange> fields) {
    return List.of(new Difference.Waiting(name, fields));
  }
}
