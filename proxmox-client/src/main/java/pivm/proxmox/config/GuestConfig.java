package pivm.proxmox.config;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;

/**
 * A guest's configuration: what is in effect, and what waits for the guest's next stop.
 *
 * @param values by key, in effect now, as the API spells them; a container's raw lines for LXC,
 *     where the source shows them, are under {@link #RAW} as one {@code key: value} per line
 * @param pending by key, what waits; keys that it does not hold have nothing waiting
 * @param digest of the configuration file, to be sent along with a change so that nobody's
 *     concurrent edit is overwritten; null where the source has none
 */
public record GuestConfig(
    GuestType type,
    SortedMap<String, String> values,
    SortedMap<String, Pending> pending,
    @Nullable String digest) {

  /** The key of a container's raw lines. */
  public static final String RAW = "lxc";

  /**
   * A waiting change.
   *
   * @param value null when the key will be deleted
   */
  public record Pending(@Nullable String value) {}

  public GuestConfig {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    pending = Collections.unmodifiableSortedMap(new TreeMap<>(pending));
  }

  /** A config without anything pending. */
  public static GuestConfig of(GuestType type, SortedMap<String, String> values) {
    return new GuestConfig(type, values, new TreeMap<>(), null);
  }

  /**
   * From the answer of {@code GET …/config?current=1}. Without {@code current} the answer has
   * pending values merged in and can't be told from what is in effect.
   */
  public static GuestConfig ofConfig(GuestType type, Json.Obj answer) {
    var values = new TreeMap<String, String>();
    answer
        .members()
        .forEach((key, value) -> {
          String text = key.equals(RAW) ? rawLines(value) : value.asText();
          if (text != null) {
            values.put(key, text);
          }
        });
    String digest = values.remove("digest");
    return new GuestConfig(type, values, new TreeMap<>(), digest);
  }

  /** From the answer of {@code GET …/pending}, which has everything but raw lines in one read. */
  public static GuestConfig ofPending(GuestType type, Json answer) {
    var values = new TreeMap<String, String>();
    var pending = new TreeMap<String, Pending>();
    for (Json.Obj entry : answer.objects()) {
      String key = entry.text("key", "");
      String value = entry.text("value");
      String next = entry.text("pending");
      if (value != null) {
        values.put(key, value);
      }
      if (next != null) {
        if (!next.equals(value)) {
          pending.put(key, new Pending(next));
        }
      } else if (value != null && entry.integer("delete", 0) > 0) {
        pending.put(key, new Pending(null));
      }
    }
    String digest = values.remove("digest");
    return new GuestConfig(type, values, pending, digest);
  }

  private static @Nullable String rawLines(Json pairs) {
    var lines = new StringBuilder();
    for (Json pair : pairs.elements()) {
      if (pair.elements().size() == 2) {
        String key = pair.elements().getFirst().asText();
        lines.append(key).append(": ").append(pair.elements().get(1).asText()).append('\n');
      }
    }
    return lines.isEmpty() ? null : lines.toString();
  }

  /** The value in effect, null when not set. */
  public @Nullable String value(String key) {
    return values.get(key);
  }

  /** The value that will be in effect after the guest's next stop; null when not set then. */
  public @Nullable String next(String key) {
    Pending waiting = pending.get(key);
    return waiting == null ? values.get(key) : waiting.value();
  }

  /** Every value that will be in effect after the guest's next stop. */
  public SortedMap<String, String> nextValues() {
    var next = new TreeMap<>(values);
    pending.forEach((key, change) -> {
      String value = change.value();
      if (value == null) {
        next.remove(key);
      } else {
        next.put(key, value);
      }
    });
    return next;
  }

  public boolean template() {
    return Flags.isOn(values.get("template"));
  }

  /** Whether the guest must not be destroyed, nor its disks removed. */
  public boolean isProtected() {
    return Flags.isOn(values.get("protection"));
  }

  /** Why the guest may not be changed now: {@code backup}, {@code migrate} …; null when it may. */
  public @Nullable String lock() {
    return values.get("lock");
  }

  public SortedSet<String> tags() {
    return Words.tags(values.get("tags"));
  }

  /** VM name or container host name, null when unset. */
  public @Nullable String name() {
    return values.get(type == GuestType.QEMU ? "name" : "hostname");
  }
}
