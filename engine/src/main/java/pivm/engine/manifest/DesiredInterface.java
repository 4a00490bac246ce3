package pivm.engine.manifest;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says about one network interface of a node.
 *
 * @param place of the entry
 * @param type as Proxmox names it: {@code bridge}, {@code bond}, {@code eth}, {@code vlan}; null
 *     only where it is to be absent
 * @param absent whether it is to be removed
 * @param set settings by Proxmox's own names, with flags as {@code 0} and {@code 1} and lists
 *     separated by blanks
 * @param unset settings that must not be set
 */
public record DesiredInterface(
    Place place,
    String name,
    @Nullable String type,
    boolean absent,
    SortedMap<String, String> set,
    SortedSet<String> unset) {
  public DesiredInterface {
    set = Collections.unmodifiableSortedMap(new TreeMap<>(set));
    unset = Collections.unmodifiableSortedSet(new TreeSet<>(unset));
  }

  /** This entry, completed by what is declared for every node. */
  DesiredInterface over(DesiredInterface everywhere) {
    if (absent || everywhere.absent) {
      return this;
    }
    var all = new TreeMap<>(everywhere.set);
    var without = new TreeSet<>(everywhere.unset);
    all.keySet().removeAll(unset);
    without.removeAll(set.keySet());
    all.putAll(set);
    without.addAll(unset);
    return new DesiredInterface(place, name, type, false, all, without);
  }
}
