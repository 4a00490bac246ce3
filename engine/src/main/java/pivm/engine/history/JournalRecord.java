package pivm.engine.history;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Operation;
import pivm.engine.rails.Verdict;

/** One line of a run's journal. */
public sealed interface JournalRecord {

  Instant at();

  /**
   * The run began.
   *
   * @param actor as {@link pivm.engine.rails.Actor#label} spells it
   * @param user the user or token that Proxmox knows us by; null when unknown
   * @param version of PIVM
   * @param cluster that it works on, as {@link pivm.engine.pipeline.ClusterIdentity} tells it; null
   *     when unknown
   * @param changes what the plan does, one sentence each
   */
  record RunStarted(
      Instant at,
      String run,
      String plan,
      String actor,
      @Nullable String user,
      String version,
      @Nullable String cluster,
      List<String> changes,
      List<Verdict> verdicts)
      implements JournalRecord {
    public RunStarted {
      changes = List.copyOf(changes);
      verdicts = List.copyOf(verdicts);
    }
  }

  /**
   * A call is about to be sent.
   *
   * @param attempt counted from 1
   * @param node that it is sent to
   * @param digest of the guest's config right before; null when there was none
   * @param command the equivalent command, secrets as {@code "$NAME"}
   */
  record Intent(
      Instant at,
      String step,
      int attempt,
      Operation operation,
      String node,
      @Nullable String digest,
      String command)
      implements JournalRecord {}

  /**
   * A point that work in several parts has passed, for whoever settles it after a kill.
   *
   * @param text in the worker's own words
   */
  record Mark(Instant at, String step, String text) implements JournalRecord {}

  /** Proxmox named the task that does it. */
  record TaskKnown(Instant at, String step, String upid) implements JournalRecord {}

  /**
   * What was found out about a step whose answer was lost.
   *
   * @param decision {@code done}, {@code failed}, {@code not-done} or {@code unclear}
   * @param evidence what it rests on
   */
  record Settled(Instant at, String step, String decision, String evidence)
      implements JournalRecord {}

  /**
   * A step ended, or will not be begun.
   *
   * @param result {@code done}, {@code failed}, {@code refused}, {@code skipped}, {@code cancelled}
   *     or {@code unsettled}
   * @param log the last lines of the task's log
   */
  record Outcome(Instant at, String step, String result, String message, List<String> log)
      implements JournalRecord {
    public Outcome {
      log = List.copyOf(log);
    }
  }

  /**
   * Something that people should know: a lock lost, leftovers removed.
   *
   * @param step null when it is about the run
   */
  record Remark(Instant at, @Nullable String step, String text) implements JournalRecord {}

  /**
   * A half-made guest of this run is about to be removed. Its lock goes first, so that only this
   * tells it from somebody else's guest if the run is killed in between.
   *
   * @param fingerprint of its config, as {@link pivm.engine.inventory.Fingerprint} makes it
   */
  record Removing(Instant at, String step, String fingerprint) implements JournalRecord {}

  /**
   * Nothing of the run is in flight any more.
   *
   * @param result {@code done}, {@code partly}, {@code failed}, {@code interrupted} or {@code
   *     settled} (by a later run)
   */
  record RunEnded(Instant at, String result, String message) implements JournalRecord {}
}
