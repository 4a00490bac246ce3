package pivm.proxmox.files;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code .rrd}: what each node told in the last ten seconds about itself, its guests and
 * storages, one line each: {@code KIND-VERSION/NAME:FIELD:FIELD:…}, {@code U} for an unknown field
 * (pve-cluster src/pmxcfs/status.c; the fields as in pve-manager PVE/API2Tools.pm and
 * PVE/Service/pvestatd.pm).
 */
public final class StatusFile {

  /**
   * A node's figures; null for what it does not tell.
   *
   * @param uptime in seconds
   * @param load average over a minute
   * @param cores threads that it runs at once
   * @param cpu share of all cores in use, 0 to 1
   * @param memoryTotal in bytes
   * @param memoryUsed in bytes, ZFS cache included
   * @param arc bytes of ZFS cache in it
   */
  public record NodeStatus(
      @Nullable Long uptime,
      @Nullable Double load,
      @Nullable Long cores,
      @Nullable Double cpu,
      @Nullable Long memoryTotal,
      @Nullable Long memoryUsed,
      @Nullable Long arc) {}

  /**
   * A guest's figures; null for what its node does not tell.
   *
   * @param power {@code running}, {@code stopped} …
   * @param memoryMax configured, in bytes
   * @param diskMax of the boot disk, in bytes
   */
  public record GuestStatus(
      @Nullable Long uptime,
      @Nullable String name,
      @Nullable String power,
      boolean template,
      @Nullable Double cores,
      @Nullable Double cpu,
      @Nullable Long memoryMax,
      @Nullable Long memoryUsed,
      @Nullable Long diskMax) {}

  /** A storage's figures on one node, in bytes. */
  public record StorageStatus(@Nullable Long total, @Nullable Long used) {}

  private final Map<String, String[]> lines = new HashMap<>();

  /** From the file's text; null when there is no such file: nothing is known then. */
  StatusFile(@Nullable String text) {
    if (text != null) {
      text.lines().forEach(this::line);
    }
  }

  private void line(String line) {
    int slash = line.indexOf('/');
    int colon = line.indexOf(':');
    // pve-vm-9.0/100 and its older spelling pve2-vm/100: the kind is the word after the dash.
    String[] kind = slash < 0 ? new String[0] : line.substring(0, slash).split("-", -1);
    if (kind.length > 1 && colon > slash) {
      lines.put(kind[1] + line.substring(slash, colon), line.substring(colon + 1).split(":", -1));
    }
  }

  /** Whether nothing is known at all. */
  public boolean isEmpty() {
    return lines.isEmpty();
  }

  /** A node's figures; null when it tells none. */
  public @Nullable NodeStatus node(String name) {
    String[] fields = lines.get("node/" + name);
    return fields == null
        ? null
        : new NodeStatus(
            whole(fields, 0),
            decimal(fields, 3),
            whole(fields, 4),
            decimal(fields, 5),
            whole(fields, 7),
            whole(fields, 8),
            whole(fields, 16));
  }

  /** A guest's figures; null when no node tells any. */
  public @Nullable GuestStatus guest(int vmid) {
    String[] fields = lines.get("vm/" + vmid);
    return fields == null
        ? null
        : new GuestStatus(
            whole(fields, 0),
            text(fields, 1),
            text(fields, 2),
            "1".equals(text(fields, 3)),
            decimal(fields, 5),
            decimal(fields, 6),
            whole(fields, 7),
            whole(fields, 8),
            whole(fields, 9));
  }

  /** A storage's figures on a node; null when the node tells none. */
  public @Nullable StorageStatus storage(String node, String id) {
    String[] fields = lines.get("storage/" + node + "/" + id);
    return fields == null ? null : new StorageStatus(whole(fields, 1), whole(fields, 2));
  }

  private static @Nullable String text(String[] fields, int place) {
    boolean known = place < fields.length && !fields[place].isEmpty() && !fields[place].equals("U");
    return known ? fields[place] : null;
  }

  private static @Nullable Long whole(String[] fields, int place) {
    Double value = decimal(fields, place);
    return value == null ? null : (Long) value.longValue();
  }

  private static @Nullable Double decimal(String[] fields, int place) {
    String text = text(fields, place);
    try {
      return text == null ? null : Double.valueOf(text);
    } catch (NumberFormatException unreadable) {
      return null;
    }
  }
}
