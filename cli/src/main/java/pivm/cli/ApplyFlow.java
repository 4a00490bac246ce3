package pivm.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Event;
import pivm.engine.execution.EventForm;
import pivm.engine.execution.EventListener;
import pivm.engine.execution.Resumer;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.history.Run;
import pivm.engine.history.StateLock;
import pivm.engine.inventory.Unknown;
import pivm.engine.pipeline.Application;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Renewal;
import pivm.engine.plan.Action;
import pivm.engine.plan.Counted;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Given;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.report.PlanReport;
import pivm.engine.report.Printable;

/** From a plan to a verified change: settle what a killed run left, plan, confirm, run, verify. */
final class ApplyFlow {

  /** Plans with a look at the cluster as it is now. */
  @FunctionalInterface
  interface Planning {
    Planned plan() throws InterruptedException;
  }

  private static final List<String> DECLARED = List.of("lxc ", "vm ", "image ", "images ");

  private final Call call;
  private final Workplace work;
  private final Planning planning;
  private final Renewal renewal;

  ApplyFlow(Call call, Workplace work, Planning planning) {
    this(call, work, planning, Renewal.none());
  }

  /**
   * @param renewal looks at the plan again when the run has the cluster's lock
   */
  ApplyFlow(Call call, Workplace work, Planning planning, Renewal renewal) {
    this.call = call;
    this.work = work;
    this.planning = planning;
    this.renewal = renewal;
  }

  /** The options of every command that changes something. */
  static Options declare(Options options) {
    return options
        .values("--confirm", "ID", "answer a question by the id that it was asked with")
        .flag("-y --yes", "don't ask before what needs no confirmation of its own")
        .flag("--skip-blocked", "do what does not depend on a blocked step; exits with 5 then")
        .value("--parallel", "N", "steps at a time on one node (default 4)")
        .flag("--commands", "list the commands on a node that would do the same")
        .connection();
  }

  Exit dryRun() throws InterruptedException {
    Planned planned = planning.plan();
    PlanCommand.remember(call, work, planned);
    PlanView.show(call, planned);
    return standing(planned).orElse(Exit.DONE);
  }

  /**
   * @param again how to find out afterwards whether anything is left; null for what is done once
   */
  Exit apply(@Nullable Planning again) throws InterruptedException {
    try (Application application = begin()) {
      settle(application);
      Planned planned = planning.plan();
      if (!call.output().json()) {
        PlanView.show(call, planned);
      }
      Optional<Exit> standing = standing(planned);
      if (standing.isPresent() && !skips(standing.get())) {
        work.consents().asked(planned.reviewed().openConfirmations(), work.around().time().now());
        if (call.output().json()) {
          PlanView.show(call, planned);
        }
        if (standing.get() != Exit.UNCONFIRMED) {
          call.say("\nNothing was changed. " + PlanView.next(planned));
          return standing.get();
        }
      }
      return PlanView.report(planned).isEmpty()
          ? nothingToDo(planned)
          : confirmAndRun(application, planned, again);
    }
  }

  /** Runs what needs neither a confirmation nor agreement. */
  Exit runUnasked() throws InterruptedException {
    try (Application application = begin()) {
      settle(application);
      return end(run(application, planning.plan()));
    }
  }

  private Application begin() {
    try {
      return Application.begin(work.around(), "apply");
    } catch (StateLock.Busy busy) {
      throw new Failure(Exit.FAILED, List.of(String.valueOf(busy.getMessage())), busy);
    }
  }

  private void settle(Application application) {
    for (Run run : application.elsewhere()) {
      call.say(
          "warning: run "
              + run.id()
              + " did not end, and it was on another cluster; pivm resume connected to that one"
              + " settles it.");
    }
    for (Resumer.Report report : application.settle(new StopSignal())) {
      for (Resumer.Finding finding : report.findings()) {
        call.say(
            "Settled from run "
                + report.run()
                + ": "
                + finding.step()
                + " "
                + finding.decision()
                + " ("
                + finding.evidence()
                + ")");
      }
    }
  }

  private boolean skips(Exit standing) {
    return standing == Exit.BLOCKED && call.parsed().has("--skip-blocked");
  }

  /** What keeps the plan from running. */
  private static Optional<Exit> standing(Planned planned) {
    ReviewedPlan reviewed = planned.reviewed();
    if (reviewed.notPermitted()) {
      return Optional.of(Exit.NOT_PERMITTED);
    }
    if (reviewed.blocked()) {
      return Optional.of(Exit.BLOCKED);
    }
    return reviewed.openConfirmations().isEmpty()
        ? Optional.empty()
        : Optional.of(Exit.UNCONFIRMED);
  }

  private Exit nothingToDo(Planned planned) {
    if (call.output().json()) {
      RunResult nothing = new RunResult("", List.of(), false, false);
      call.output()
          .json(
              EventForm.write(
                  new Event.RunEnded(work.around().time().now(), nothing, Duration.ZERO)));
    }
    return leftOut(planned) ? Exit.PARTLY_DONE : Exit.DONE;
  }

  private Exit confirmAndRun(Application application, Planned planned, @Nullable Planning again)
      throws InterruptedException {
    Planned confirmed = planned;
    boolean asks = !planned.reviewed().openConfirmations().isEmpty();
    if (!asks && planned.reviewed().runnable().isEmpty()) {
      say("Nothing can be done now: every step is left out by a rail.");
      return Exit.PARTLY_DONE;
    }
    var prompt = new Prompt(call);
    if (asks) {
      Optional<List<Given>> given = prompt.confirm(planned, work.around().actor());
      if (given.isEmpty()) {
        return Exit.UNCONFIRMED;
      }
      confirmed = work.confirmed(planned, given.get());
    } else if (!call.parsed().has("--yes") && !prompt.agreed()) {
      call.say("Nothing was changed.");
      return Exit.UNCONFIRMED;
    }
    work.useConfirmations();
    work.consents().useApproval(planned.plan().id());
    RunResult result = run(application, confirmed);
    List<Exit> ends = new ArrayList<>(List.of(end(result)));
    ends.add(leftOut(planned) ? Exit.PARTLY_DONE : Exit.DONE);
    if (again != null) {
      ends.add(verify(again, result));
    }
    return Exit.of(ends);
  }

  private RunResult run(Application application, Planned planned) throws InterruptedException {
    var stop = new StopSignal();
    try (Interruption _ = Interruption.asking(stop, call::say);
        Progress progress = Progress.of(call)) {
      EventListener listener = progress;
      return application.run(planned, call.parsed().has("--skip-blocked"), stop, listener, renewal);
    }
  }

  private Exit end(RunResult result) {
    for (StepResult step : result.steps()) {
      if (!step.done() && step.status() != StepResult.Status.SKIPPED) {
        call.shell()
            .err()
            .println(
                step.step() + " " + step.status().word() + ": " + Printable.text(step.message()));
        step.log().forEach(line -> call.shell().err().println("    " + Printable.line(line)));
      }
    }
    if (result.succeeded()) {
      return Exit.DONE;
    }
    boolean failed =
        result.count(StepResult.Status.FAILED) + result.count(StepResult.Status.UNSETTLED) > 0;
    return failed ? Exit.FAILED : Exit.PARTLY_DONE;
  }

  private Exit verify(Planning again, RunResult result) throws InterruptedException {
    Planned now = again.plan();
    PlanReport left = PlanView.report(now);
    if (left.isEmpty()) {
      say(
          leftOut(now)
              ? "Verified: no differences in what can be seen; the plan lists what can't (?)."
              : "Verified: no differences.");
      return Exit.DONE;
    }
    long open = left.changes().stream().filter(one -> one.action() != Action.PENDING).count();
    say(
        Counted.of(open, "difference is left", "differences are left")
            + ": pivm plan shows them; pivm history "
            + result.run()
            + " shows what was done.");
    return Exit.PARTLY_DONE;
  }

  private void say(String sentence) {
    if (!call.output().json()) {
      call.output().line(sentence);
    }
  }

  /** Whether something that is declared could not be seen, and so was not brought about. */
  static boolean leftOut(Planned planned) {
    return planned.plan().unknown().stream()
        .map(Unknown::subject)
        .anyMatch(subject -> DECLARED.stream().anyMatch(subject::startsWith));
  }

  /** How a question is answered by its id. */
  static String byId(List<Confirmation> open) {
    var words = new ArrayList<String>();
    open.forEach(one -> words.add("--confirm " + one.id()));
    return String.join(" ", words);
  }
}
