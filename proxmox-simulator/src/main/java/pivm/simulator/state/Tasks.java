package pivm.simulator.state;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tasks of all nodes: those that run, and the latest that ended. */
public final class Tasks {
  private static final int KEPT = 20_000;

  private final Cluster cluster;
  private final Map<String, Task> byUpid = new LinkedHashMap<>();
  private final Deque<Task> ended = new ArrayDeque<>();
  private TaskHook hook = TaskHook.NONE;
  private double pace = 1;

  Tasks(Cluster cluster) {
    this.cluster = cluster;
  }

  public void hook(TaskHook newHook) {
    hook = newHook;
  }

  /** How long tasks take, as a factor of the usual. */
  public void pace(double factor) {
    pace = factor;
  }

  /** Starts a task on a node and does its first piece of work. */
  public Task start(String node, String type, String id, String user, Task.Work work) {
    var where = cluster.node(node);
    long now = cluster.time().millis();
    int pid = where.nextPid();
    long ticks = where.ticks(now);
    String upid =
        String.format(
            "UPID:%s:%08X:%08X:%08X:%s:%s:%s:", node, pid, ticks, now / 1000, type, id, user);
    var task = new Task(this, upid, node, type, id, user, pid, ticks, now / 1000);
    byUpid.put(upid, task);
    task.run(work);
    return task;
  }

  public @Nullable Task find(String upid) {
    return byUpid.get(upid);
  }

  /** All known tasks, oldest first. */
  public Collection<Task> all() {
    return Collections.unmodifiableCollection(byUpid.values());
  }

  /** Those that run, oldest first. */
  public List<Task> running() {
    List<Task> running = new ArrayList<>();
    byUpid.values().stream().filter(Task::isRunning).forEach(running::add);
    return running;
  }

  long seconds() {
    return cluster.time().seconds();
  }

  void plan(Task task, Duration delay, Runnable piece) {
    var scaled = Duration.ofNanos((long) (delay.toNanos() * pace));
    var stretched = hook.stretch(task, scaled);
    cluster
        .time()
        .after(
            stretched,
            () -> {
              var failure = task.isRunning() ? hook.failure(task) : null;
              if (failure != null) {
                task.fail(failure);
              } else {
                piece.run();
              }
            });
  }

  void ended(Task task) {
    ended.addLast(task);
    cluster.changed();
    while (ended.size() > KEPT) {
      byUpid.remove(Objects.requireNonNull(ended.pollFirst()).upid());
    }
  }
}
