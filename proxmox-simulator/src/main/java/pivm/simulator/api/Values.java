package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;

/** Configuration values as the API shows them: numbers as numbers, secrets masked. */
final class Values {
  private static final Set<String> QEMU_NUMBERS =
      Set.of(
          "acpi",
          "allow-ksm",
          "autostart",
          "balloon",
          "ciupgrade",
          "cores",
          "cpuunits",
          "freeze",
          "keephugepages",
          "kvm",
          "localtime",
          "migrate_speed",
          "numa",
          "onboot",
          "protection",
          "reboot",
          "shares",
          "smp",
          "snaptime",
          "sockets",
          "tablet",
          "tdf",
          "template",
          "vcpus");
  private static final Set<String> LXC_NUMBERS =
      Set.of(
          "console",
          "cores",
          "cpuunits",
          "debug",
          "memory",
          "onboot",
          "protection",
          "snaptime",
          "swap",
          "template",
          "tty",
          "unprivileged");

  private Values() {}

  static Object shown(Kind kind, String key, String value) {
    if (key.equals("cipassword")) {
      return "**********";
    }
    if (kind == Kind.LXC && key.equals("description")) {
      return value.endsWith("\n") ? value : value + "\n";
    }
    boolean number = (kind == Kind.QEMU ? QEMU_NUMBERS : LXC_NUMBERS).contains(key);
    return number && value.matches("-?\\d{1,18}") ? (Object) Long.valueOf(value) : value;
  }

  /** A section of a configuration as an object. */
  static Doc section(Kind kind, Map<String, String> values) {
    var doc = new Doc();
    List<List<String>> raw = new ArrayList<>();
    values.forEach((key, value) -> {
      if (kind == Kind.LXC && key.startsWith("lxc.")) {
        value.lines().forEach(line -> raw.add(List.of(key, line)));
      } else {
        doc.put(key, shown(kind, key, value));
      }
    });
    return raw.isEmpty() ? doc : doc.put("lxc", raw);
  }

  /** The configuration with the pending changes merged in, or the one in effect. */
  static Doc config(GuestConfig config, boolean current) {
    var doc = section(config.kind(), config.values());
    if (!current) {
      config.pending().forEach((key, value) -> doc.put(key, shown(config.kind(), key, value)));
      config.pendingDelete().keySet().forEach(doc::remove);
    }
    return doc.put("digest", config.digest());
  }

  /** The values in effect beside those that wait. */
  static List<Doc> pending(GuestConfig config) {
    List<Doc> found = new ArrayList<>();
    var kind = config.kind();
    for (String key : config.allKeys()) {
      var doc = new Doc().put("key", key);
      var value = config.get(key);
      if (value != null) {
        doc.put("value", shown(kind, key, value));
      }
      var later = config.pending().get(key);
      if (later != null) {
        doc.put("pending", shown(kind, key, later));
      }
      var force = config.pendingDelete().get(key);
      if (force != null) {
        doc.put("delete", force ? 2 : 1);
      }
      found.add(doc);
    }
    found.add(new Doc().put("key", "digest").put("value", config.digest()));
    return found;
  }
}
