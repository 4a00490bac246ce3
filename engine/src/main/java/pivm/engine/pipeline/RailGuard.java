package pivm.engine.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.StepGuard;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.plan.Needs;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.engine.rails.Fresh;
import pivm.engine.rails.Hold;
import pivm.engine.rails.MemoryLedger;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Rails;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Verdict;

/**
 * Asks the rails again before each step of a run. The cluster as a whole is read anew at most every
 * few seconds and shared by the steps in between; the step's own guest is always read anew. Where
 * memory is missing, the guests that this run has stopped or moved are read one by one for some
 * time before the step is refused.
 */
final class RailGuard implements StepGuard {
  private static final Duration MAX_AGE = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Surroundings around;
  private final ReviewedPlan reviewed;
  private final SortedMap<Integer, Hold> holds;
  private final MemoryLedger ledger;
  private final SortedSet<String> done = new TreeSet<>();
  private @Nullable Reading latest;

  /**
   * @param begun before the reading was asked for
   */
  private record Reading(Inventory inventory, Instant begun) {}

  RailGuard(
      Surroundings around,
      ReviewedPlan reviewed,
      SortedMap<Integer, Hold> holds,
      MemoryLedger ledger) {
    this.around = around;
    this.reviewed = reviewed;
    this.holds = holds;
    this.ledger = ledger;
  }

  @Override
  public List<Verdict> check(Step step, String node, @Nullable ObservedGuest guest) {
    List<Verdict> verdicts =
        check(step, node, guest, forCopying(step, reading(MAX_AGE)), Needs.nothing());
    SortedSet<Integer> freed = freed();
    if (freed.isEmpty()) {
      return verdicts;
    }
    // Statistics are ten seconds old, and a process that ends gives its memory back bit by bit.
    Needs now = new Needs(new TreeSet<>(), freed, new TreeMap<>(), memoryNodes(step, node));
    Instant patience = around.time().now().plus(PATIENCE);
    while (onlyMemory(verdicts)) {
      verdicts = check(step, node, guest, reading(Duration.ZERO), now);
      if (!onlyMemory(verdicts) || !around.time().now().isBefore(patience) || !pause()) {
        return verdicts;
      }
    }
    return verdicts;
  }

  private static boolean onlyMemory(List<Verdict> verdicts) {
    return !verdicts.isEmpty() && verdicts.stream().allMatch(verdict -> verdict.rail() == Rail.RAM);
  }

  private boolean pause() {
    try {
      around.time().sleep(PAUSE);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The guests of this run whose finished steps have given memory back, or moved it. */
  private SortedSet<Integer> freed() {
    var freed = new TreeSet<Integer>();
    SortedSet<String> finished = finished();
    for (Step step : reviewed.plan().steps()) {
      if (finished.contains(step.id())) {
        switch (step.operation()) {
          case Operation.Shutdown _,
              Operation.Stop _,
              Operation.Destroy _,
              Operation.Migrate _,
              Operation.Configure _ ->
              freed.add(step.vmid());
          default -> {}
        }
      }
    }
    return freed;
  }

  private List<Verdict> check(
      Step step, String node, @Nullable ObservedGuest guest, Reading reading, Needs more) {
    Inventory inventory = with(step, node, guest, reading.inventory(), more);
    var facts = new Fresh(inventory, reading.begun(), around.window(), holds, finished());
    return Rails.recheck(reviewed, step, facts, ledger).stream()
        .filter(verdict -> verdict.result() != Verdict.Result.ALLOWED)
        .map(verdict ->
            new Verdict(verdict.rail(), verdict.step(), Verdict.Result.BLOCKED, verdict.message()))
        .toList();
  }

  private synchronized Reading reading(Duration maxAge) {
    Instant now = around.time().now();
    Reading present = latest;
    if (present == null || present.begun().plus(maxAge).isBefore(now)) {
      present = new Reading(around.observer().observe(ObservationRequest.of(new TreeSet<>())), now);
      latest = present;
    }
    return present;
  }

  /** What is copied may have been made since the reading, by this very run. */
  private Reading forCopying(Step step, Reading present) {
    return step.operation() instanceof Operation.Clone clone
            && present.inventory().guest(clone.source()) == null
        ? reading(Duration.ZERO)
        : present;
  }

  /** The reading with what was just learnt about the step's guest. */
  private Inventory with(
      Step step, String node, @Nullable ObservedGuest guest, Inventory inventory, Needs more) {
    int vmid = step.vmid();
    var guests = new TreeMap<>(inventory.guests());
    if (guest == null) {
      guests.remove(vmid);
    } else {
      guests.put(vmid, guest);
    }
    var current =
        new Inventory(
            inventory.cluster(),
            inventory.nodes(),
            guests,
            inventory.storages(),
            inventory.rights(),
            inventory.unknown());
    Needs needs =
        mayTakeMemory(step) ? Unreported.on(memoryNodes(step, node), current) : Needs.nothing();
    needs = needs.and(more);
    if (guest != null) {
      var snapshots = new TreeSet<>(List.of(vmid));
      needs = needs.and(new Needs(snapshots, new TreeSet<>(), new TreeMap<>(), new TreeSet<>()));
    }
    return needs.isEmpty() ? current : around.observer().details(current, needs);
  }

  /** HA starts a guest by itself once it is to be started. */
  private static boolean mayTakeMemory(Step step) {
    return step.memory() > 0 || step.operation() instanceof Operation.SetHa;
  }

  private static SortedSet<String> memoryNodes(Step step, String node) {
    return new TreeSet<>(
        List.of(step.operation() instanceof Operation.Migrate migrate ? migrate.target() : node));
  }

  private synchronized SortedSet<String> finished() {
    return new TreeSet<>(done);
  }

  @Override
  public void ended(Step step, boolean succeeded) {
    synchronized (this) {
      if (succeeded) {
        done.add(step.id());
      }
    }
    if (succeeded) {
      ledger.done(step.id(), around.time().now());
    } else {
      ledger.release(step.id());
    }
  }
}
