package pivm.simulator.fault;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Task;
import pivm.simulator.state.TaskHook;

/**
 * Makes things go wrong in a simulated cluster: by a script (at the nth call that changes
 * something), by a condition, or by chance from a seed. What happened is told by {@link #history}
 * and, with the seed, by {@link #toString}, so that a failing test can be run again.
 */
public final class Faults {
  private record Conditional(Predicate<SimRequest> when, Fault fault) {}

  private final SimulatedCluster simulated;
  private final Map<Integer, List<Fault>> atWrite = new TreeMap<>();
  private final Map<Integer, List<Fault>> atCall = new TreeMap<>();
  private final List<Conditional> once = new ArrayList<>();
  private final Deque<Double> slow = new ArrayDeque<>();
  private final Deque<String> failures = new ArrayDeque<>();
  private final Map<String, Double> slowed = new TreeMap<>();
  private final Map<String, String> doomed = new TreeMap<>();
  private final List<String> history = new ArrayList<>();
  private @Nullable Random random;
  private long seed;
  private double rate;
  private int most = Integer.MAX_VALUE;
  private int calls;
  private int writes;

  private Faults(SimulatedCluster simulated) {
    this.simulated = simulated;
  }

  /** Puts faults between a cluster and whoever asks it; none happen until some are ordered. */
  public static Faults in(SimulatedCluster cluster) {
    var faults = new Faults(cluster);
    cluster.intercept(faults::handle);
    cluster.change(c -> c.tasks().hook(faults.new Hook()));
    return faults;
  }

  /** Orders a fault for the nth call that changes something, counted from 1. */
  public Faults atWrite(int number, Fault fault) {
    atWrite.computeIfAbsent(number, n -> new ArrayList<>()).add(fault);
    return this;
  }

  /** Orders a fault for the nth call of any kind, counted from 1. */
  public Faults atCall(int number, Fault fault) {
    atCall.computeIfAbsent(number, n -> new ArrayList<>()).add(fault);
    return this;
  }

  /** Orders a fault for the next call that fits. */
  public Faults once(Predicate<SimRequest> when, Fault fault) {
    once.add(new Conditional(when, fault));
    return this;
  }

  /**
   * Lets faults happen by chance.
   *
   * @param probability of a fault at each call, from 0 to 1
   * @param atMost how many there may be
   */
  public Faults byChance(long newSeed, double probability, int atMost) {
    seed = newSeed;
    random = new Random(newSeed);
    rate = probability;
    most = atMost;
    return this;
  }

  /** How many calls that change something there have been. */
  public int writes() {
    return writes;
  }

  /** What happened, in order. */
  public List<String> history() {
    return Collections.unmodifiableList(history);
  }

  private SimResponse handle(SimRequest request, Function<SimRequest, SimResponse> answer) {
    calls++;
    if (request.isWrite()) {
      writes++;
    }
    var due = simulated.with(c -> due(c, request));
    SimResponse instead = null;
    boolean loseAnswer = false;
    Fault.AnswerAfterEffect late = null;
    for (var fault : due) {
      history.add(request.method() + " " + request.path() + ": " + name(fault));
      switch (fault) {
        case Fault.LoseAnswer lose -> loseAnswer = true;
        case Fault.LoseRequest lose -> instead = SimResponse.lost(false);
        case Fault.Answer other -> instead = SimResponse.empty(other.status(), other.reason());
        case Fault.AnswerAfterEffect after -> late = after;
        case Fault.SlowTask task -> slow.add(task.factor());
        case Fault.FailTask task -> failures.add(task.exitStatus());
        case Fault.Change change -> simulated.change(change.change());
      }
    }
    if (instead != null) {
      return instead;
    }
    var real = answer.apply(request);
    if (late != null) {
      return SimResponse.empty(late.status(), late.reason());
    }
    return loseAnswer ? SimResponse.lost(true) : real;
  }

  private static String name(Fault fault) {
    return fault instanceof Fault.Change change ? change.what() : fault.toString();
  }

  private List<Fault> due(Cluster cluster, SimRequest request) {
    List<Fault> due = new ArrayList<>(atCall.getOrDefault(calls, List.of()));
    if (request.isWrite()) {
      due.addAll(atWrite.getOrDefault(writes, List.of()));
    }
    once.removeIf(conditional -> conditional.when.test(request) && due.add(conditional.fault));
    var dice = random;
    if (dice != null && history.size() < most && dice.nextDouble() < rate) {
      due.add(Mischief.random(dice, cluster, request));
    }
    return due;
  }

  @Override
  public String toString() {
    return "faults with seed " + seed + ": " + history;
  }

  /** Hands ordered slowness and failure to the next task that starts. */
  private final class Hook implements TaskHook {
    @Override
    public Duration stretch(Task task, Duration duration) {
      var next = slow.poll();
      if (next != null) {
        slowed.put(task.upid(), next);
      }
      var failure = failures.poll();
      if (failure != null) {
        doomed.put(task.upid(), failure);
      }
      var factor = slowed.get(task.upid());
      return factor == null ? duration : Duration.ofMillis((long) (duration.toMillis() * factor));
    }

    @Override
    public @Nullable String failure(Task task) {
      return doomed.get(task.upid());
    }
  }
}
