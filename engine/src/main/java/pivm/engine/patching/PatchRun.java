package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.patching.PatchRecords.Entry;
import pivm.proxmox.command.NodeShell;

/** What the steps of one run share. Used by several threads at once. */
final class PatchRun {
  private final PatchScript script;
  private final PatchRecords records;
  private final Instant began;
  private final ClusterLock lock;

  /** Of this run, by VMID. */
  private final Map<Integer, PatchResult> results = new ConcurrentHashMap<>();

  private final Map<Integer, Instant> begins = new ConcurrentHashMap<>();

  /**
   * A run.
   *
   * @param began when it began: a snapshot from before is not its own
   * @param lock is taken for what is changed while an earlier run is settled
   */
  PatchRun(NodeShell shell, PatchRecords records, Instant began, ClusterLock lock) {
    this.lock = lock;
    this.script = new PatchScript(shell);
    this.records = records;
    this.began = began;
  }

  ClusterLock lock() {
    return lock;
  }

  Instant began() {
    return began;
  }

  InContainer container(WorkContext context, int vmid, String node) {
    return new InContainer(script, context, vmid, node);
  }

  /** What this run has done to a container so far; null when that is nothing. */
  @Nullable PatchResult result(int vmid) {
    return results.get(vmid);
  }

  /**
   * Puts a container's result on record, in place of what this run had for it.
   *
   * @param since when the work on it began; a restart belongs to the upgrade before it
   */
  void keep(PatchResult result, InContainer container, Instant since, WorkContext context) {
    int vmid = container.vmid();
    results.put(vmid, result);
    Instant now = context.now();
    Duration took = Duration.between(begins.computeIfAbsent(vmid, _ -> since), now);
    String failed =
        records.add(
            new Entry(vmid, "lxc " + vmid, container.node(), now, took, result), container.log());
    if (failed != null) {
      context.remark(failed);
    }
  }

  static WorkEnd end(PatchResult result) {
    return switch (result.outcome()) {
      case UNSUPPORTED, REFUSED -> WorkEnd.refused(result.summary());
      case LOCKED -> WorkEnd.skipped(result.summary() + "; run again later");
      default -> result.good() ? WorkEnd.done(result.summary()) : WorkEnd.failed(result.summary());
    };
  }
}
