package pivm.engine.observation;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code .rrd} of the cluster file system: what each node last told about itself, its
 * guests and storages, one line each: {@code KIND-VERSION/NAME:FIELD:FIELD:…}, {@code U} for an
 * unknown field (pve-cluster, src/PVE/Cluster.pm, {@code rrd_dump}; the fields as in pve-manager,
 * PVE/API2Tools.pm).
 */
final class StatusFile {
  private final Map<String, String[]> lines = new HashMap<>();

  /**
   * @param text null when there is no such file: nothing is known then
   */
  StatusFile(@Nullable String text) {
    if (text != null) {
      text.lines().forEach(this::line);
    }
  }

  private void line(String line) {
    int slash = line.indexOf('/');
    int colon = line.indexOf(':');
    // pve-vm-9.0/100 and its older spellings pve2-vm/100: the kind is the word after the dash.
    String[] kind = slash < 0 ? new String[0] : line.substring(0, slash).split("-", -1);
    if (kind.length > 1 && colon > slash) {
      String key = kind[1] + line.substring(slash, colon);
      lines.put(key, line.substring(colon + 1).split(":", -1));
    }
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** A field of a guest. */
  @Nullable String guest(int vmid, int field) {
    return field("vm/" + vmid, field);
  }

  /** A field of a node. */
  @Nullable String node(String name, int field) {
    return field("node/" + name, field);
  }

  /** A field of a storage on a node. */
  @Nullable String storage(String node, String id, int field) {
    return field("storage/" + node + "/" + id, field);
  }

  private @Nullable String field(String key, int field) {
    String[] fields = lines.get(key);
    return fields == null
            || field >= fields.length
            || fields[field].equals("U")
            || fields[field].isEmpty()
        ? null
        : fields[field];
  }

  /** A field's whole number; null when there is none. */
  static @Nullable Long number(@Nullable String field) {
    Double value = decimal(field);
    return value == null ? null : (Long) value.longValue();
  }

  static @Nullable Double decimal(@Nullable String field) {
    try {
      return field == null ? null : Double.valueOf(field);
    } catch (NumberFormatException unreadable) {
      return null;
    }
  }
}
