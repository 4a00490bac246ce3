package pivm.engine.observation;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Collects what names a VMID that no guest has. */
final class Claims {
  private final SortedSet<Integer> existing;
  private final SortedMap<Integer, String> found = new TreeMap<>();

  Claims(SortedSet<Integer> existing) {
    this.existing = existing;
  }

  void add(@Nullable String vmid, String claimant) {
    Integer id = Words.vmid(vmid);
    if (id != null && !existing.contains(id)) {
      found.merge(id, claimant, (before, more) -> before + ", " + more);
    }
  }

  SortedMap<Integer, String> found() {
    return found;
  }
}
