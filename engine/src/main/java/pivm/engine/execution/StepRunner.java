package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.engine.rails.Verdict;
import pivm.proxmox.ProxmoxException;

/**
 * One step's life: look at the guest, ask whether the step still rests on it and whether the rails
 * still allow it, send it, and see to its end; again where nothing has happened yet.
 */
final class StepRunner {

  private final RunContext context;
  private final RunParts parts;
  private final BasisTracker basis;
  private final Recorder recorder;
  private final Patience patience;
  private final Sender sender;
  private final WorkRunner works;

  StepRunner(
      RunContext context,
      RunParts parts,
      BasisTracker basis,
      Recorder recorder,
      Patience patience) {
    this.context = context;
    this.parts = parts;
    this.basis = basis;
    this.recorder = recorder;
    this.patience = patience;
    this.sender = new Sender(context, parts, basis, recorder);
    this.works = new WorkRunner(context, parts, recorder, patience);
  }

  /** Runs a step to its end; both are recorded. */
  StepResult run(Step step) {
    Instant began = recorder.now();
    Attempt.End end;
    try {
      end =
          switch (step.operation()) {
            case Operation.Call call -> attempts(step, call);
            case Work work -> works.run(step, work);
          };
    } catch (Patience.Stopped stopped) {
      end = new Attempt.End(StepResult.Status.CANCELLED, "the run was ended", List.of(), true);
    } catch (Patience.Left left) {
      end = Attempt.unsettled("left running: `pivm resume` finds out what came of it");
    }
    StepResult result =
        new StepResult(
            step.id(),
            end.status(),
            end.message(),
            Duration.between(began, recorder.now()),
            end.log());
    context.guard().ended(step, result.done());
    recorder.ended(result, end.settled());
    return result;
  }

  private Attempt.End attempts(Step step, Operation.Call call) {
    var life = new StepLife(step, call);
    while (true) {
      patience.checkNotStopping();
      life.begin();
      switch (attempt(life)) {
        case Attempt.End end -> {
          return end;
        }
        case Attempt.Again again -> {
          if (life.tries() >= context.limits().tries()) {
            return Attempt.failed(
                again.reason() + "; given up after " + life.tries() + " tries", List.of());
          }
          if (!again.pause().isZero()) {
            recorder.waiting(step, again.reason() + "; trying again");
            patience.beforeSending(again.pause());
          }
        }
      }
    }
  }

  private Attempt attempt(StepLife life) {
    Step step = life.step();
    ObservedGuest guest;
    ObservedGuest actor;
    try {
      guest = look(life);
      actor = life.call() instanceof Operation.Clone clone ? source(clone, step) : guest;
      String locked = awaitUnlocked(life, actor == null ? guest : actor);
      if (locked != null) {
        return Attempt.skipped(locked);
      }
      if (life.waited()) {
        return attempt(life.waitedEnough());
      }
    } catch (ProxmoxException cannotLook) {
      return unreadable(life, cannotLook);
    }
    if (Postcondition.holdsAlready(life.call(), guest)) {
      return Attempt.done("it was so already", List.of());
    }
    String refusal = refusal(life.call(), guest, actor);
    if (refusal != null) {
      return Attempt.refused(refusal);
    }
    String node = actor == null ? step.node() : actor.node();
    try {
      Attempt.End blocked = askRails(step, node, guest);
      return blocked != null ? blocked : sender.send(life, guest, node);
    } catch (ProxmoxException cannotJudge) {
      return unreadable(life, cannotJudge);
    }
  }

  private @Nullable ObservedGuest look(StepLife life) {
    Operation.Call operation = life.call();
    boolean makes = operation instanceof Operation.Create || operation instanceof Operation.Clone;
    return makes || operation instanceof Operation.SetPool
        ? parts.guests().find(operation.vmid())
        : parts.guests().read(operation.type(), operation.vmid(), life.step().node());
  }

  private @Nullable ObservedGuest source(Operation.Clone clone, Step step) {
    return parts.guests().read(clone.type(), clone.source(), step.node());
  }

  private @Nullable String refusal(
      Operation.Call operation, @Nullable ObservedGuest guest, @Nullable ObservedGuest actor) {
    String difference = basis.difference(operation, guest);
    String subject = operation.type().manifestName() + " " + operation.vmid();
    if (difference != null) {
      return subject
          + " was changed by someone else since the plan: "
          + difference
          + "; nothing was overwritten, plan again";
    }
    if (operation instanceof Operation.Clone clone && actor == null) {
      return "the source " + clone.source() + " of the clone " + subject + " is gone; plan again";
    }
    if (guest != null && guest.lock() == null && guest.unfinished() && !removes(operation)) {
      return subject + " is only half made: it has no root disk; plan again";
    }
    boolean needsGuest =
        !(operation instanceof Operation.Create) && !(operation instanceof Operation.Clone);
    if (needsGuest && guest == null) {
      return subject + " is gone; plan again";
    }
    return context.lock().valid()
        ? null
        : "the cluster lock was lost, so another manager may be at work; nothing more is sent";
  }

  private static boolean removes(Operation operation) {
    return switch (operation) {
      case Operation.Shutdown _, Operation.Stop _, Operation.Destroy _ -> true;
      default -> false;
    };
  }

  private Attempt.@Nullable End askRails(Step step, String node, @Nullable ObservedGuest guest) {
    for (Verdict verdict : context.guard().check(step, node, guest)) {
      if (verdict.result() == Verdict.Result.BLOCKED) {
        return Attempt.refused(verdict.rail().word() + ": " + verdict.message());
      }
    }
    return null;
  }

  /**
   * Waits for somebody else's lock.
   *
   * @return why the step is skipped; null when the lock is gone, or there was none
   */
  private @Nullable String awaitUnlocked(StepLife life, @Nullable ObservedGuest guest) {
    Operation.Call operation = life.call();
    if (guest == null || !minds(operation, guest)) {
      return null;
    }
    Instant until = recorder.now().plus(context.policy().lockWait());
    for (ObservedGuest now = guest; now != null && minds(operation, now); ) {
      if (!recorder.now().isBefore(until)) {
        return now.subject()
            + " carries the lock \""
            + now.lock()
            + "\" for longer than "
            + context.policy().lockWait().toSeconds()
            + " s; apply again when what holds it has ended";
      }
      life.hasWaited();
      recorder.waiting(
          life.step(), now.subject() + " is locked (" + now.lock() + "), until " + until);
      patience.beforeSending(context.limits().lockPoll());
      now = parts.guests().read(now.type(), now.vmid(), now.node());
    }
    return null;
  }

  private static boolean minds(Operation.Call operation, ObservedGuest guest) {
    String lock = guest.lock();
    return switch (operation) {
      case Operation.SetPool _, Operation.SetHa _, Operation.RemoveHa _, Operation.JoinHaRule _ ->
          false;
      // Starting a hibernated VM is how it wakes.
      case Operation.Start _ -> lock != null && !lock.equals("suspended");
      default -> lock != null;
    };
  }

  private Attempt unreadable(StepLife life, ProxmoxException cannotLook) {
    return switch (cannotLook) {
      case ProxmoxException.Unreachable _,
          ProxmoxException.NodeUnreachable _,
          ProxmoxException.NotFound _ ->
          new Attempt.Again(
              "what the step rests on cannot be read: " + cannotLook.getMessage(),
              context.limits().pauseAfter(life.tries()));
      default ->
          Attempt.failed(
              "what the step rests on cannot be read: " + cannotLook.getMessage(), List.of());
    };
  }
}
