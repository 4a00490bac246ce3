package pivm.engine.execution;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.engine.rails.Verdict;
import pivm.proxmox.ProxmoxException;

/** Runs a step that is {@link Work}: asks the rails once more, then lets its worker do it. */
final class WorkRunner {

  private final RunContext context;
  private final RunParts parts;
  private final Recorder recorder;
  private final Patience patience;

  WorkRunner(RunContext context, RunParts parts, Recorder recorder, Patience patience) {
    this.context = context;
    this.parts = parts;
    this.recorder = recorder;
    this.patience = patience;
  }

  Attempt.End run(Step step, Work work) {
    patience.checkNotStopping();
    Worker worker = context.workers().of(work);
    if (worker == null) {
      return Attempt.failed("nothing here can do work of the kind " + work.kind(), List.of());
    }
    String node = step.node();
    try {
      ObservedGuest guest = null;
      if (step.onGuest()) {
        guest = parts.guests().find(step.vmid());
        if (guest == null) {
          return Attempt.refused(work.subject() + " is gone; plan again");
        }
        node = guest.node();
      }
      String refused = refused(step, node, guest);
      if (refused != null) {
        return Attempt.refused(refused);
      }
    } catch (ProxmoxException cannotJudge) {
      return Attempt.failed(
          "not begun, since it can't be judged: " + cannotJudge.getMessage(), List.of());
    }
    return work(step, worker, node);
  }

  private @Nullable String refused(Step step, String node, @Nullable ObservedGuest guest) {
    if (!context.lock().valid()) {
      return "the cluster lock was lost, so another manager may be at work; nothing more is sent";
    }
    for (Verdict verdict : context.guard().check(step, node, guest)) {
      if (verdict.result() == Verdict.Result.BLOCKED) {
        return verdict.rail().word() + ": " + verdict.message();
      }
    }
    return null;
  }

  private Attempt.End work(Step step, Worker worker, String node) {
    recorder.intent(step, 1, node, null);
    var around =
        new WorkContext(step.id(), context.proxmox(), context.observer(), recorder, patience);
    try {
      WorkEnd end = worker.work(step.on(node), around);
      boolean settled = end.status() != StepResult.Status.UNSETTLED;
      return new Attempt.End(end.status(), end.message(), around.logged(), settled);
    } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable away) {
      return Attempt.unsettled(away.getMessage() + "; `pivm resume` finds out what came of it");
    } catch (ProxmoxException refused) {
      return Attempt.failed(String.valueOf(refused.getMessage()), around.logged());
    }
  }
}
