package pivm.engine.patching;

import java.time.Duration;
import java.time.Instant;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.WorkContext;
import pivm.engine.plan.PatchOperation;
import pivm.proxmox.Upid;

/** Finds out about an upgrade that went on without anybody, or did not. */
final class Settling {
  /** After its upgrade should have ended: a rollback that comes later is a person's to ask for. */
  private static final Duration LATEST = Duration.ofHours(3);

  private final PatchRun run;
  private final CutOff cutOff;
  private final PatchOperation.Upgrade upgrade;
  private final WorkContext context;
  private final InContainer container;

  Settling(PatchRun run, CutOff cutOff, PatchOperation.Upgrade upgrade, WorkContext context) {
    this.run = run;
    this.cutOff = cutOff;
    this.upgrade = upgrade;
    this.context = context;
    this.container = run.container(context, upgrade.vmid(), cutOff.node());
  }

  Settlement settle() throws InterruptedException {
    String id = null;
    for (String mark : cutOff.marks()) {
      id = mark.startsWith(Upgrading.ID) ? mark.substring(Upgrading.ID.length()) : id;
    }
    if (cutOff.marks().contains(Undo.MARK)) {
      return rolledBack();
    }
    if (id == null) {
      rest();
      return new Settlement.NotDone("its upgrade was not begun");
    }
    if (!container.running()) {
      return failed(
          PatchResult.failed(
              "it does not run any more, so that its upgrade was cut off, if it had begun"));
    }
    try {
      Instant deadline = context.now().plus(Duration.ofMinutes(upgrade.terms().timeout()));
      return settled(container.follow(id, deadline));
    } catch (InContainer.Silent silent) {
      return new Settlement.OutOfReach(String.valueOf(silent.getMessage()));
    }
  }

  private Settlement settled(PatchAnswer answer) throws InterruptedException {
    return switch (answer.state()) {
      case ENDED -> ended(PatchResult.parse(answer.result()));
      case RUNNING -> new Settlement.OutOfReach("its upgrade is still going on");
      case DIED -> failed(PatchResult.failed(Upgrading.CUT_OFF));
      case UNSTARTED, ABSENT -> {
        rest();
        yield new Settlement.NotDone("its upgrade was not begun");
      }
    };
  }

  private Settlement ended(PatchResult result) throws InterruptedException {
    if (!result.good()) {
      return failed(result);
    }
    keep(result);
    return new Settlement.Done(result.summary(), container.log());
  }

  private void keep(PatchResult result) {
    run.keep(result, container, cutOff.begun(), context);
    rest();
  }

  /** As it would have ended under the eyes of its run, a rollback included. */
  private Settlement failed(PatchResult result) throws InterruptedException {
    if (!upgrade.terms().rollback() || !result.touched()) {
      return told(result);
    }
    // Another manager may be at work on it by now, behind a snapshot of its own.
    ClusterLock.Held lock;
    try {
      lock = run.lock().takeToChange();
    } catch (IllegalStateException busy) {
      return later(String.valueOf(busy.getMessage()));
    }
    try (ClusterLock.Held held = lock) {
      return held.valid() ? told(undone(result)) : later("the cluster lock was lost");
    }
  }

  private Settlement told(PatchResult result) {
    keep(result);
    return new Settlement.Failed(result.summary(), result.outcome().word(), container.log());
  }

  private static Settlement later(String reason) {
    return new Settlement.OutOfReach(
        "its upgrade failed, and it is to go back to its snapshot, but " + reason);
  }

  /** Long after, more would be lost with it than what its run did. */
  private PatchResult undone(PatchResult result) {
    Instant latest =
        cutOff.begun().plus(LATEST).plus(Duration.ofMinutes(upgrade.terms().timeout()));
    if (context.now().isAfter(latest)) {
      return Undo.told(
          result,
          "not rolled back so long after, since what came since would be lost with it: pivm rollback "
              + upgrade.vmid()
              + " does");
    }
    boolean start = !upgrade.starts() && container.running();
    return Undo.told(
        result, new Undo(context, container, cutOff.runBegan(), cutOff.begun()).run(start));
  }

  /** The rollback may be on its way, or done; nothing is rolled back twice. */
  private Settlement rolledBack() throws InterruptedException {
    var result = PatchResult.failed("its upgrade failed");
    Upid begun = Undo.begun(cutOff, container, context);
    return begun == null
        ? failed(result)
        : told(Undo.told(result, Undo.words(context.follow(begun))));
  }

  /** What was started for its upgrade only is at rest again afterwards. */
  private void rest() {
    if (upgrade.starts()
        && cutOff.marks().contains(Upgrading.STARTING)
        && container.running()
        && !container.shutdown().ok()) {
      context.remark("lxc " + upgrade.vmid() + " could not be shut down again");
    }
  }
}
