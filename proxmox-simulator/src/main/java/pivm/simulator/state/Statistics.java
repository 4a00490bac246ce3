package pivm.simulator.state;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Kind;

/**
 * What the nodes last told of their guests. pvestatd makes its round every ten seconds (pve-manager
 * PVE/Service/pvestatd.pm); in between everyone sees the last one, by VMID alone, for up to five
 * minutes (pve-cluster src/pmxcfs/status.c). So a guest that was stopped just now is still listed
 * as running, and so is one made anew under the VMID of another.
 */
public final class Statistics {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final long KEPT_MILLIS = 300_000;

  private final Cluster cluster;
  private final Map<Integer, Report> reports = new HashMap<>();

  /**
   * A guest as its node saw it.
   *
   * @param atMillis when
   * @param startedMillis when it had been started; below zero when it did not run
   * @param maxMemory assigned, in bytes
   * @param cpus as shown
   */
  public record Report(
      long atMillis,
      String name,
      long startedMillis,
      boolean paused,
      boolean template,
      long maxMemory,
      long cpus) {
    public boolean isRunning() {
      return startedMillis >= 0;
    }

    /** In seconds. */
    public long uptime() {
      return isRunning() ? (atMillis - startedMillis) / 1000 : 0;
    }

    /** As statistics name its power. */
    public String status() {
      return !isRunning() ? "stopped" : paused ? "paused" : "running";
    }
  }

  Statistics(Cluster cluster) {
    this.cluster = cluster;
    cluster.time().every(EVERY, this::tell);
  }

  /** What is known of a guest of that id, whoever bears it by now; null when nothing is. */
  public @Nullable Report of(int vmid) {
    return reports.get(vmid);
  }

  /** Every node that is online tells of its guests now. */
  public void tell() {
    long now = cluster.time().millis();
    reports.values().removeIf(report -> now - report.atMillis() >= KEPT_MILLIS);
    for (Guest guest : cluster.guests()) {
      Node node = cluster.findNode(guest.node());
      if (node != null && node.isOnline()) {
        reports.put(guest.vmid(), report(guest, node, now));
      }
    }
  }

  private static Report report(Guest guest, Node node, long now) {
    return new Report(
        now,
        guest.name(),
        guest.startedMillis(),
        guest.isPaused() && guest.kind() == Kind.QEMU,
        guest.isTemplate(),
        guest.memory(),
        guest.cpus(node.cpus()));
  }
}
