package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.observation.Location;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.config.GuestConfig;

/** Sends a step's call once, journalled, and sees what comes of it. */
final class Sender {

  private final RunContext context;
  private final RunParts parts;
  private final BasisTracker basis;
  private final Recorder recorder;
  private final Calls calls;

  Sender(RunContext context, RunParts parts, BasisTracker basis, Recorder recorder) {
    this.context = context;
    this.parts = parts;
    this.basis = basis;
    this.recorder = recorder;
    this.calls = new Calls(context.secrets());
  }

  /**
   * Sends.
   *
   * @param before the guest that the step rests on; null when there is none yet
   */
  Attempt send(StepLife life, @Nullable ObservedGuest before, String node) {
    Step step = life.step();
    GuestConfig config = before == null ? null : before.config();
    String digest = config == null ? null : config.digest();
    Operation.@Nullable Call operation = resolved(life.call(), config);
    if (operation == null) {
      return Attempt.failed("the disk whose options were to change is gone", List.of());
    }
    ApiCall call;
    try {
      call = calls.of(operation, node, digest);
    } catch (RuntimeException secretMissing) {
      return Attempt.failed(String.valueOf(secretMissing.getMessage()), List.of());
    }
    recorder.intent(step, life.nextSending(), node, digest);
    var sending =
        new Sending(
            life, before, new Flight(step.id(), operation, node, digest, recorder.now(), null));
    Attempt attempt = sent(sending, call);
    if (attempt instanceof Attempt.End end) {
      basis.sent(operation, before, end.status() == StepResult.Status.DONE);
    }
    return attempt;
  }

  /** What a config that was read just now completes; null when it cannot. */
  private static Operation.@Nullable Call resolved(
      Operation.Call operation, @Nullable GuestConfig config) {
    return operation instanceof Operation.SetDiskOptions options
        ? config == null ? null : options.on(config)
        : operation;
  }

  /** A call on its way. */
  private record Sending(StepLife life, @Nullable ObservedGuest before, Flight flight) {
    Step step() {
      return life.step();
    }

    Operation.Call operation() {
      return flight.operation();
    }

    Sending withTask(Upid upid) {
      return new Sending(life, before, flight.withTask(upid));
    }
  }

  private Attempt sent(Sending sending, ApiCall call) {
    try {
      Proxmox.Answer answer = context.proxmox().answer(call);
      Upid upid = Upid.parse(answer.data().asText());
      if (upid == null) {
        List<String> log = answer.log();
        log.forEach(line -> recorder.log(sending.step(), line));
        return TaskTypes.unnamed(sending.operation())
            ? settle(sending, "its task was not named")
            : effect(sending, "done", log);
      }
      parts.settler().claim(upid.text());
      recorder.task(sending.step(), upid.text());
      return followed(sending.withTask(upid), upid);
    } catch (ProxmoxException refused) {
      return refused(sending, refused);
    }
  }

  private Attempt followed(Sending sending, Upid upid) {
    try {
      TaskEnd end = parts.tasks().follow(upid, line -> recorder.log(sending.step(), line));
      return end.ok()
          ? effect(sending, end.exitStatus(), end.log())
          : failed(sending, end.exitStatus(), end.log());
    } catch (ProxmoxException cannotFollow) {
      return settle(sending, cannotFollow);
    }
  }

  private Attempt effect(Sending sending, String message, List<String> log) {
    if (!onlyAsked(sending)) {
      return Attempt.done(message, log);
    }
    try {
      String failure =
          parts
              .ha()
              .await(
                  sending.flight(),
                  line -> recorder.log(sending.step(), line),
                  reason -> recorder.waiting(sending.step(), reason));
      return failure == null ? Attempt.done(message, log) : Attempt.failed(failure, log);
    } catch (ProxmoxException cannotAsk) {
      return Attempt.unsettled(
          "HA was asked, and what it did cannot be seen: " + cannotAsk.getMessage());
    }
  }

  /** The task's type tells; a way in that cannot name the task leaves what the guest shows. */
  private static boolean onlyAsked(Sending sending) {
    Upid upid = sending.flight().upid();
    ObservedGuest before = sending.before();
    return upid == null
        ? before != null && before.ha() != null && HaWatch.acts(sending.operation())
        : TaskTypes.onlyAsksHa(upid.type());
  }

  private Attempt refused(Sending sending, ProxmoxException refused) {
    return switch (refused) {
      case ProxmoxException.Unreachable lost when lost.mayHaveTakenEffect() ->
          settle(sending, refused);
      case ProxmoxException.NodeUnreachable lost when lost.mayHaveTakenEffect() ->
          settle(sending, refused);
      case ProxmoxException.Unreachable _,
          ProxmoxException.NodeUnreachable _,
          ProxmoxException.NoQuorum _ ->
          again(sending, refused.getMessage());
      case ProxmoxException.Locked _ -> again(sending, refused.getMessage());
      case ProxmoxException.DigestMismatch _ -> new Attempt.Again(text(refused), Duration.ZERO);
      case ProxmoxException.NotFound _ -> maybeMoved(sending, text(refused), List.of());
      case ProxmoxException.AlreadyExists _ -> exists(sending, text(refused));
      case ProxmoxException.TaskFailed task -> failed(sending, text(task), List.of());
      case ProxmoxException.Refused other when other.status() >= 502 && other.status() < 600 ->
          settle(sending, refused);
      default -> failed(sending, text(refused), List.of());
    };
  }

  private static String text(ProxmoxException failure) {
    return String.valueOf(failure.getMessage());
  }

  private Attempt again(Sending sending, @Nullable String reason) {
    return new Attempt.Again(
        String.valueOf(reason), context.limits().pauseAfter(sending.life().tries()));
  }

  /** Nothing may be sent again before it is known what became of this. */
  private Attempt settle(Sending sending, ProxmoxException lost) {
    return settle(sending, "the answer was lost (" + lost.getMessage() + ")");
  }

  private Attempt settle(Sending sending, String lost) {
    recorder.waiting(sending.step(), lost);
    Upid[] found = {sending.flight().upid()};
    Settlement settlement =
        parts
            .settler()
            .settle(
                sending.flight(),
                line -> recorder.log(sending.step(), line),
                upid -> {
                  found[0] = upid;
                  recorder.task(sending.step(), upid.text());
                });
    recorder.settled(sending.step().id(), settlement);
    Sending known = found[0] == null ? sending : sending.withTask(found[0]);
    return switch (settlement) {
      case Settlement.Done done -> effect(known, done.evidence(), done.log());
      case Settlement.Failed failed -> failed(known, failed.exitStatus(), failed.log());
      case Settlement.NotDone notDone -> again(sending, lost + "; " + notDone.evidence());
      case Settlement.Unclear unclear ->
          Attempt.failed(
              lost
                  + ", and it cannot be told what came of it: "
                  + unclear.evidence()
                  + "; plan again",
              List.of());
      case Settlement.OutOfReach outOfReach ->
          Attempt.unsettled(
              lost + "; " + outOfReach.evidence() + "; `pivm resume` finds out what came of it");
    };
  }

  private Attempt failed(Sending sending, String exitStatus, List<String> log) {
    Leftovers.Cleared cleared = clear(sending);
    if (!cleared.finished()) {
      return Attempt.unsettled(
          exitStatus + "; " + String.join("; ", cleared.remarks()) + "; `pivm resume` tries again");
    }
    Attempt attempt =
        switch (Failures.classify(exitStatus)) {
          case LOCK_TIMEOUT, LOCKED, NO_QUORUM -> again(sending, exitStatus);
          case CHANGED -> new Attempt.Again(exitStatus, Duration.ZERO);
          case NOT_THERE -> maybeMoved(sending, exitStatus, log);
          case EXISTS -> exists(sending, exitStatus);
          case OTHER -> overtaken(sending, exitStatus, log);
        };
    return attempt instanceof Attempt.End end && end.status() == StepResult.Status.FAILED
        ? Attempt.failed(String.join("; ", prepend(end.message(), cleared.remarks())), log)
        : attempt;
  }

  private static List<String> prepend(String first, List<String> rest) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all;
  }

  private Leftovers.Cleared clear(Sending sending) {
    String step = sending.step().id();
    Leftovers.Cleared cleared =
        parts
            .leftovers()
            .clear(sending.flight(), null, fingerprint -> recorder.removing(step, fingerprint));
    cleared.remarks().forEach(remark -> recorder.remark(step, remark));
    return cleared;
  }

  /** Somebody may have done it, or undone its ground, in the moment before. */
  private Attempt overtaken(Sending sending, String exitStatus, List<String> log) {
    try {
      Operation.Call operation = sending.operation();
      ObservedGuest guest = parts.guests().find(operation.vmid());
      return Postcondition.holdsAlready(operation, guest)
          ? Attempt.done("it was so already", log)
          : Attempt.failed(exitStatus, log);
    } catch (ProxmoxException cannotLook) {
      return Attempt.failed(exitStatus, log);
    }
  }

  private Attempt maybeMoved(Sending sending, String message, List<String> log) {
    try {
      Operation.Call operation = sending.operation();
      int vmid = operation instanceof Operation.Clone clone ? clone.source() : operation.vmid();
      Location location = parts.guests().locate(vmid);
      if (Postcondition.holdsAlready(operation, null) && location == null) {
        return Attempt.done("it was gone already", log);
      }
      if (location != null && location.node().equals(sending.flight().node())) {
        return Attempt.failed(message, log);
      }
      sending.life().moved();
      return new Attempt.Again("the guest has left node " + sending.flight().node(), Duration.ZERO);
    } catch (ProxmoxException cannotLook) {
      return again(sending, message);
    }
  }

  /** It is ours only when a task of ours made it: an answer lost before, or cut off. */
  private Attempt exists(Sending sending, String message) {
    if (!sending.life().sentBefore()) {
      return Attempt.failed(
          message + "; it is not adopted: import it, or choose another VMID", List.of());
    }
    Instant now = recorder.now();
    Flight earlier =
        new Flight(
            sending.step().id(),
            sending.operation(),
            sending.flight().node(),
            sending.flight().digest(),
            now.minus(context.limits().quiet()),
            null);
    Settlement settlement =
        parts.settler().settle(earlier, line -> recorder.log(sending.step(), line), _ -> {});
    recorder.settled(sending.step().id(), settlement);
    return settlement instanceof Settlement.Done done
        ? effect(sending, done.evidence(), done.log())
        : Attempt.failed(
            message + "; nothing shows that this run made it, so it is not adopted", List.of());
  }
}
