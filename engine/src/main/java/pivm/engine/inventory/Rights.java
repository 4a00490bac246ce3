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
 * @param inherited those of them that hold on everything below the path too
 */
public record Rights(
    boolean everything,
    SortedMap<String, SortedSet<String>> byPath,
    SortedMap<String, SortedSet<String>> inherited) {
  public Rights {
    byPath = Collections.unmodifiableSortedMap(new TreeMap<>(byPath));
    inherited = Collections.unmodifiableSortedMap(new TreeMap<>(inherited));
  }

  /** Rights that all hold on what is below, too. */
  public Rights(boolean everything, SortedMap<String, SortedSet<String>> byPath) {
    this(everything, byPath, byPath);
  }

  public static Rights all() {
    return new Rights(true, new TreeMap<>());
  }

  /**
   * Whether a privilege holds on a path. Proxmox lists the effective rights on the paths that have
   * an entry of their own; below those the nearest listed ancestor decides.
   */
  public boolean has(String path, String privilege) {
    return everything || on(path).contains(privilege);
  }

  /** All privileges on a path; empty also for one who may do everything. */
  public SortedSet<String> on(String path) {
    SortedSet<String> own = byPath.get(path);
    String at = path;
    while (own == null && !at.equals("/")) {
      at = parent(at);
      own = byPath.containsKey(at) ? inherited.getOrDefault(at, new TreeSet<>()) : null;
    }
    return own == null ? new TreeSet<>() : own;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }
}
