package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.patching.PatchResult.Outcome;
import pivm.engine.rails.SnapshotRail;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/**
 * Brings a container back to the snapshot that this very run took before its upgrade. An older one
 * is never used: what came after it is not this run's to throw away.
 */
final class Undo {
  /** Clocks of nodes differ a little. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  /** What Proxmox calls the task (pve-container, src/PVE/API2/LXC/Snapshot.pm). */
  private static final String TASK = "vzrollback";

  static final String MARK = "going back to the snapshot";

  private final WorkContext context;
  private final InContainer container;
  private final Instant from;
  private final Instant until;

  /**
   * @param runBegan when the run that upgraded it began
   * @param upgradeBegan when its upgrade began: a later snapshot is another run's
   */
  Undo(WorkContext context, InContainer container, Instant runBegan, Instant upgradeBegan) {
    this.context = context;
    this.container = container;
    this.from = runBegan.minus(SKEW);
    this.until = upgradeBegan.plus(SKEW);
  }

  /** Does it; the result is what is told about it. */
  String run(boolean start) {
    try {
      String missing = missing();
      if (missing != null) {
        return "not rolled back: " + missing;
      }
      context.mark(MARK);
      String path = container.path() + "/snapshot/" + SnapshotRail.NAME + "/rollback";
      TaskEnd end = container.task(ApiCall.post(path).with("start", start));
      return words(end);
    } catch (ProxmoxException refused) {
      return "the rollback failed: " + refused.getMessage();
    }
  }

  static String words(TaskEnd end) {
    return end.ok()
        ? "rolled back to " + SnapshotRail.NAME + " of this run"
        : "the rollback failed: " + end.exitStatus();
  }

  /** A failed result with what came of its rollback. */
  static PatchResult told(PatchResult result, String said) {
    Outcome outcome = result.outcome() == Outcome.UPGRADED ? Outcome.UNHEALTHY : result.outcome();
    return result.with(outcome, result.message() + "; " + said);
  }

  /** The rollback that was on its way when its run was cut off; null when none has begun. */
  static @Nullable Upid begun(CutOff cutOff, InContainer container, WorkContext context) {
    Upid known = cutOff.task();
    if (known != null && known.type().equals(TASK)) {
      return known;
    }
    Instant since = context.clockOf(container.node(), cutOff.begun()).minus(SKEW);
    return context
        .proxmox()
        .call(
            ApiCall.get("/nodes/" + container.node() + "/tasks")
                .with("source", "all")
                .with("vmid", container.vmid())
                .with("typefilter", TASK)
                .with("since", since.getEpochSecond()))
        .objects()
        .stream()
        .map(entry -> Upid.parse(entry.text("upid")))
        .filter(Objects::nonNull)
        .max(Comparator.comparing(Upid::startTime))
        .orElse(null);
  }

  private @Nullable String missing() {
    for (Json.Obj one :
        context.proxmox().call(ApiCall.get(container.path() + "/snapshot")).objects()) {
      if (SnapshotRail.NAME.equals(one.text("name"))) {
        boolean ours = one.text("description", "").startsWith(SnapshotRail.MARK);
        Instant taken = Instant.ofEpochSecond(one.integer("snaptime", 0));
        return ours && !taken.isBefore(from) && !taken.isAfter(until)
            ? null
            : "its snapshot " + SnapshotRail.NAME + " is not of this run";
      }
    }
    return "it has no snapshot of this run";
  }
}
