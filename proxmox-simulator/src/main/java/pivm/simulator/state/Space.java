package pivm.simulator.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The room behind a storage: one for a shared storage, else one on each node. */
public final class Space {
  private final TreeMap<String, Volume> volumes = new TreeMap<>();
  private final Map<Integer, List<Volume>> byOwner = new HashMap<>();
  private final long total;
  private long used;
  private boolean full;

  Space(long total, long used) {
    this.total = total;
    this.used = used;
  }

  /** In bytes. */
  public long total() {
    return total;
  }

  /** In bytes; everything when the storage was made full on purpose. */
  public long used() {
    return full ? total : Math.min(total, used);
  }

  public long available() {
    return total - used();
  }

  /** Whether nothing more fits, as a fault. */
  public void full(boolean on) {
    full = on;
  }

  public Collection<Volume> volumes() {
    return Collections.unmodifiableCollection(volumes.values());
  }

  public @Nullable Volume find(String name) {
    return volumes.get(name);
  }

  List<Volume> ownedBy(int vmid) {
    return List.copyOf(byOwner.getOrDefault(vmid, List.of()));
  }

  void add(Volume volume) {
    volumes.put(volume.name, volume);
    byOwner.computeIfAbsent(volume.owner, o -> new ArrayList<>(2)).add(volume);
    used += volume.used;
  }

  void remove(Volume volume) {
    volumes.remove(volume.name);
    var siblings = byOwner.get(volume.owner);
    if (siblings != null) {
      siblings.remove(volume);
      if (siblings.isEmpty()) {
        byOwner.remove(volume.owner);
      }
    }
    used -= volume.used;
  }

  public boolean hasChildren(String name) {
    return volumes.values().stream().anyMatch(v -> name.equals(v.parent));
  }
}
