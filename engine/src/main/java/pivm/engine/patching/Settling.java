package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.patching.PatchResult.Outcome;
import pivm.engine.plan.PatchOperation;

/** Finds out about an upgrade that went on without anybody, or did not. */
final class Settling {
  private final PatchRun run;
  private final CutOff cutOff;
  private final PatchOperation.Upgrade upgrade;
  private final WorkContext context;
  private final InContainer container;

  Settling(PatchRun run, CutOff cutOff, PatchOperation.Upgrade upgrade, WorkContext context) {
    this.run = run;
    this.cutOff = cutOff;
    this.upgrade = upgrade;
    this.context = context;
    this.container = run.container(context, upgrade.vmid(), cutOff.node());
  }

  Settlement settle() throws InterruptedException {
    String id = null;
    for (String mark : cutOff.marks()) {
      id = mark.startsWith(Upgrading.ID) ? mark.substring(Upgrading.ID.length()) : id;
    }
    if (cutOff.marks().contains(Undo.MARK)) {
      return rolledBack();
    }
    if (id == null) {
      rest();
      return new Settlement.NotDone("its upgrade was not begun");
    }
    if (!container.running()) {
      return new Settlement.Failed(
          "it does not run any more, so that its upgrade was cut off, if it had begun",
          "cut off",
          List.of());
    }
    try {
      Instant deadline = context.now().plus(Duration.ofMinutes(upgrade.terms().timeout()));
      return settled(container.follow(id, deadline));
    } catch (InContainer.Silent silent) {
      return new Settlement.OutOfReach(String.valueOf(silent.getMessage()));
    }
  }

  private Settlement settled(PatchAnswer answer) {
    return switch (answer.state()) {
      case ENDED -> {
        PatchResult result = unrolled(PatchResult.parse(answer.result()));
        run.keep(result, container, cutOff.begun(), context);
        rest();
        yield result.good()
            ? new Settlement.Done(result.summary(), container.log())
            : new Settlement.Failed(result.summary(), result.outcome().word(), container.log());
      }
      case RUNNING -> new Settlement.OutOfReach("its upgrade is still going on");
      case DIED -> {
        PatchResult result = unrolled(PatchResult.failed(Upgrading.CUT_OFF));
        run.keep(result, container, cutOff.begun(), context);
        rest();
        yield new Settlement.Failed(result.summary(), "cut off", container.log());
      }
      case UNSTARTED, ABSENT -> {
        rest();
        yield new Settlement.NotDone("its upgrade was not begun");
      }
    };
  }

  /** What failed is not rolled back long after: what came since would be lost with it. */
  private PatchResult unrolled(PatchResult result) {
    boolean asked = upgrade.terms().rollback() && !result.good() && result.touched();
    return asked
        ? result.with(
            result.outcome() == Outcome.UPGRADED ? Outcome.UNHEALTHY : result.outcome(),
            result.message()
                + "; not rolled back, since the run that would have done it was cut off:"
                + " pivm rollback "
                + upgrade.vmid()
                + " does")
        : result;
  }

  private Settlement rolledBack() {
    if (cutOff.task() == null) {
      return new Settlement.Failed(
          "its upgrade failed, and it was not brought back to its snapshot; pivm rollback "
              + upgrade.vmid()
              + " does",
          "failed",
          List.of());
    }
    TaskEnd end = context.follow(cutOff.task());
    rest();
    return new Settlement.Failed(
        "its upgrade failed; " + (end.ok() ? "it is back at its snapshot" : "so did the rollback"),
        end.exitStatus(),
        end.log());
  }

  /** What was started for its upgrade only is at rest again afterwards. */
  private void rest() {
    if (upgrade.starts()
        && cutOff.marks().contains(Upgrading.STARTING)
        && container.running()
        && !container.shutdown().ok()) {
      context.remark("lxc " + upgrade.vmid() + " could not be shut down again");
    }
  }
}
