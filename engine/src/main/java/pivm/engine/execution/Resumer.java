package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.Journal;
import pivm.engine.history.JournalRecord;
import pivm.engine.history.Run;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Counted;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Work;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Time;
import pivm.proxmox.Upid;

/**
 * Settles what a run left in flight when it was killed or let go. Nothing is sent again: the caller
 * plans anew, and that plan holds what is still to be done.
 */
public final class Resumer {

  private final Proxmox proxmox;
  private final Observer observer;
  private final Time time;
  private final Limits limits;
  private final StopSignal stop;
  private final Unlocker unlocker;
  private final Workers workers;

  public Resumer(
      Proxmox proxmox,
      Observer observer,
      Time time,
      Limits limits,
      StopSignal stop,
      Unlocker unlocker,
      Workers workers) {
    this.proxmox = proxmox;
    this.observer = observer;
    this.time = time;
    this.limits = limits;
    this.stop = stop;
    this.unlocker = unlocker;
    this.workers = workers;
  }

  /**
   * What was found out.
   *
   * @param settled whether the run is closed now; when not, a node that must be asked was out of
   *     reach, and the next run asks again
   */
  public record Report(String run, List<Finding> findings, boolean settled) {
    public Report {
      findings = List.copyOf(findings);
    }
  }

  /**
   * What became of one call.
   *
   * @param decision {@code done}, {@code failed}, {@code not-done} or {@code unclear}
   * @param remarks about what was removed, or what a person has to remove
   */
  public record Finding(
      String step, String command, String decision, String evidence, List<String> remarks) {
    public Finding {
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * Settles a run that has no end.
   *
   * @param journal the run's own, for what is found out
   */
  public Report settle(Run run, Journal journal) {
    JournalRecord.RunStarted start = run.started();
    var patience = new Patience(time, stop);
    RunParts parts =
        RunParts.of(
            proxmox, observer, patience, limits, start == null ? null : start.user(), unlocker);
    var recorder = new Recorder(journal, EventListener.none(), time);
    run.steps().forEach(step -> step.upids().forEach(parts.settler()::claim));
    List<Finding> findings = new ArrayList<>();
    boolean allSettled = true;
    for (Run.InFlight flight : run.inFlight()) {
      try {
        Instant began = start == null ? flight.intent().at() : start.at();
        Settling settling = new Settling(parts, recorder, flight, began);
        findings.add(
            switch (flight.intent().operation()) {
              case Operation.Call call -> settling.settle(call, Upid.parse(flight.upid()));
              case Work work -> settling.settle(work, flight, context(flight, recorder, patience));
            });
        allSettled &= settling.certain;
      } catch (Patience.Left left) {
        allSettled = false;
        break;
      }
    }
    if (allSettled) {
      journal.write(
          new JournalRecord.RunEnded(
              time.now(), "settled", "in flight: " + Counted.of(findings.size(), "step")));
    }
    return new Report(run.id(), findings, allSettled);
  }

  private WorkContext context(Run.InFlight flight, Recorder recorder, Patience patience) {
    return new WorkContext(flight.intent().step(), proxmox, observer, recorder, patience);
  }

  /** The settling of one step. */
  private final class Settling {
    private final RunParts parts;
    private final Recorder recorder;
    private final JournalRecord.Intent intent;
    private final @Nullable String removing;
    private final Instant runBegan;
    private boolean certain = true;

    Settling(RunParts parts, Recorder recorder, Run.InFlight flight, Instant runBegan) {
      this.runBegan = runBegan;
      this.parts = parts;
      this.recorder = recorder;
      this.intent = flight.intent();
      this.removing = flight.removing();
    }

    Finding settle(Work work, Run.InFlight flight, WorkContext around) {
      Instant began = recorder.now();
      Worker worker = workers.of(work);
      Settlement settlement =
          worker == null
              ? new Settlement.OutOfReach("nothing here can do work of the kind " + work.kind())
              : settle(worker, work, flight, around);
      recorder.settled(intent.step(), settlement);
      record(settlement, Duration.between(began, recorder.now()));
      return new Finding(
          intent.step(), intent.command(), settlement.decision(), settlement.evidence(), List.of());
    }

    private Settlement settle(Worker worker, Work work, Run.InFlight flight, WorkContext around) {
      try {
        return worker.settle(
            new CutOff(
                intent.step(),
                work,
                intent.node(),
                runBegan,
                intent.at(),
                Upid.parse(flight.upid()),
                flight.marks()),
            around);
      } catch (ProxmoxException cannotAsk) {
        return new Settlement.OutOfReach(String.valueOf(cannotAsk.getMessage()));
      }
    }

    Finding settle(Operation.Call call, @Nullable Upid known) {
      Instant began = recorder.now();
      Upid[] upid = {known};
      var flight =
          new Flight(intent.step(), call, intent.node(), intent.digest(), intent.at(), known);
      Settlement settlement =
          parts
              .settler()
              .settle(
                  flight,
                  _ -> {},
                  found -> {
                    upid[0] = found;
                    recorder.write(
                        new JournalRecord.TaskKnown(recorder.now(), intent.step(), found.text()));
                  });
      recorder.settled(intent.step(), settlement);
      Flight found = upid[0] == null ? flight : flight.withTask(upid[0]);
      List<String> remarks = leftovers(settlement, found);
      record(settlement, Duration.between(began, recorder.now()));
      return new Finding(
          intent.step(), intent.command(), settlement.decision(), settlement.evidence(), remarks);
    }

    private List<String> leftovers(Settlement settlement, Flight flight) {
      if (!(settlement instanceof Settlement.Failed)) {
        return List.of();
      }
      Leftovers.Cleared cleared =
          parts
              .leftovers()
              .clear(
                  flight, removing, fingerprint -> recorder.removing(intent.step(), fingerprint));
      cleared.remarks().forEach(remark -> recorder.remark(intent.step(), remark));
      certain &= cleared.finished();
      return cleared.remarks();
    }

    private void record(Settlement settlement, Duration took) {
      StepResult.Status status =
          switch (settlement) {
            case Settlement.Done _ -> StepResult.Status.DONE;
            case Settlement.Failed _, Settlement.Unclear _ -> StepResult.Status.FAILED;
            case Settlement.NotDone _ -> StepResult.Status.CANCELLED;
            case Settlement.OutOfReach _ -> StepResult.Status.UNSETTLED;
          };
      certain &= status != StepResult.Status.UNSETTLED;
      recorder.ended(
          new StepResult(intent.step(), status, settlement.evidence(), took, List.of()), certain);
    }
  }
}
