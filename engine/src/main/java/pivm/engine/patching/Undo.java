package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.rails.SnapshotRail;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * Brings a container back to the snapshot that this very run took before its upgrade. An older one
 * is never used: what came after it is not this run's to throw away.
 */
final class Undo {
  /** Clocks of nodes differ a little. */
  private static final Duration SKEW = Duration.ofMinutes(1);

  static final String MARK = "going back to the snapshot";

  private final WorkContext context;
  private final InContainer container;
  private final Instant runBegan;

  Undo(WorkContext context, InContainer container, Instant runBegan) {
    this.context = context;
    this.container = container;
    this.runBegan = runBegan;
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
      return end.ok()
          ? "rolled back to " + SnapshotRail.NAME + " of this run"
          : "the rollback failed: " + end.exitStatus();
    } catch (ProxmoxException refused) {
      return "the rollback failed: " + refused.getMessage();
    }
  }

  private @org.jspecify.annotations.Nullable String missing() {
    for (Json.Obj one :
        context.proxmox().call(ApiCall.get(container.path() + "/snapshot")).objects()) {
      if (SnapshotRail.NAME.equals(one.text("name"))) {
        boolean ours = one.text("description", "").startsWith(SnapshotRail.MARK);
        Instant taken = Instant.ofEpochSecond(one.integer("snaptime", 0));
        return ours && !taken.isBefore(runBegan.minus(SKEW))
            ? null
            : "its snapshot " + SnapshotRail.NAME + " is not of this run";
      }
    }
    return "it has no snapshot of this run";
  }
}
