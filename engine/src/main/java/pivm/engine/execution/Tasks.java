package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/** Follows tasks to their end, and finds them again in a node's list. */
final class Tasks {

  private static final Duration FIRST_POLL = Duration.ofMillis(100);
  private static final Duration LOG_EVERY = Duration.ofSeconds(2);
  private static final int LOG_KEPT = 50;
  private static final int LOG_PAGE = 500;

  private final Proxmox proxmox;
  private final Patience patience;
  private final Limits limits;

  Tasks(Proxmox proxmox, Patience patience, Limits limits) {
    this.proxmox = proxmox;
    this.patience = patience;
    this.limits = limits;
  }

  /**
   * Follows a task. A node that does not answer is asked again within the limit.
   *
   * @param log hears its lines
   * @throws ProxmoxException when the node stays out of reach, or does not know the task
   * @throws Patience.Left when a person let go of it
   */
  TaskEnd follow(Upid upid, Consumer<String> log) {
    var lines = new Lines(upid, log);
    Duration pause = FIRST_POLL;
    Instant answered = patience.now();
    Instant logged = patience.now();
    while (true) {
      try {
        Json.Obj status = proxmox.call(ApiCall.get(path(upid) + "/status")).asObject();
        answered = patience.now();
        if ("stopped".equals(status.text("status"))) {
          return end(status.text("exitstatus", "no exit status"), lines);
        }
        if (answered.isAfter(logged.plus(LOG_EVERY))) {
          lines.read();
          logged = answered;
        }
      } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable outOfReach) {
        if (patience.now().isAfter(answered.plus(limits.settleWait()))) {
          throw outOfReach;
        }
      }
      patience.whileRunning(pause);
      pause = shorter(pause.multipliedBy(3).dividedBy(2), limits.taskPoll());
    }
  }

  private static TaskEnd end(String exitStatus, Lines lines) {
    try {
      lines.read();
    } catch (ProxmoxException onlyTheLogIsMissing) {
      lines.kept.add("(the rest of the log cannot be read: " + onlyTheLogIsMissing.getMessage());
    }
    boolean ok = exitStatus.equals("OK") || exitStatus.startsWith("WARNINGS:");
    return new TaskEnd(ok, exitStatus, lines.kept);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static String path(Upid upid) {
    return "/nodes/" + upid.node() + "/tasks/" + upid.text();
  }

  /** The first lines of a task's log. */
  List<String> log(Upid upid) {
    return lines(upid, 0, LOG_PAGE);
  }

  private List<String> lines(Upid upid, int start, int limit) {
    return proxmox
        .call(ApiCall.get(path(upid) + "/log").with("start", start).with("limit", limit))
        .objects()
        .stream()
        .sorted(Comparator.comparingLong(line -> line.integer("n", 0)))
        .map(line -> line.text("t", ""))
        .toList();
  }

  /**
   * The tasks of one id that a node began, running ones included, the oldest first.
   *
   * @param types of tasks that count
   */
  List<Upid> begun(String node, String id, List<String> types, Instant since) {
    List<Upid> found = new ArrayList<>();
    Json list =
        proxmox.call(
            ApiCall.get("/nodes/" + node + "/tasks")
                .with("source", "all")
                .with("vmid", id)
                .with("since", since.getEpochSecond())
                .with("limit", LOG_PAGE));
    for (Json.Obj entry : list.objects()) {
      Upid upid = Upid.parse(entry.text("upid"));
      if (upid != null && upid.id().equals(id) && types.contains(upid.type())) {
        found.add(upid);
      }
    }
    found.sort(Comparator.comparing(Upid::startTime).thenComparing(Upid::text));
    return found;
  }

  /** Whether any task works on the guest now. */
  boolean working(String node, int vmid) {
    return proxmox
        .call(
            ApiCall.get("/nodes/" + node + "/tasks")
                .with("source", "active")
                .with("vmid", vmid)
                .with("limit", LOG_PAGE))
        .objects()
        .stream()
        .anyMatch(entry -> entry.integer("endtime") == null);
  }

  /** The tasks on a node that make, or have made, a guest of that id since then. */
  List<Upid> makers(String node, int vmid, Instant since) {
    List<Upid> found = new ArrayList<>();
    Json list =
        proxmox.call(
            ApiCall.get("/nodes/" + node + "/tasks")
                .with("source", "all")
                .with("since", since.getEpochSecond())
                .with("limit", LOG_PAGE));
    for (Json.Obj entry : list.objects()) {
      Upid upid = Upid.parse(entry.text("upid"));
      if (upid != null && makes(upid, vmid)) {
        found.add(upid);
      }
    }
    return found;
  }

  private boolean makes(Upid upid, int vmid) {
    return switch (upid.type()) {
      case "qmcreate", "vzcreate", "qmrestore", "vzrestore" ->
          upid.id().equals(Integer.toString(vmid));
      case "qmclone", "vzclone" -> isCloneTo(upid, vmid);
      default -> false;
    };
  }

  /** A clone's task is named after its source; only its log names the copy. */
  boolean isCloneTo(Upid upid, int vmid) {
    return log(upid).stream().anyMatch(line -> line.strip().endsWith(" with ID " + vmid));
  }

  private final class Lines {
    private final Upid upid;
    private final Consumer<String> listener;
    private final List<String> kept = new ArrayList<>();
    private int read;

    Lines(Upid upid, Consumer<String> listener) {
      this.upid = upid;
      this.listener = listener;
    }

    void read() {
      List<String> more;
      do {
        more = lines(upid, read, LOG_PAGE);
        read += more.size();
        more.forEach(this::hear);
      } while (more.size() == LOG_PAGE);
    }

    private void hear(String line) {
      listener.accept(line);
      kept.add(line);
      if (kept.size() > LOG_KEPT) {
        kept.removeFirst();
      }
    }
  }
}
