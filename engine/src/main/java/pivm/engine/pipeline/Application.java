package pivm.engine.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.EventListener;
import pivm.engine.execution.Executor;
import pivm.engine.execution.Resumer;
import pivm.engine.execution.RunContext;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.history.FileJournal;
import pivm.engine.history.History;
import pivm.engine.history.JournalRecord;
import pivm.engine.history.Run;
import pivm.engine.history.StateLock;
import pivm.engine.rails.MemoryLedger;

/**
 * Carries judged plans out. One instance holds the state folder's lock, so that no other run of
 * this machine mixes in between settling, planning and executing; close it to free the lock.
 */
public final class Application implements AutoCloseable {
  private final Surroundings around;
  private final History history;
  private final StateLock lock;
  private final @Nullable String cluster;

  private Application(Surroundings around, StateLock lock, @Nullable String cluster) {
    this.around = around;
    this.cluster = cluster;
    this.history = new History(around.state());
    this.lock = lock;
  }

  /**
   * @param what for the message that another run meets: {@code apply}
   * @throws StateLock.Busy when another run works in the state folder
   */
  public static Application begin(Surroundings around, String what) {
    StateLock lock = StateLock.take(around.state(), what);
    try {
      return new Application(around, lock, ClusterIdentity.of(around.proxmox()));
    } catch (RuntimeException unreachable) {
      lock.close();
      throw unreachable;
    }
  }

  /**
   * Runs of other clusters that have no end. What they left in flight can only be found out there:
   * here the same VMIDs and node names may be somebody else's.
   */
  public List<Run> elsewhere() {
    return history.unfinished().stream().filter(this::isElsewhere).toList();
  }

  private boolean isElsewhere(Run run) {
    JournalRecord.RunStarted start = run.started();
    return start != null && ClusterIdentity.differ(cluster, start.cluster());
  }

  /**
   * Finds out what became of the calls that a killed run left in flight. To be done before
   * planning: the plan then holds what is still to be done.
   */
  public List<Resumer.Report> settle(StopSignal stop) {
    var resumer =
        new Resumer(
            around.proxmox(),
            around.observer(),
            around.time(),
            around.limits(),
            stop,
            around.unlocker(),
            around.workers());
    List<Resumer.Report> reports = new ArrayList<>();
    for (Run run : history.unfinished()) {
      if (isElsewhere(run)) {
        continue;
      }
      try (FileJournal journal = history.open(run.id())) {
        reports.add(resumer.settle(run, journal));
      }
    }
    return reports;
  }

  /**
   * Runs what may run of a plan.
   *
   * @param skipBlocked whether to do what does not depend on a blocked step
   * @throws IllegalArgumentException when something is left to confirm, or is blocked and not to be
   *     skipped: nothing was done then
   * @throws InterruptedException when the waiting for another manager is ended
   */
  public RunResult run(
      Planned planned, boolean skipBlocked, StopSignal stop, EventListener listener)
      throws InterruptedException {
    return run(planned, skipBlocked, stop, listener, Renewal.none());
  }

  /**
   * The same.
   *
   * @param renewal looks at the plan again, under the cluster's lock
   */
  public RunResult run(
      Planned planned,
      boolean skipBlocked,
      StopSignal stop,
      EventListener listener,
      Renewal renewal)
      throws InterruptedException {
    try (ClusterLock.Held held = around.clusterLock().takeToChange()) {
      Planned now = renewal.renew(planned);
      return run(now, skipBlocked || !now.equals(planned), stop, listener, held);
    }
  }

  private RunResult run(
      Planned planned,
      boolean skipBlocked,
      StopSignal stop,
      EventListener listener,
      ClusterLock.Held held) {
    var guard =
        new RailGuard(around, planned.reviewed(), planned.request().holds(), new MemoryLedger());
    String run = History.runName(around.time().now(), planned.plan().id());
    try (FileJournal journal = history.open(run)) {
      var context =
          new RunContext(
              run,
              around.actor(),
              around.user(),
              around.version(),
              cluster,
              around.proxmox(),
              around.observer(),
              around.time(),
              journal,
              around.secrets(),
              guard,
              around.policy(),
              around.limits(),
              stop,
              held,
              around.unlocker(),
              around.workers(),
              skipBlocked);
      return new Executor().run(planned.reviewed(), context, listener);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
