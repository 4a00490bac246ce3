package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.patching.PatchResult.Outcome;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;

/** The restart of one container. */
final class Restarting {
  private static final Duration HEALTH_PAUSE = Duration.ofSeconds(5);
  private static final int HEALTH_TRIES = 12;

  private final PatchRun run;
  private final PatchOperation.RebootIfRequired reboot;
  private final WorkContext context;
  private final InContainer container;
  private final Instant since;

  Restarting(PatchRun run, Step step, PatchOperation.RebootIfRequired reboot, WorkContext context) {
    this.run = run;
    this.reboot = reboot;
    this.context = context;
    this.container = run.container(context, reboot.vmid(), step.node());
    this.since = context.now();
  }

  WorkEnd run() throws InterruptedException {
    PatchResult result = run.result(reboot.vmid());
    try {
      result = result == null ? leftOver() : result;
    } catch (InContainer.Silent silent) {
      return WorkEnd.failed("whether it needs a restart is not known: " + silent.getMessage());
    }
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
      String said = new Undo(context, container, run.began(), since).run(true);
      after = after.with(Outcome.UNHEALTHY, after.message() + "; " + said);
    }
    run.keep(after, container, since, context);
    return after.good()
        ? WorkEnd.done("restarted for " + result.reboot())
        : WorkEnd.failed("restarted for " + result.reboot() + "; " + after.summary());
  }

  /**
   * What an earlier run has left to be done, by what the container itself says; null for nothing.
   */
  private @Nullable PatchResult leftOver() throws InContainer.Silent, InterruptedException {
    String reason = container.ask("restart").strip();
    return reason.isEmpty()
        ? null
        : PatchResult.restarting(reason, List.of(container.ask("services").split("\\s+")));
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
