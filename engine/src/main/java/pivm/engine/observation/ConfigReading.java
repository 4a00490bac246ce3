package pivm.engine.observation;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;

/** Makes a configuration out of what the API tells. */
final class ConfigReading {

  /** The key under which a container's raw lines are kept, as in the API's own answer. */
  static final String RAW = "lxc";

  private ConfigReading() {}

  /** Reads {@code /pending}, which holds current values, waiting changes and the digest at once. */
  static GuestConfig pending(GuestType type, Json data) {
    var values = new TreeMap<String, String>();
    var waiting = new TreeMap<String, GuestConfig.Pending>();
    String digest = null;
    for (Json.Obj entry : data.objects()) {
      String key = entry.text("key", "");
      String value = entry.text("value");
      if (key.equals("digest")) {
        digest = value;
        continue;
      }
      if (value != null) {
        values.put(key, value);
      }
      GuestConfig.Pending change = change(entry, value);
      if (change != null) {
        waiting.put(key, change);
      }
    }
    return new GuestConfig(type, values, waiting, digest);
  }

  private static GuestConfig.@Nullable Pending change(Json.Obj entry, @Nullable String value) {
    String pending = entry.text("pending");
    if (pending != null) {
      return pending.equals(value) ? null : new GuestConfig.Pending(pending);
    }
    return value != null && entry.integer("delete", 0) > 0 ? new GuestConfig.Pending(null) : null;
  }

  /**
   * Adds a container's raw lines, which {@code /pending} leaves out and {@code /config} lists as
   * pairs.
   */
  static GuestConfig withRawLines(GuestConfig config, Json data) {
    var lines = new StringBuilder();
    for (Json pair : data.asObject().list(RAW)) {
      String key = pair.elements().size() == 2 ? pair.elements().getFirst().asText() : null;
      if (key != null) {
        lines.append(key).append(": ").append(pair.elements().get(1).asText()).append('\n');
      }
    }
    if (lines.isEmpty()) {
      return config;
    }
    var values = new TreeMap<>(config.values());
    values.put(RAW, lines.toString());
    return new GuestConfig(config.type(), values, config.pending(), config.digest());
  }
}
