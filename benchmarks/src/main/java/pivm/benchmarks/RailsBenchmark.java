package pivm.benchmarks;

import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import pivm.engine.guest.GuestPlanner;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Fresh;
import pivm.engine.rails.Given;
import pivm.engine.rails.MemoryLedger;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Rails;
import pivm.engine.rails.ReviewRequest;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Verdict;
import pivm.engine.rails.Window;

/** Judging a plan of many steps, and judging each of its steps again as a run does. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@NullUnmarked
public class RailsBenchmark {
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  @Param("1000")
  public int guests;

  private ReviewRequest request;
  private ReviewedPlan reviewed;

  @Setup
  public void prepare() {
    Inventory inventory = withoutSnapshots(Samples.inventory(guests));
    Desired desired = Samples.desired(Samples.manifest(inventory, guests));
    Plan plan =
        new Planner(List.of(new GuestPlanner())).plan(desired, inventory, PlanOptions.defaults());
    request =
        ReviewRequest.of(
            plan, inventory, desired, RailPolicy.defaults(), new Actor.Human("benchmark"), NOW);
    List<Given> given =
        review().openConfirmations().stream()
            .map(question -> new Given(question, Given.Source.PERSON))
            .toList();
    request = request.withGiven(given);
    reviewed = review();
    if (reviewed.plan().steps().size() < guests || reviewed.runnable().isEmpty()) {
      throw new IllegalStateException(
          reviewed.plan().steps().size()
              + " steps, "
              + reviewed.runnable().size()
              + " of them runnable: "
              + reviewed.verdicts().stream().filter(Verdict::isBlocked).findFirst());
    }
  }

  /** Each guest read for its snapshots, with none found. */
  private static Inventory withoutSnapshots(Inventory read) {
    var guests = new TreeMap<Integer, ObservedGuest>();
    read.guests().forEach((vmid, guest) -> guests.put(vmid, guest.withSnapshots(List.of())));
    return new Inventory(
        read.cluster(), read.nodes(), guests, read.storages(), read.rights(), read.unknown());
  }

  @Benchmark
  public ReviewedPlan review() {
    return Rails.review(request);
  }

  /** All runnable steps, each on facts of its own. */
  @Benchmark
  public int recheck() {
    var ledger = new MemoryLedger();
    int worse = 0;
    for (var step : reviewed.runnable()) {
      var facts =
          new Fresh(request.inventory(), NOW, Window.NONE, new TreeMap<>(), new TreeSet<>());
      for (Verdict verdict : Rails.recheck(reviewed, step, facts, ledger)) {
        worse += verdict.isBlocked() ? 1 : 0;
      }
      ledger.release(step.id());
    }
    return worse;
  }
}
