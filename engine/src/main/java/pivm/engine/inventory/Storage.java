package pivm.engine.inventory;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A storage as the cluster defines it, and as each node sees it.
 *
 * @param type the plugin: {@code dir}, {@code lvmthin}, {@code zfspool}, {@code rbd}, {@code nfs},
 *     …
 * @param content what it may hold: {@code images}, {@code rootdir}, {@code iso}, {@code vztmpl},
 *     {@code import}, {@code backup}, {@code snippets}
 * @param nodes the nodes it is limited to; empty for all
 * @param use by node
 * @param volumes by node (shared storages under any one node): what it holds; a node that is not
 *     there was not read
 */
public record Storage(
    String id,
    String type,
    SortedSet<String> content,
    boolean shared,
    boolean enabled,
    SortedSet<String> nodes,
    SortedMap<String, Use> use,
    SortedMap<String, SortedMap<String, Volume>> volumes) {

  /**
   * A node's view of a storage.
   *
   * @param total in bytes; null when unknown
   * @param available in bytes; null when unknown
   */
  public record Use(boolean active, @Nullable Long total, @Nullable Long available) {}

  /**
   * A volume.
   *
   * @param id {@code STORAGE:NAME}
   * @param owner the VMID that it belongs to by name; null for none
   * @param size in bytes
   * @param format {@code raw}, {@code qcow2}, {@code subvol}, {@code iso}, {@code tzst}, …
   * @param created seconds since 1970; 0 when unknown
   * @param parent the volume that it is a linked clone of, as the storage names it; null for none
   * @param notes first line of a backup's notes; null for none
   */
  public record Volume(
      String id,
      String content,
      @Nullable Integer owner,
      long size,
      String format,
      long created,
      @Nullable String parent,
      @Nullable String notes) {
    public Volume(
        String id,
        String content,
        @Nullable Integer owner,
        long size,
        String format,
        long created) {
      this(id, content, owner, size, format, created, null, null);
    }
  }

  public Storage {
    content = Collections.unmodifiableSortedSet(new TreeSet<>(content));
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
    use = Collections.unmodifiableSortedMap(new TreeMap<>(use));
    volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
  }

  public boolean onNode(String node) {
    return enabled && (nodes.isEmpty() || nodes.contains(node));
  }

  public Storage withVolumes(SortedMap<String, SortedMap<String, Volume>> read) {
    return new Storage(id, type, content, shared, enabled, nodes, use, read);
  }

  public Storage withUse(SortedMap<String, Use> read) {
    return new Storage(id, type, content, shared, enabled, nodes, read, volumes);
  }
}
