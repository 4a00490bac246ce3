package pivm.proxmox.schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** Every config key of a kind of guest. Keys are read from the table when first asked for. */
public final class GuestKeys {

  private static final class Tables {
    static final Map<GuestType, GuestKeys> ALL = read();

    private static Map<GuestType, GuestKeys> read() {
      var qemu = new LinkedHashMap<String, List<String>>();
      var lxc = new LinkedHashMap<String, List<String>>();
      List<String> current = new ArrayList<>();
      for (String line : TableLine.lines("guest-keys.tsv")) {
        if (line.charAt(0) != '\t') {
          int first = line.indexOf('\t');
          int second = line.indexOf('\t', first + 1);
          current = new ArrayList<>();
          (line.startsWith("qemu") ? qemu : lxc).put(line.substring(first + 1, second), current);
        }
        current.add(line);
      }
      return Map.of(
          GuestType.QEMU, new GuestKeys(GuestType.QEMU, qemu),
          GuestType.LXC, new GuestKeys(GuestType.LXC, lxc));
    }
  }

  private final GuestType type;
  private final Map<String, List<String>> lines;
  private final Map<String, GuestKey> keys = new ConcurrentHashMap<>();

  private GuestKeys(GuestType type, Map<String, List<String>> lines) {
    this.type = type;
    this.lines = lines;
  }

  public static GuestKeys of(GuestType type) {
    GuestKeys keys = Tables.ALL.get(type);
    if (keys == null) {
      throw new IllegalStateException("no table for " + type);
    }
    return keys;
  }

  /**
   * The key that a name in a config belongs to.
   *
   * @param name such as {@code memory} or {@code net0}
   * @return null when Proxmox has no such key, or not of that number
   */
  public @Nullable GuestKey find(String name) {
    if (name.endsWith("]")) {
      return null;
    }
    GuestKey exact = named(name);
    if (exact != null) {
      return exact;
    }
    int digits = name.length();
    while (digits > 0 && Character.isDigit(name.charAt(digits - 1))) {
      digits--;
    }
    int count = name.length() - digits;
    if (count == 0 || count > 3 || (count > 1 && name.charAt(digits) == '0')) {
      return null;
    }
    GuestKey key = named(name.substring(0, digits) + "[n]");
    int index = Integer.parseInt(name.substring(digits));
    return key == null || index < key.firstIndex() || index > key.lastIndex() ? null : key;
  }

  /** Every key, by name. */
  public List<GuestKey> all() {
    List<GuestKey> all = new ArrayList<>();
    for (String pattern : lines.keySet()) {
      GuestKey key = named(pattern);
      if (key != null) {
        all.add(key);
      }
    }
    return Collections.unmodifiableList(all);
  }

  private @Nullable GuestKey named(String pattern) {
    GuestKey known = keys.get(pattern);
    if (known != null) {
      return known;
    }
    List<String> source = lines.get(pattern);
    if (source == null) {
      return null;
    }
    GuestKey key = read(source);
    keys.put(pattern, key);
    return key;
  }

  private GuestKey read(List<String> source) {
    var line = new TableLine(source.getFirst());
    var parts = new LinkedHashMap<String, SubKey>();
    for (String partLine : source.subList(1, source.size())) {
      SubKey part = part(new TableLine(partLine));
      parts.put(part.name(), part);
    }
    String index = line.attribute("index");
    int dash = index == null ? -1 : index.indexOf('-');
    return new GuestKey(
        type,
        line.field(1),
        index == null ? -1 : Integer.parseInt(index.substring(0, dash)),
        index == null ? -1 : Integer.parseInt(index.substring(dash + 1)),
        line.constraint(2),
        Apply.valueOf(line.text("apply")),
        Authority.valueOf(line.text("who")),
        Collections.unmodifiableSequencedMap(parts));
  }

  private static SubKey part(TableLine line) {
    return new SubKey(
        line.field(1),
        line.constraint(2),
        line.has("required"),
        line.has("default-key"),
        line.attribute("alias"),
        line.attribute("key-alias"),
        line.attribute("requires"),
        line.has("create-only"));
  }
}
