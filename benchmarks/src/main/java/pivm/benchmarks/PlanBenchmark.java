package pivm.benchmarks;

import java.util.List;
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
import pivm.engine.manifest.Desired;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;

/** Comparing 10,000 declared guests with what was observed, and planning the difference. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@NullUnmarked
public class PlanBenchmark {

  @Param("10000")
  public int guests;

  /** How many of them differ: none, or one in a hundred. */
  @Param({"0", "100"})
  public int changed;

  private final Planner planner = new Planner(List.of(new GuestPlanner()));
  private Desired desired;
  private Inventory inventory;

  @Setup
  public void prepare() {
    inventory = Samples.inventory(guests);
    desired = Samples.desired(Samples.manifest(inventory, changed));
    Plan plan = plan();
    if (plan.changes().size() != changed) {
      throw new IllegalStateException(
          changed + " guests should differ, not " + plan.changes().size());
    }
  }

  @Benchmark
  public Plan plan() {
    return planner.plan(desired, inventory, PlanOptions.defaults());
  }
}
