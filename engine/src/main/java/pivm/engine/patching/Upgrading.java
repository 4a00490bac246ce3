package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.plan.Counted;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;

/** The upgrade of one container. */
final class Upgrading {
  /** Comes before the id in the mark that an upgrade leaves before it is begun. */
  static final String ID = "upgrade ";

  static final String STARTING = "starting it";
  static final String CUT_OFF =
      "its upgrade was cut off; the next one sets its package manager right where that is possible";

  private final PatchRun run;
  private final PatchOperation.Upgrade upgrade;
  private final WorkContext context;
  private final InContainer container;
  private final Instant since;

  Upgrading(PatchRun run, Step step, PatchOperation.Upgrade upgrade, WorkContext context) {
    this.run = run;
    this.upgrade = upgrade;
    this.context = context;
    this.container = run.container(context, upgrade.vmid(), step.node());
    this.since = context.now();
  }

  WorkEnd run() throws InterruptedException {
    if (upgrade.starts()) {
      context.mark(STARTING);
      TaskEnd started = container.start();
      if (!started.ok()) {
        return WorkEnd.failed("it could not be started: " + started.exitStatus());
      }
    }
    String id = upgrade.vmid() + "-" + since.getEpochSecond();
    context.mark(ID + id);
    PatchResult result;
    try {
      String busy = container.begin(id, upgrade.terms().lockWait(), upgrade.terms().healthCheck());
      if (busy != null) {
        return rest(WorkEnd.skipped("another upgrade (" + busy + ") runs in it; run again later"));
      }
      result = followed(id, deadline());
    } catch (InContainer.Silent silent) {
      result = cutShort(silent);
      if (result == null) {
        return WorkEnd.unsettled(
            silent.getMessage()
                + "; whether its upgrade goes on is not known: `pivm resume` finds out");
      }
    }
    result = undone(result);
    run.keep(result, container, since, context);
    return rest(PatchRun.end(result));
  }

  private Instant deadline() {
    return since.plus(Duration.ofMinutes(upgrade.terms().timeout()));
  }

  private PatchResult followed(String id, Instant deadline)
      throws InContainer.Silent, InterruptedException {
    PatchAnswer answer = container.follow(id, deadline);
    return switch (answer.state()) {
      case ENDED -> PatchResult.parse(answer.result());
      case RUNNING ->
          PatchResult.failed(
              "it has not ended within "
                  + Counted.of(upgrade.terms().timeout(), "minute")
                  + " and is left to itself; its log in the container is"
                  + " /var/lib/pivm-patch/"
                  + id
                  + "/log");
      case DIED -> PatchResult.failed(CUT_OFF);
      case UNSTARTED, ABSENT -> PatchResult.failed("it did not begin");
    };
  }

  /** A container that came to rest in the middle will not tell any more. */
  private @Nullable PatchResult cutShort(InContainer.Silent silent) {
    return container.running()
        ? null
        : PatchResult.failed("it was stopped in the middle: " + silent.getMessage());
  }

  private PatchResult undone(PatchResult result) {
    boolean may = upgrade.terms().rollback() && !result.good() && result.touched();
    if (!may) {
      return result;
    }
    String said = new Undo(context, container, run.began(), since).run(!upgrade.starts());
    return Undo.told(result, said);
  }

  /** Shuts down what was started for this. */
  private WorkEnd rest(WorkEnd end) {
    if (!upgrade.starts() || !container.running()) {
      return end;
    }
    TaskEnd stopped = container.shutdown();
    return stopped.ok()
        ? end
        : new WorkEnd(
            end.status() == StepResult.Status.DONE ? StepResult.Status.FAILED : end.status(),
            end.message() + "; it could not be shut down again: " + stopped.exitStatus());
  }
}
