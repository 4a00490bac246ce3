package pivm.proxmox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;

/**
 * Follows Proxmox's tasks to their end and finds them again when the answer that named them was
 * lost.
 */
public final class Tasks {
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofMillis(1500);
  private static final int LOG_LINES = 500;

  /** How long the way to the task's node may be lost before following is given up. */
  private static final Duration LOST_AT_MOST = Duration.ofMinutes(5);

  /** How a task ended. */
  public sealed interface Outcome {
    /** Without complaint. */
    record Ok() implements Outcome {}

    /** Done, with warnings in the log. */
    record Warnings(int count) implements Outcome {}
  }

  /**
   * A task as a node's list shows it.
   *
   * @param status null while it runs, else {@code OK}, {@code WARNINGS: n} or the error's words
   * @param endTime null while it runs
   */
  public record Listed(Upid upid, @Nullable String status, @Nullable Instant endTime) {
    public boolean running() {
      return endTime == null;
    }
  }

  private final Proxmox proxmox;
  private final Time time;

  public Tasks(Proxmox proxmox, Time time) {
    this.proxmox = proxmox;
    this.time = time;
  }

  /**
   * Sends a call that starts a task and follows the task to its end.
   *
   * @param log takes the task's log lines as they come
   * @throws ProxmoxException when Proxmox refuses the call, or the task fails
   * @throws InterruptedException when the thread is asked to end; the task goes on
   */
  public Outcome run(ApiCall call, Consumer<String> log) throws InterruptedException {
    Proxmox.Answer answer = proxmox.answer(call);
    Upid upid = Upid.parse(answer.data().asText());
    if (upid == null) {
      answer.log().forEach(log);
      return new Outcome.Ok();
    }
    return await(call, upid, log);
  }

  /** Follows a task to its end without its log. */
  public Outcome await(Upid upid) throws InterruptedException {
    return await(null, upid, null);
  }

  /** Follows a task to its end. */
  public Outcome await(Upid upid, Consumer<String> log) throws InterruptedException {
    return await(null, upid, log);
  }

  private Outcome await(@Nullable ApiCall call, Upid upid, @Nullable Consumer<String> log)
      throws InterruptedException {
    Duration wait = FIRST_WAIT;
    Instant lostSince = null;
    int seen = 0;
    while (true) {
      try {
        Json.Obj status = proxmox.call(ApiCall.get(path(upid) + "/status")).asObject();
        boolean ended = "stopped".equals(status.text("status"));
        seen = log == null ? seen : passOn(upid, seen, log);
        if (ended) {
          return outcome(call, upid, status.text("exitstatus", "no exit status"));
        }
        lostSince = null;
      } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable lost) {
        lostSince = lostSince == null ? time.now() : lostSince;
        if (Duration.between(lostSince, time.now()).compareTo(LOST_AT_MOST) > 0) {
          throw lost;
        }
      }
      time.sleep(wait);
      wait = longer(wait);
    }
  }

  /**
   * So that a task's end is noticed about a sixth of its time late, and not asked for too often.
   */
  private static Duration longer(Duration wait) {
    Duration longer = wait.multipliedBy(6).dividedBy(5);
    return longer.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : longer;
  }

  private static Outcome outcome(@Nullable ApiCall call, Upid upid, String exitStatus) {
    if (exitStatus.equals("OK")) {
      return new Outcome.Ok();
    }
    if (exitStatus.startsWith("WARNINGS: ")) {
      return new Outcome.Warnings(
          Integer.parseInt(exitStatus.substring("WARNINGS: ".length()).strip()));
    }
    throw ProxmoxErrors.taskFailed(call, upid, exitStatus);
  }

  /**
   * Passes on the lines after those seen.
   *
   * @return how many lines have been seen now
   */
  private int passOn(Upid upid, int seen, Consumer<String> log) {
    int line = seen;
    while (true) {
      List<String> more = lines(upid, line, LOG_LINES);
      more.forEach(log);
      line += more.size();
      if (more.size() < LOG_LINES) {
        return line;
      }
    }
  }

  private List<String> lines(Upid upid, int start, int limit) {
    ApiCall call = ApiCall.get(path(upid) + "/log").with("start", start).with("limit", limit);
    List<String> lines = new ArrayList<>();
    for (Json.Obj line : proxmox.call(call).objects()) {
      String text = line.text("t", "");
      // What Proxmox says in place of an empty log, and of one that is not there yet.
      boolean placeholder =
          start + lines.size() == 0
              && (text.equals("no content") || text.startsWith("unable to open file"));
      if (!placeholder && line.integer("n", 0) > start) {
        lines.add(text);
      }
    }
    return lines;
  }

  /** The whole log of a task. */
  public List<String> log(Upid upid) {
    List<String> lines = new ArrayList<>();
    passOn(upid, 0, lines::add);
    return lines;
  }

  /** Asks a task to end. It may end otherwise first; follow it to know. */
  public void abort(Upid upid) {
    proxmox.call(ApiCall.delete(path(upid)));
  }

  /**
   * How a task stands.
   *
   * @return null when its node no longer knows it
   */
  public @Nullable Listed status(Upid upid) {
    try {
      Json.Obj status = proxmox.call(ApiCall.get(path(upid) + "/status")).asObject();
      boolean ended = "stopped".equals(status.text("status"));
      // The status call says when it started, not when it ended.
      return new Listed(
          upid, ended ? status.text("exitstatus") : null, ended ? upid.startTime() : null);
    } catch (ProxmoxException.NotFound gone) {
      return null;
    }
  }

  /**
   * Finds a task that a lost answer would have named.
   *
   * @param type such as {@code qmcreate}
   * @param id what it works on, such as {@code 310}
   * @param user who started it ({@code user@realm}, with {@code !token} or without); null for
   *     anyone
   * @param from earliest start, on the node's clock
   * @param until latest start
   * @return the newest that fits, running or ended; null when there is none
   */
  public @Nullable Listed findTask(
      String node, String type, String id, @Nullable String user, Instant from, Instant until) {
    ApiCall call =
        ApiCall.get("/nodes/" + node + "/tasks")
            .with("source", "all")
            .with("typefilter", type)
            .with("since", from.getEpochSecond())
            .with("until", until.getEpochSecond() + 1)
            .with("limit", 500);
    Listed newest = null;
    for (Json.Obj entry : proxmox.call(call).objects()) {
      Listed task = listed(entry);
      if (task != null && fits(task.upid(), type, id, user, from, until)) {
        boolean newer =
            newest == null || task.upid().startTime().isAfter(newest.upid().startTime());
        newest = newer ? task : newest;
      }
    }
    return newest;
  }

  private static boolean fits(
      Upid upid, String type, String id, @Nullable String user, Instant from, Instant until) {
    return upid.type().equals(type)
        && upid.id().equals(id)
        && (user == null || sameUser(upid.user(), user))
        && upid.startTime().getEpochSecond() >= from.getEpochSecond()
        && !upid.startTime().isAfter(until);
  }

  /** Depending on the list, a task of a token names the user alone. */
  private static boolean sameUser(String listed, String user) {
    int token = user.indexOf('!');
    return listed.equals(user) || (token > 0 && listed.equals(user.substring(0, token)));
  }

  private static @Nullable Listed listed(Json.Obj entry) {
    Upid upid = Upid.parse(entry.text("upid"));
    Long end = entry.integer("endtime");
    if (upid == null) {
      return null;
    }
    String status =
        end == null ? null : Objects.requireNonNullElse(entry.text("status"), "unknown");
    return new Listed(upid, status, end == null ? null : Instant.ofEpochSecond(end));
  }

  private static String path(Upid upid) {
    return "/nodes/" + upid.node() + "/tasks/" + upid.text();
  }
}
