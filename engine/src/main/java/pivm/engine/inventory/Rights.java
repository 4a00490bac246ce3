package pivm.engine.inventory;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the connected user or token may do.
 *
 * @param everything whether it is root on a node, or root@pam by ticket: nothing to check
 * @param byPath privileges by access-control path, as {@code /access/permissions} answers
 */
public record Rights(boolean everything, SortedMap<String, SortedSet<String>> byPath) {
  public Rights {
    byPath = Collections.unmodifiableSortedMap(new TreeMap<>(byPath));
  }

  public static Rights all() {
    return new Rights(true, new TreeMap<>());
  }

  /**
   * Whether a privilege holds on a path. Proxmox lists the effective rights on the paths that have
   * an entry of their own; below those the nearest listed ancestor decides.
   */
  public boolean has(String path, String privilege) {
    if (everything) {
      return true;
    }
    for (String at = path; ; at = parent(at)) {
      SortedSet<String> here = byPath.get(at);
      if (here != null) {
        return here.contains(privilege);
      }
      if (at.equals("/")) {
        return false;
      }
    }
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /** All privileges on a path. */
  public SortedSet<String> on(String path) {
    for (String at = path; ; at = parent(at)) {
      SortedSet<String> here = byPath.get(at);
      if (here != null || at.equals("/")) {
        return here == null ? new TreeSet<>() : here;
      }
    }
  }
}
