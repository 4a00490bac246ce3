package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.execution.Worker;
import pivm.engine.patching.PatchRecords.Entry;
import pivm.engine.patching.PatchResult.Outcome;
import pivm.engine.plan.Counted;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.proxmox.command.NodeShell;

/**
 * Patches containers. What happens in a container goes on whatever becomes of this process, and is
 * found again by the id that is on record before it is begun.
 */
final class PatchWorker implements Worker {
  private static final String ID = "upgrade ";
  private static final String STARTING = "starting it";
  private static final String CUT_OFF =
      "its upgrade was cut off; the next one sets its package manager right where that is possible";
  private static final Duration HEALTH_PAUSE = Duration.ofSeconds(5);
  private static final int HEALTH_TRIES = 12;

  private final PatchScript script;
  private final PatchRecords records;
  private final Instant began;

  /** Of this run, by VMID. */
  private final Map<Integer, PatchResult> results = new ConcurrentHashMap<>();

  private final Map<Integer, Instant> begins = new ConcurrentHashMap<>();

  /**
   * A worker of one run.
   *
   * @param began when the run began: a snapshot from before is not its own
   */
  PatchWorker(NodeShell shell, PatchRecords records, Instant began) {
    this.script = new PatchScript(shell);
    this.records = records;
    this.began = began;
  }

  @Override
  public WorkEnd work(Step step, WorkContext context) {
    try {
      return switch (step.operation()) {
        case PatchOperation.Upgrade upgrade -> new Upgrading(step, upgrade, context).run();
        case PatchOperation.RebootIfRequired reboot -> new Restarting(step, reboot, context).run();
        default -> WorkEnd.failed("containers are patched here, and nothing else");
      };
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return WorkEnd.unsettled("interrupted; `pivm resume` finds out what came of it");
    }
  }

  private void keep(
      PatchResult result, InContainer container, int vmid, Instant since, WorkContext context) {
    results.put(vmid, result);
    Instant now = context.now();
    // A restart belongs to the upgrade before it.
    Instant from = begins.computeIfAbsent(vmid, _ -> since);
    String failed =
        records.add(
            new Entry(
                vmid, "lxc " + vmid, container.node(), now, Duration.between(from, now), result),
            container.log());
    if (failed != null) {
      context.remark(failed);
    }
  }

  private static WorkEnd end(PatchResult result) {
    return switch (result.outcome()) {
      case UNSUPPORTED, REFUSED -> WorkEnd.refused(result.summary());
      case LOCKED -> WorkEnd.skipped(result.summary() + "; run again later");
      default -> result.good() ? WorkEnd.done(result.summary()) : WorkEnd.failed(result.summary());
    };
  }

  /** The upgrade of one container. */
  private final class Upgrading {
    private final PatchOperation.Upgrade upgrade;
    private final WorkContext context;
    private final InContainer container;
    private final Instant since;

    Upgrading(Step step, PatchOperation.Upgrade upgrade, WorkContext context) {
      this.upgrade = upgrade;
      this.context = context;
      this.container = new InContainer(script, context, upgrade.vmid(), step.node());
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
        String busy =
            container.begin(id, upgrade.terms().lockWait(), upgrade.terms().healthCheck());
        if (busy != null) {
          return rest(
              WorkEnd.skipped("another upgrade (" + busy + ") runs in it; run again later"));
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
      keep(result, container, upgrade.vmid(), since, context);
      return rest(end(result));
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
      String said = new Undo(context, container, began).run(!upgrade.starts());
      return result.with(
          result.outcome() == Outcome.UPGRADED ? Outcome.UNHEALTHY : result.outcome(),
          result.message() + "; " + said);
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

  /** The restart of one container. */
  private final class Restarting {
    private final PatchOperation.RebootIfRequired reboot;
    private final WorkContext context;
    private final InContainer container;
    private final Instant since;

    Restarting(Step step, PatchOperation.RebootIfRequired reboot, WorkContext context) {
      this.reboot = reboot;
      this.context = context;
      this.container = new InContainer(script, context, reboot.vmid(), step.node());
      this.since = context.now();
    }

    WorkEnd run() throws InterruptedException {
      PatchResult result = results.get(reboot.vmid());
      if (result == null || result.reboot() == null) {
        return WorkEnd.done("no restart is needed");
      }
      context.mark("restarting it");
      TaskEnd restarted = container.reboot();
      if (!restarted.ok()) {
        return WorkEnd.failed("it could not be restarted: " + restarted.exitStatus());
      }
      PatchResult after = result.withDown(List.of(), null);
      String sick = null;
      try {
        after = result.withDown(down(result.services()), null);
        sick = sick();
      } catch (InContainer.Silent silent) {
        sick = "it does not answer since its restart: " + silent.getMessage();
      }
      if (sick != null) {
        after = after.with(Outcome.UNHEALTHY, sick);
      }
      if (!after.good() && reboot.terms().rollback()) {
        String said = new Undo(context, container, began).run(true);
        after = after.with(Outcome.UNHEALTHY, after.message() + "; " + said);
      }
      keep(after, container, reboot.vmid(), since, context);
      return after.good()
          ? WorkEnd.done("restarted for " + result.reboot())
          : WorkEnd.failed("restarted for " + result.reboot() + "; " + after.summary());
    }

    /** What does not run again; services take a moment. */
    private List<String> down(List<String> before) throws InContainer.Silent, InterruptedException {
      var missing = new TreeSet<String>();
      for (int tries = 0; tries < HEALTH_TRIES; tries++) {
        missing.clear();
        missing.addAll(before);
        List.of(container.ask("services").split("\\s+")).forEach(missing::remove);
        if (missing.isEmpty()) {
          break;
        }
        context.pause(HEALTH_PAUSE);
      }
      return List.copyOf(missing);
    }

    /** Why its health check does not pass; null when it does. */
    private @Nullable String sick() throws InContainer.Silent, InterruptedException {
      String check = reboot.terms().healthCheck();
      String said = "";
      for (int tries = 0; check != null && tries < HEALTH_TRIES; tries++) {
        said = container.ask("health", check).strip();
        if (said.startsWith("health 0")) {
          return null;
        }
        context.pause(HEALTH_PAUSE);
      }
      return check == null
          ? null
          : "its health check fails since its restart, "
              + said.replaceFirst("^health (\\d+) *", "ending with $1: ");
    }
  }

  @Override
  public Settlement settle(CutOff cutOff, WorkContext context) {
    try {
      return switch (cutOff.work()) {
        case PatchOperation.Upgrade upgrade -> new Settling(cutOff, upgrade, context).settle();
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

  /** Finds out about an upgrade that went on without anybody, or did not. */
  private final class Settling {
    private final CutOff cutOff;
    private final PatchOperation.Upgrade upgrade;
    private final WorkContext context;
    private final InContainer container;

    Settling(CutOff cutOff, PatchOperation.Upgrade upgrade, WorkContext context) {
      this.cutOff = cutOff;
      this.upgrade = upgrade;
      this.context = context;
      this.container = new InContainer(script, context, upgrade.vmid(), cutOff.node());
    }

    Settlement settle() throws InterruptedException {
      String id = null;
      for (String mark : cutOff.marks()) {
        id = mark.startsWith(ID) ? mark.substring(ID.length()) : id;
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
          keep(result, container, upgrade.vmid(), cutOff.begun(), context);
          rest();
          yield result.good()
              ? new Settlement.Done(result.summary(), container.log())
              : new Settlement.Failed(result.summary(), result.outcome().word(), container.log());
        }
        case RUNNING -> new Settlement.OutOfReach("its upgrade is still going on");
        case DIED -> {
          PatchResult result = unrolled(PatchResult.failed(CUT_OFF));
          keep(result, container, upgrade.vmid(), cutOff.begun(), context);
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
          "its upgrade failed; "
              + (end.ok() ? "it is back at its snapshot" : "so did the rollback"),
          end.exitStatus(),
          end.log());
    }

    /** What was started for its upgrade only is at rest again afterwards. */
    private void rest() {
      if (upgrade.starts()
          && cutOff.marks().contains(STARTING)
          && container.running()
          && !container.shutdown().ok()) {
        context.remark("lxc " + upgrade.vmid() + " could not be shut down again");
      }
    }
  }
}
