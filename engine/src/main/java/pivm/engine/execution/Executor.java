package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.JournalRecord;
import pivm.engine.plan.Change;
import pivm.engine.plan.Counted;
import pivm.engine.plan.Step;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Verdict;

/**
 * Runs reviewed plans. A step starts once all that it waits for has succeeded; there are no batches
 * to wait for. With one step at a time everything happens on the caller's thread, in the plan's
 * order.
 */
public final class Executor {

  /**
   * Runs a plan to its end. The run is on record when this returns; what could not be settled stays
   * open there for {@link Resumer}.
   *
   * @throws IllegalArgumentException when something is left to confirm, or a rail blocks and the
   *     context does not say to skip what is blocked: nothing was done then
   * @throws java.io.UncheckedIOException when the journal cannot be written; nothing new is sent
   */
  public RunResult run(ReviewedPlan plan, RunContext context, EventListener listener) {
    if (!plan.openConfirmations().isEmpty() && !context.skipBlocked()) {
      throw new IllegalArgumentException("something in the plan is still to be confirmed");
    }
    if (plan.blocked() && !context.skipBlocked()) {
      throw new IllegalArgumentException("a rail blocks the plan");
    }
    return new Running(plan, context, listener).run();
  }

  /** One run; its fields are used by the thread that runs it. */
  private static final class Running {
    private final ReviewedPlan plan;
    private final RunContext context;
    private final Recorder recorder;
    private final StepRunner steps;
    private final Schedule schedule;
    private final Map<String, StepResult> results = new HashMap<>();
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
    private int failures;
    private boolean openEnds;

    /** A step's end, or what broke its thread. */
    private record Ended(Step step, @Nullable StepResult result, @Nullable Throwable broken) {}

    Running(ReviewedPlan plan, RunContext context, EventListener listener) {
      this.plan = plan;
      this.context = context;
      this.recorder = new Recorder(context.journal(), listener, context.time());
      var patience = new Patience(context.time(), context.stop());
      RunParts parts =
          RunParts.of(
              context.proxmox(),
              context.observer(),
              patience,
              context.limits(),
              context.user(),
              context.unlocker());
      this.steps =
          new StepRunner(context, parts, new BasisTracker(plan.plan().basis()), recorder, patience);
      this.schedule =
          new Schedule(plan.runnable(), context.limits().perNode(), context.limits().total());
    }

    RunResult run() {
      Instant began = recorder.now();
      begin();
      while (true) {
        startAll();
        if (schedule.idle()) {
          break;
        }
        end(awaitEnd());
      }
      return finish(began);
    }

    private void begin() {
      recorder.write(
          new JournalRecord.RunStarted(
              recorder.now(),
              context.run(),
              plan.plan().id(),
              context.actor().label(),
              context.user(),
              context.version(),
              context.cluster(),
              plan.plan().changes().stream()
                  .map(change -> change.action().word() + " " + change.subject())
                  .toList(),
              plan.verdicts()));
      recordPreflights();
      recorder.tell(
          new Event.RunStarted(
              recorder.now(), context.run(), plan.plan().id(), plan.plan().steps().size()));
      Set<String> runnable = new HashSet<>();
      plan.runnable().forEach(step -> runnable.add(step.id()));
      for (Step step : plan.plan().steps()) {
        if (!runnable.contains(step.id())) {
          skip(step, StepResult.Status.SKIPPED, whyLeftOut(step));
        }
      }
    }

    /** What was shown about nodes before anything is done to them. */
    private void recordPreflights() {
      for (Change change : plan.plan().changes()) {
        if (change.vmid() == null && !change.notes().isEmpty()) {
          recorder.remark(null, change.subject() + ": " + String.join("; ", change.notes()));
        }
      }
    }

    private String whyLeftOut(Step step) {
      return plan.verdicts().stream()
          .filter(verdict -> step.id().equals(verdict.step()))
          .filter(verdict -> verdict.result() == Verdict.Result.BLOCKED)
          .map(verdict -> verdict.rail().word() + ": " + verdict.message())
          .findFirst()
          .orElse("a rail leaves it out, or what it waits for");
    }

    private void startAll() {
      while (!mustEnd()) {
        Step step = schedule.next();
        if (step == null) {
          return;
        }
        if (context.limits().total() == 1) {
          ended.add(new Ended(step, steps.run(step), null));
          return;
        }
        WorkThreads.start(step.id(), () -> ended.add(runGuarded(step)));
      }
    }

    private Ended runGuarded(Step step) {
      try {
        return new Ended(step, steps.run(step), null);
      } catch (Throwable broken) {
        return new Ended(step, null, broken);
      }
    }

    private boolean mustEnd() {
      return context.stop().stopping() || tooManyFailures();
    }

    private boolean tooManyFailures() {
      return failures > context.policy().maxFailures();
    }

    private Ended awaitEnd() {
      while (true) {
        try {
          return ended.take();
        } catch (InterruptedException interrupted) {
          context.stop().ask();
        }
      }
    }

    private void end(Ended end) {
      StepResult result = end.result();
      if (result == null) {
        letOthersEnd(end.step());
        throw broken(end.broken());
      }
      results.put(result.step(), result);
      failures += result.counts() ? 1 : 0;
      openEnds |= result.status() == StepResult.Status.UNSETTLED;
      for (Step dependent : schedule.ended(end.step(), result.done())) {
        skip(
            dependent,
            StepResult.Status.SKIPPED,
            "it waits for " + end.step().id() + ", which was not done");
      }
    }

    /** Without a journal, or after a fault of PIVM itself, nothing new is sent. */
    private void letOthersEnd(Step first) {
      context.stop().ask();
      schedule.ended(first, false);
      while (!schedule.idle()) {
        schedule.ended(awaitEnd().step(), false);
      }
    }

    private static RuntimeException broken(@Nullable Throwable cause) {
      if (cause instanceof Error error) {
        throw error;
      }
      return cause instanceof RuntimeException runtime
          ? runtime
          : new IllegalStateException("a step's thread broke", cause);
    }

    private void skip(Step step, StepResult.Status status, String message) {
      StepResult result = recorder.notBegun(step, status, message);
      results.put(step.id(), result);
      recorder.skipped(result);
    }

    private RunResult finish(Instant began) {
      String why =
          context.stop().stopping()
              ? "the run was ended"
              : "more than "
                  + Counted.of(
                      context.policy().maxFailures(), "step has failed", "steps have failed");
      for (Step rest : schedule.drain()) {
        skip(rest, StepResult.Status.CANCELLED, why);
      }
      List<StepResult> inOrder = new ArrayList<>();
      for (Step step : plan.plan().steps()) {
        StepResult result = results.get(step.id());
        if (result != null) {
          inOrder.add(result);
        }
      }
      var result =
          new RunResult(context.run(), inOrder, context.stop().stopping(), tooManyFailures());
      if (!openEnds) {
        recorder.write(new JournalRecord.RunEnded(recorder.now(), result.word(), summary(result)));
      }
      recorder.tell(
          new Event.RunEnded(recorder.now(), result, Duration.between(began, recorder.now())));
      return result;
    }

    private static String summary(RunResult result) {
      return result.count(StepResult.Status.DONE)
          + " of "
          + Counted.of(result.steps().size(), "step")
          + " done";
    }
  }
}
