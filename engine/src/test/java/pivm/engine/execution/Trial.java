package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import pivm.engine.history.Journal;
import pivm.engine.history.JournalRecord;
import pivm.engine.history.Run;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Step;
import pivm.engine.rails.Actor;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Reviews;

/** A run on the toy cluster, and what is asserted about it. */
final class Trial {
  static final String USER = "pivm@pve!main";

  final ToyCluster cluster;
  final List<JournalRecord> records = Collections.synchronizedList(new ArrayList<>());
  final List<Event> events = new ArrayList<>();
  final StopSignal stop = new StopSignal();
  private RunContext context;

  Trial(ToyCluster cluster, ToyFaults faults) {
    this.cluster = cluster;
    this.context = context(cluster, faults, USER, records::add).withStop(stop);
  }

  Trial(ToyCluster cluster) {
    this(cluster, ToyFaults.NONE);
  }

  static RunContext context(ToyCluster cluster, ToyFaults faults, String user, Journal journal) {
    return RunContext.of("run-1", new Actor.Human("root"), user, cluster.as(user, faults), journal)
        .withTime(cluster)
        .withUnlocker(cluster.unlocker())
        .withLimits(Limits.defaults().withParallelism(1, 1));
  }

  Trial with(java.util.function.UnaryOperator<RunContext> change) {
    context = change.apply(context);
    return this;
  }

  RunResult run(ReviewedPlan plan) {
    return new Executor().run(plan, context, events::add);
  }

  RunResult run(List<Wanted> wanted) {
    return run(ToyPlanner.plan(wanted, cluster.as("root@pam", ToyFaults.NONE)));
  }

  RunResult run(Step... steps) {
    return run(Reviews.allowed(ToyPlanner.of(Arrays.asList(steps), new java.util.TreeMap<>())));
  }

  Resumer.Report resume() {
    Resumer resumer = resumer(cluster, ToyFaults.NONE);
    return resumer.settle(new Run("run-1", records, 0), records::add);
  }

  static Resumer resumer(ToyCluster cluster, ToyFaults faults) {
    var proxmox = cluster.as(USER, faults);
    return new Resumer(
        proxmox,
        Observer.over(proxmox),
        cluster,
        Limits.defaults(),
        new StopSignal(),
        cluster.unlocker(),
        Workers.none());
  }

  /** The steps in the order in which they were sent; one that was sent again appears again. */
  List<String> sent() {
    return records.stream()
        .filter(JournalRecord.Intent.class::isInstance)
        .map(each -> ((JournalRecord.Intent) each).step())
        .toList();
  }

  void ranInOrder(String... steps) {
    assertThat(sent()).containsExactly(steps);
  }

  static StepResult result(RunResult run, String step) {
    return run.steps().stream().filter(each -> each.step().equals(step)).findFirst().orElseThrow();
  }

  static void ended(RunResult run, String step, StepResult.Status status, String message) {
    assertThat(result(run, step).status()).as(result(run, step).message()).isEqualTo(status);
    assertThat(result(run, step).message()).contains(message);
  }

  Duration took(Runnable work) {
    var began = cluster.now();
    work.run();
    return Duration.between(began, cluster.now());
  }
}
