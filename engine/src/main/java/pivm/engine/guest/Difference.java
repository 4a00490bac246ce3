package pivm.engine.guest;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;

/** One config key that is not as declared, and the way to make it so. */
sealed interface Difference {

  List<FieldChange> fields();

  /** The key gets a value. */
  record Set(String key, Setting setting, Effect effect, List<FieldChange> fields)
      implements Difference {}

  /**
   * A disk stays as it is, and its pending removal is given up.
   *
   * @param text its value, to the letter: Proxmox drops a pending change only for the same text
   *     (pve-guest-common, src/PVE/AbstractConfig.pm {@code cleanup_pending})
   */
  record Keep(String key, String text, List<FieldChange> fields) implements Difference {}

  /** The key is removed; a disk stays behind as {@code unusedN}. */
  record Delete(String key, Effect effect, List<FieldChange> fields) implements Difference {}

  /**
   * A disk that is moved as well gets options: its volume has another name by then.
   *
   * @param options by name
   */
  record Options(
      String key, SortedMap<String, String> options, Effect effect, List<FieldChange> fields)
      implements Difference {}

  /** A disk grows to a number of bytes. */
  record Grow(String key, long bytes, Effect effect, List<FieldChange> fields)
      implements Difference {}

  /**
   * A disk goes to another storage.
   *
   * @param format of the file it is written to; null for the one it has
   */
  record Move(
      String key, String storage, @Nullable String format, Effect effect, List<FieldChange> fields)
      implements Difference {}

  /** An unused volume is deleted for good. */
  record Purge(String key, List<FieldChange> fields) implements Difference {}

  /** Proxmox holds the value already and will apply it at the guest's next stop. */
  record Waiting(String key, List<FieldChange> fields) implements Difference {}

  /** Can only be done while the guest does not run, and it runs. */
  record NeedsStop(String key, List<FieldChange> fields) implements Difference {}

  /**
   * Cannot be done.
   *
   * @param message what, why and what to do instead
   */
  record Impossible(String key, String message) implements Difference {
    @Override
    public List<FieldChange> fields() {
      return List.of();
    }
  }

  /** The strongest effect of several. */
  static Effect strongest(Iterable<FieldChange> fields) {
    Effect strongest = Effect.NONE;
    for (FieldChange field : fields) {
      strongest = field.effect().compareTo(strongest) > 0 ? field.effect() : strongest;
    }
    return strongest;
  }

  static FieldChange field(
      String path, @Nullable String from, @Nullable String to, EffectRules.Outcome outcome) {
    return new FieldChange(path, from, to, outcome.effect(), outcome.why());
  }
}
