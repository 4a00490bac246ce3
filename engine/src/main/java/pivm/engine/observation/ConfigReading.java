package pivm.engine.observation;

import java.util.TreeMap;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;

/** What one answer of the API leaves out of a configuration. */
final class ConfigReading {

  private ConfigReading() {}

  /**
   * Adds a container's raw lines, which {@code /pending} leaves out and {@code /config} lists as
   * pairs.
   */
  static GuestConfig withRawLines(GuestConfig config, Json data) {
    String lines = GuestConfig.ofConfig(config.type(), data.asObject()).value(GuestConfig.RAW);
    if (lines == null) {
      return config;
    }
    var values = new TreeMap<>(config.values());
    values.put(GuestConfig.RAW, lines);
    return new GuestConfig(config.type(), values, config.pending(), config.digest());
  }
}
