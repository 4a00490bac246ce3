package pivm.engine.patching;

import java.time.Instant;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.execution.Worker;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.proxmox.command.NodeShell;

/**
 * Patches containers. What happens in a container goes on whatever becomes of this process, and is
 * found again by the id that is on record before it is begun.
 */
final class PatchWorker implements Worker {
  private final PatchRun run;

  /**
   * A worker of one run.
   *
   * @param began when the run began
   * @param lock is taken for what is changed while an earlier run is settled
   */
  PatchWorker(NodeShell shell, PatchRecords records, Instant began, ClusterLock lock) {
    this.run = new PatchRun(shell, records, began, lock);
  }

  @Override
  public WorkEnd work(Step step, WorkContext context) {
    try {
      return switch (step.operation()) {
        case PatchOperation.Upgrade upgrade -> new Upgrading(run, step, upgrade, context).run();
        case PatchOperation.RebootIfRequired reboot ->
            new Restarting(run, step, reboot, context).run();
        default -> WorkEnd.failed("containers are patched here, and nothing else");
      };
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return WorkEnd.unsettled("interrupted; `pivm resume` finds out what came of it");
    }
  }

  @Override
  public Settlement settle(CutOff cutOff, WorkContext context) {
    try {
      return switch (cutOff.work()) {
        case PatchOperation.Upgrade upgrade -> new Settling(run, cutOff, upgrade, context).settle();
        case PatchOperation.RebootIfRequired _ -> restarted(cutOff, context);
        default -> unknown(cutOff.work());
      };
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Settlement.OutOfReach("interrupted");
    }
  }

  private static Settlement unknown(Work work) {
    return new Settlement.Unclear("containers are patched here, and not " + work.subject());
  }

  private static Settlement restarted(CutOff cutOff, WorkContext context) {
    if (cutOff.task() == null) {
      return new Settlement.NotDone("it was not restarted; it still needs that");
    }
    TaskEnd end = context.follow(cutOff.task());
    return end.ok()
        ? new Settlement.Done("its task ended well", end.log())
        : new Settlement.Failed("its task failed", end.exitStatus(), end.log());
  }
}
