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
import pivm.engine.rails.Rails;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Verdict;

/**
 * Asks the rails again before each step of a run. The cluster as a whole is read anew at most every
 * few seconds and shared by the steps in between; the step's own guest is always read anew.
 */
final class RailGuard implements StepGuard {
  private static final Duration MAX_AGE = Duration.ofSeconds(3);

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
    Reading reading = reading();
    Inventory inventory = with(step, node, guest, reading.inventory());
    var facts = new Fresh(inventory, reading.begun(), around.window(), holds, finished());
    return Rails.recheck(reviewed, step, facts, ledger).stream()
        .filter(verdict -> verdict.result() != Verdict.Result.ALLOWED)
        .map(verdict ->
            new Verdict(verdict.rail(), verdict.step(), Verdict.Result.BLOCKED, verdict.message()))
        .toList();
  }

  private synchronized Reading reading() {
    Instant now = around.time().now();
    Reading present = latest;
    if (present == null || present.begun().plus(MAX_AGE).isBefore(now)) {
      present = new Reading(around.observer().observe(ObservationRequest.of(new TreeSet<>())), now);
      latest = present;
    }
    return present;
  }

  /** The reading with what was just learnt about the step's guest. */
  private Inventory with(
      Step step, String node, @Nullable ObservedGuest guest, Inventory inventory) {
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
        step.memory() > 0 ? Unreported.on(memoryNodes(step, node), current) : Needs.nothing();
    if (guest != null) {
      var snapshots = new TreeSet<>(List.of(vmid));
      needs = needs.and(new Needs(snapshots, new TreeSet<>(), new TreeMap<>(), new TreeSet<>()));
    }
    return needs.isEmpty() ? current : around.observer().details(current, needs);
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
