package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import pivm.engine.history.JournalRecord;
import pivm.engine.observation.Observer;
import pivm.proxmox.Proxmox;
import pivm.proxmox.Upid;

/** What a worker works with. One for each step. */
public final class WorkContext {
  private static final int LOG_KEPT = 50;

  private final String step;
  private final Proxmox proxmox;
  private final Observer observer;
  private final Recorder recorder;
  private final Patience patience;
  private final Tasks tasks;
  private final Deque<String> log = new ArrayDeque<>();

  WorkContext(
      String step, Proxmox proxmox, Observer observer, Recorder recorder, Patience patience) {
    this.step = step;
    this.proxmox = proxmox;
    this.observer = observer;
    this.recorder = recorder;
    this.patience = patience;
    this.tasks = new Tasks(proxmox, patience);
  }

  public Proxmox proxmox() {
    return proxmox;
  }

  public Observer observer() {
    return observer;
  }

  public Instant now() {
    return recorder.now();
  }

  /**
   * What a node's clock showed at an instant of this one's: its tasks are named by it.
   *
   * @throws pivm.proxmox.ProxmoxException when the node cannot be asked
   */
  public Instant clockOf(String node, Instant instant) {
    return instant.plus(tasks.clockOffset(node));
  }

  /**
   * Waits while something runs that can be left to itself and found again.
   *
   * @throws RuntimeException of the execution's own when a person let go of it; not to be caught
   */
  public void pause(Duration pause) {
    patience.whileRunning(pause);
  }

  /** Whether a person has asked the run to end: to be looked at before each part of the work. */
  public boolean stopping() {
    return patience.stopping();
  }

  /** Tells a line of what goes on; the last ones are kept on record. */
  public void log(String line) {
    synchronized (log) {
      log.addLast(line);
      if (log.size() > LOG_KEPT) {
        log.removeFirst();
      }
    }
    recorder.log(step, line);
  }

  List<String> logged() {
    synchronized (log) {
      return List.copyOf(log);
    }
  }

  /**
   * Tells how far it has come. Cheap: may be called often.
   *
   * @param done in {@code unit}
   * @param total 0 when not known
   */
  public void progress(long done, long total, Event.Unit unit) {
    recorder.progress(step, done, total, unit);
  }

  /** Tells what is waited for. */
  public void waiting(String reason) {
    recorder.waiting(step, reason);
  }

  /** Puts on record, before going on, that a point has been passed. */
  public void mark(String text) {
    recorder.write(new JournalRecord.Mark(now(), step, text));
  }

  /** Puts a remark for people on record. */
  public void remark(String text) {
    recorder.remark(step, text);
  }

  /**
   * Puts a task on record and follows it to its end.
   *
   * @throws pivm.proxmox.ProxmoxException when its node stays out of reach, or does not know it
   */
  public TaskEnd follow(Upid upid) {
    return follow(upid, this::log);
  }

  /**
   * The same.
   *
   * @param lines hears the task's log, in place of people
   */
  public TaskEnd follow(Upid upid, Consumer<String> lines) {
    recorder.write(new JournalRecord.TaskKnown(now(), step, upid.text()));
    return tasks.follow(upid, lines);
  }
}
