package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What steps in flight have been promised of each node's memory, until the node's statistics show
 * it. Proxmox's statistics lag by up to ten seconds, so that without it several steps at once would
 * all be given the same room.
 *
 * <p>May be used by any number of threads; each decision is taken as a whole.
 */
public final class MemoryLedger {

  /** After this long a finished step is taken to show in the statistics, whatever they say. */
  static final Duration LAG = Duration.ofSeconds(60);

  /**
   * A wish for memory.
   *
   * @param step the id of the step that needs it
   * @param bytes that it adds to what the node has promised
   * @param whole what the guest may use there once done: statistics with as much show the step
   */
  public record Claim(String step, int vmid, String node, long bytes, long whole) {}

  private static final class Reservation {
    final Claim claim;
    @Nullable Instant done;
    @Nullable Instant shown;

    Reservation(Claim claim) {
      this.claim = claim;
    }

    /** Whether a reading lacks it, so that it has to be added. */
    boolean missingIn(NodeMemory.Known reading, Instant begun) {
      Long seen = reading.running().get(claim.vmid());
      if (seen != null && seen >= claim.whole()) {
        shown = shown == null || begun.isBefore(shown) ? begun : shown;
        return false;
      }
      if (shown != null && begun.isAfter(shown)) {
        return false;
      }
      return done == null || begun.isBefore(done.plus(LAG));
    }
  }

  private final Map<String, List<Reservation>> byNode = new HashMap<>();

  /**
   * Reserves memory if that keeps the headroom.
   *
   * @param reading the node's memory as just read
   * @param begun when that reading was asked for
   * @return null when it is reserved, else why not
   */
  public synchronized @Nullable String reserve(
      Claim claim, NodeMemory reading, Instant begun, RailPolicy policy) {
    release(claim.step());
    if (!(reading instanceof NodeMemory.Known known)) {
      return RamRail.unknown(reading);
    }
    long promised = known.promised(policy.ramBasis()) + inFlight(known, begun);
    if (claim.bytes() > 0 && !known.holds(promised + claim.bytes(), policy)) {
      return RamRail.refusal(known, promised, claim.bytes(), policy);
    }
    byNode.computeIfAbsent(claim.node(), _ -> new ArrayList<>()).add(new Reservation(claim));
    return null;
  }

  private long inFlight(NodeMemory.Known reading, Instant begun) {
    long sum = 0;
    for (Reservation one : byNode.getOrDefault(reading.node(), List.of())) {
      sum += one.missingIn(reading, begun) ? Math.max(0, one.claim.bytes()) : 0;
    }
    return sum;
  }

  /** The step has succeeded: from now on the statistics may show it. */
  public synchronized void done(String step, Instant at) {
    byNode.values().stream()
        .flatMap(List::stream)
        .filter(one -> one.claim.step().equals(step))
        .forEach(one -> one.done = at);
  }

  /** The step has failed, or its guest is gone again: nothing is reserved for it any more. */
  public synchronized void release(String step) {
    byNode.values().forEach(all -> all.removeIf(one -> one.claim.step().equals(step)));
  }

  /**
   * Bytes that are promised beyond what a reading shows.
   *
   * @param begun when that reading was asked for
   */
  public synchronized long promised(NodeMemory.Known reading, Instant begun) {
    return inFlight(reading, begun);
  }
}
