package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.FieldChange;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.schema.GuestKey;

/** Compares one declared key that is no disk with a guest's config. */
final class SettingComparison {
  private final GuestConfig config;
  private final EffectRules effects;

  SettingComparison(GuestConfig config, EffectRules effects) {
    this.config = config;
    this.effects = effects;
  }

  /**
   * @param key what the key table knows of the key; null for one that is newer than the table: it
   *     is compared to the letter
   * @return null when the config is as declared
   */
  @Nullable Difference of(@Nullable GuestKey key, String name, Setting declared) {
    return switch (declared) {
      case Setting.Secret _ -> null;
      case Setting.Unset _ -> unset(key, name);
      case Setting.Value(String text) -> key == null ? literal(name, text) : value(key, name, text);
    };
  }

  private @Nullable Difference unset(@Nullable GuestKey key, String name) {
    String now = config.value(name);
    String next = config.next(name);
    if (next != null) {
      EffectRules.Outcome outcome = outcome(key, name, now, null);
      return new Difference.Delete(
          name,
          outcome.effect(),
          List.of(Difference.field(name, now == null ? next : now, null, outcome)));
    }
    return now == null ? null : waiting(name, List.of(waitingField(name, now, null)));
  }

  private @Nullable Difference literal(String name, String text) {
    if (text.equals(config.next(name))) {
      return text.equals(config.value(name))
          ? null
          : waiting(name, List.of(waitingField(name, config.value(name), text)));
    }
    EffectRules.Outcome outcome = effects.ofUnknownKey();
    return new Difference.Set(
        name,
        Setting.of(text),
        outcome.effect(),
        List.of(Difference.field(name, config.value(name), text, outcome)));
  }

  private @Nullable Difference value(GuestKey key, String name, String text) {
    var comparer = new ValueComparer(key);
    String now = config.value(name);
    String next = config.next(name);
    if (comparer.satisfied(text, next)) {
      return comparer.satisfied(text, now)
          ? null
          : waiting(name, waitingFields(comparer, name, now, text));
    }
    String merged = comparer.merged(text, next);
    EffectRules.Outcome outcome = outcome(key, name, now, merged);
    return new Difference.Set(
        name, Setting.of(merged), outcome.effect(), fields(comparer, name, now, text, outcome));
  }

  private EffectRules.Outcome outcome(
      @Nullable GuestKey key, String name, @Nullable String from, @Nullable String to) {
    return key == null ? effects.ofUnknownKey() : effects.of(key, name, from, to);
  }

  private static List<FieldChange> fields(
      ValueComparer comparer,
      String name,
      @Nullable String now,
      String declared,
      EffectRules.Outcome outcome) {
    if (!comparer.composite() || now == null) {
      return List.of(Difference.field(name, now, declared, outcome));
    }
    List<FieldChange> fields = new ArrayList<>();
    for (String part : comparer.differingParts(declared, now)) {
      fields.add(
          Difference.field(
              comparer.path(name, part),
              comparer.part(now, part),
              comparer.part(declared, part),
              outcome));
    }
    return fields.isEmpty() ? List.of(Difference.field(name, now, declared, outcome)) : fields;
  }

  private List<FieldChange> waitingFields(
      ValueComparer comparer, String name, @Nullable String now, String declared) {
    return fields(comparer, name, now, declared, effects.alreadyPending());
  }

  private FieldChange waitingField(String name, @Nullable String from, @Nullable String to) {
    return Difference.field(name, from, to, effects.alreadyPending());
  }

  private static Difference waiting(String name, List<FieldChange> fields) {
    return new Difference.Waiting(name, fields);
  }
}
