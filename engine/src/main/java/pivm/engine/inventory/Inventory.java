package pivm.engine.inventory;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The observed cluster.
 *
 * @param guests by VMID, of every node, both types, managed or not
 * @param unknown what could not be seen; what depends on it is reported as unknown, not as missing
 */
public record Inventory(
    Cluster cluster,
    SortedMap<String, Node> nodes,
    SortedMap<Integer, ObservedGuest> guests,
    SortedMap<String, Storage> storages,
    Rights rights,
    List<Unknown> unknown) {
  public Inventory {
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    guests = Collections.unmodifiableSortedMap(new TreeMap<>(guests));
    storages = Collections.unmodifiableSortedMap(new TreeMap<>(storages));
    unknown = List.copyOf(unknown);
  }

  public @Nullable ObservedGuest guest(int vmid) {
    return guests.get(vmid);
  }

  public @Nullable Node node(String name) {
    return nodes.get(name);
  }

  public @Nullable Storage storage(String id) {
    return storages.get(id);
  }

  public Inventory withNodes(SortedMap<String, Node> others) {
    return new Inventory(cluster, others, guests, storages, rights, unknown);
  }

  public Inventory withStorages(SortedMap<String, Storage> read) {
    return new Inventory(cluster, nodes, guests, read, rights, unknown);
  }

  /** Whether the node is there and its facts can be relied on. */
  public boolean online(String name) {
    Node node = nodes.get(name);
    return node != null && node.online();
  }
}
