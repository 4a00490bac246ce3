package pivm.engine.network.live;

import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.execution.Worker;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Step;
import pivm.proxmox.ProxmoxException;

/** Does what is done to networks. */
public final class NetworkWorker implements Worker {
  private final Staging staging;
  private final Applying applying;
  private final Returning returning;

  /**
   * @param attendant who may keep a network while it waits
   */
  public NetworkWorker(
      Networks networks, StagedStore store, NodeBack back, Reach reach, Attendant attendant) {
    this.staging = new Staging(networks, store);
    this.returning = new Returning(networks, store, back);
    this.applying = new Applying(networks, store, back, reach, attendant);
  }

  /** Plans the way back to the interfaces of before the last confirmed change. */
  public Returning returning() {
    return returning;
  }

  Staging staging() {
    return staging;
  }

  @Override
  public WorkEnd work(Step step, WorkContext context) {
    try {
      return switch (step.operation()) {
        case NetworkOperation.Stage stage -> staging.work(stage, context);
        case NetworkOperation.Restage restage -> returning.work(restage, context);
        case NetworkOperation.Apply apply -> applying.work(apply, context);
        case NetworkOperation.Write write -> write(write, context);
        default -> throw new IllegalArgumentException("not about a network: " + step.id());
      };
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return WorkEnd.unsettled("interrupted; `pivm resume` finds out what came of it");
    }
  }

  private static WorkEnd write(NetworkOperation.Write write, WorkContext context) {
    try {
      context.proxmox().call(write.call());
      return WorkEnd.done(write.what() + " of " + write.node() + " written");
    } catch (ProxmoxException.DigestMismatch changed) {
      return WorkEnd.refused(
          write.subject() + " was changed by somebody else since the plan was made; plan again");
    }
  }

  @Override
  public Settlement settle(CutOff cutOff, WorkContext context) {
    try {
      return switch (cutOff.work()) {
        case NetworkOperation.Stage stage -> staging.settle(stage);
        case NetworkOperation.Restage restage -> returning.settle(restage);
        case NetworkOperation.Apply apply -> applying.settle(apply, cutOff, context);
        case NetworkOperation.Write write ->
            new Settlement.NotDone(
                "planning again tells whether " + write.subject() + " is as declared");
        default -> throw new IllegalArgumentException("not about a network: " + cutOff.step());
      };
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Settlement.OutOfReach("interrupted");
    }
  }
}
