package pivm.engine.execution;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import pivm.proxmox.Time;

/**
 * A lock in the cluster file system, as Proxmox's own are: a folder below {@code
 * /etc/pve/priv/lock}. Making it takes the lock; setting its time to now keeps it; a waiter asks by
 * setting the time to 0; removing it frees it. A question removes a lock that was made, or kept
 * last, more than 120 seconds ago by the clock of the node that answers: so a holder that died
 * keeps nobody out for longer, and whoever waits has to wait a little more than that. The folder is
 * the cluster's, so the lock is too, on whatever node a manager runs. Behaviour of pmxcfs
 * (pve-cluster, {@code src/README}, {@code src/pmxcfs/memdb.c}: {@code memdb_lock_expired}) and
 * {@code PVE/Cluster.pm}.
 */
public final class PmxcfsLock implements ClusterLock {

  private static final Duration KEEP_EVERY = Duration.ofSeconds(20);
  private static final Duration LOST_AFTER = Duration.ofMinutes(2);
  private static final Duration ASK_EVERY = Duration.ofSeconds(1);

  private final Path folder;
  private final Time time;

  /**
   * @param folder {@code /etc/pve/priv/lock}
   */
  public PmxcfsLock(Path folder, Time time) {
    this.folder = folder;
    this.time = time;
  }

  @Override
  public Held take(String name, Duration wait) throws InterruptedException {
    Path lock = folder.resolve("pivm-" + name);
    Instant until = time.now().plus(wait);
    while (true) {
      try {
        Files.createDirectory(lock);
        return new HeldFolder(lock);
      } catch (FileAlreadyExistsException taken) {
        askToFree(lock);
      } catch (IOException cannotMake) {
        throw new IllegalStateException(
            "the cluster lock "
                + lock
                + " cannot be taken: "
                + cannotMake.getMessage()
                + ". Without quorum nothing can be written: see `pvecm status`.",
            cannotMake);
      }
      if (!time.now().isBefore(until)) {
        throw new IllegalStateException(
            "another manager holds the cluster lock "
                + lock
                + " on some node; two at once could take the same VMID. Wait until its run has"
                + " ended; a lock whose holder died is freed after 2 minutes.");
      }
      time.sleep(ASK_EVERY);
    }
  }

  private static void askToFree(Path lock) {
    try {
      setTimes(lock, FileTime.from(Instant.EPOCH));
    } catch (IOException freedMeanwhile) {
      // The next try tells.
    }
  }

  private static void setTimes(Path lock, FileTime modified) throws IOException {
    Files.getFileAttributeView(lock, BasicFileAttributeView.class)
        .setTimes(modified, FileTime.from(Instant.EPOCH), null);
  }

  private final class HeldFolder implements Held {
    private final Path lock;
    private final Thread keeper;
    private volatile Instant kept;
    private volatile boolean lost;

    HeldFolder(Path lock) {
      this.lock = lock;
      this.kept = time.now();
      this.keeper = WorkThreads.start("cluster lock", this::keep);
    }

    private void keep() {
      try {
        while (!lost) {
          Thread.sleep(KEEP_EVERY);
          setTimes(lock, FileTime.from(time.now()));
          kept = time.now();
        }
      } catch (IOException gone) {
        lost = true;
      } catch (InterruptedException closed) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public boolean valid() {
      return !lost && Files.isDirectory(lock) && kept.plus(LOST_AFTER).isAfter(time.now());
    }

    @Override
    public void close() {
      boolean ours = valid();
      lost = true;
      keeper.interrupt();
      try {
        if (ours) {
          Files.deleteIfExists(lock);
        }
      } catch (IOException staysBehind) {
        // Proxmox frees it after two minutes without a refresh.
      }
    }
  }
}
