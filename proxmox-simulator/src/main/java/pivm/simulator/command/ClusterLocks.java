package pivm.simulator.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The locks below {@code priv/lock}: folders that their holders make, keep by setting their time,
 * and remove. Whoever waits for one asks for it by setting its time to 0, and is given it more than
 * 120 seconds after the lock was last made or kept (pve-cluster, {@code
 * src/pmxcfs/cfs-plug-memdb.c}, {@code memdb.c}: {@code memdb_lock_expired}). These are seconds of
 * the simulated clock.
 */
final class ClusterLocks {
  private static final long TIMEOUT_SECONDS = 120;
  private static final long ASKED = 0;

  /** A lock's time on disk when it was made or kept, and when that was seen. */
  private record Kept(long modified, long seconds) {}

  private final Path folder;
  private final Map<Path, Kept> locks = new HashMap<>();

  ClusterLocks(Path folder) {
    this.folder = folder;
  }

  /** Looks at every lock, and frees those that were asked for and not kept in time. */
  void look(long now) throws IOException {
    List<Path> there;
    try (var files = Files.list(folder)) {
      there = files.filter(Files::isDirectory).toList();
    }
    locks.keySet().retainAll(there);
    for (Path lock : there) {
      try {
        look(lock, now);
      } catch (NoSuchFileException freed) {
        locks.remove(lock);
      }
    }
  }

  private void look(Path lock, long now) throws IOException {
    long modified = Files.getLastModifiedTime(lock).toMillis();
    Kept kept = locks.computeIfAbsent(lock, _ -> new Kept(modified, now));
    if (modified != ASKED && modified != kept.modified()) {
      locks.put(lock, new Kept(modified, now));
    } else if (modified == ASKED && now - kept.seconds() > TIMEOUT_SECONDS) {
      locks.remove(lock);
      Files.delete(lock);
    }
  }
}
