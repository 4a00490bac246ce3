package pivm.simulator.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task: what {@code fork_worker} starts in Proxmox. It does its work in pieces, each of which may
 * plan the next one for later; it ends well after the last piece, or badly with the first {@link
 * ApiError}.
 */
public final class Task {

  /** A piece of a task's work; an {@link ApiError} ends the task. */
  @FunctionalInterface
  public interface Work {
    void run(Task task);
  }

  private final Tasks tasks;
  private final String upid;
  private final String node;
  private final String type;
  private final String id;
  private final String user;
  private final int pid;
  private final long ticks;
  private final long startSeconds;
  private final List<String> log = new ArrayList<>(4);
  private final List<Runnable> cleanups = new ArrayList<>(2);
  private final List<Runnable> afterwards = new ArrayList<>(0);
  private String whenAborted = "interrupted by signal";
  private int planned;
  private int warnings;
  private long endSeconds = -1;
  private @Nullable String exitStatus;

  Task(
      Tasks tasks,
      String upid,
      String node,
      String type,
      String id,
      String user,
      int pid,
      long ticks,
      long startSeconds) {
    this.tasks = tasks;
    this.upid = upid;
    this.node = node;
    this.type = type;
    this.id = id;
    this.user = user;
    this.pid = pid;
    this.ticks = ticks;
    this.startSeconds = startSeconds;
  }

  public String upid() {
    return upid;
  }

  public String node() {
    return node;
  }

  public String type() {
    return type;
  }

  public String id() {
    return id;
  }

  /** {@code user@realm} or {@code user@realm!token}. */
  public String user() {
    return user;
  }

  public int pid() {
    return pid;
  }

  /** Clock ticks between the node's boot and the task's start. */
  public long ticks() {
    return ticks;
  }

  /** Seconds since 1970. */
  public long startSeconds() {
    return startSeconds;
  }

  /** Seconds since 1970; -1 while it runs. */
  public long endSeconds() {
    return endSeconds;
  }

  public boolean isRunning() {
    return exitStatus == null;
  }

  /** {@code OK}, {@code WARNINGS: n}, or what went wrong; null while it runs. */
  public @Nullable String exitStatus() {
    return exitStatus;
  }

  public List<String> log() {
    return Collections.unmodifiableList(log);
  }

  public void log(@Nullable String line) {
    if (line != null) {
      line.lines().forEach(log::add);
    }
  }

  /** Says something that lets the task end with warnings. */
  public void warn(String line) {
    log("WARN: " + line);
    warnings++;
  }

  /** Plans a further piece of work. */
  public void after(Duration delay, Work work) {
    planned++;
    tasks.plan(
        this,
        delay,
        () -> {
          planned--;
          if (isRunning()) {
            run(work);
          }
        });
  }

  /** What happens when the task ends in whatever way, last planned first. */
  public void onEnd(Runnable cleanup) {
    cleanups.add(cleanup);
  }

  /** What happens after the task has ended, such as another task that it asked for. */
  public void afterwards(Runnable action) {
    afterwards.add(action);
  }

  void run(Work work) {
    try {
      work.run(this);
    } catch (ApiError e) {
      end(e.asExitStatus());
      return;
    }
    if (planned == 0 && isRunning()) {
      end(warnings == 0 ? "OK" : "WARNINGS: " + warnings);
    }
  }

  /** What the task ends with when it is aborted from now on. */
  public void whenAborted(String exitStatus) {
    whenAborted = exitStatus;
  }

  /** Ends the task as if its process had been interrupted. */
  public void abort() {
    if (isRunning()) {
      end(whenAborted);
    }
  }

  /** Ends the task with an error from outside. */
  public void fail(String message) {
    if (isRunning()) {
      end(message);
    }
  }

  private void end(String status) {
    exitStatus = status;
    endSeconds = tasks.seconds();
    boolean fine = status.equals("OK") || status.startsWith("WARNINGS");
    log(status.equals("OK") ? "TASK OK" : fine ? "TASK " + status : "TASK ERROR: " + status);
    for (var cleanup : cleanups.reversed()) {
      cleanup.run();
    }
    cleanups.clear();
    tasks.ended(this);
    afterwards.forEach(Runnable::run);
    afterwards.clear();
  }

  /** Whether the task ended as it should. */
  public boolean isOk() {
    return "OK".equals(exitStatus) || (exitStatus != null && exitStatus.startsWith("WARNINGS"));
  }
}
