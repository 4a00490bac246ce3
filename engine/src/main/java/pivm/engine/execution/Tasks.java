package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Time;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/** Follows tasks to their end, and finds them again in a node's list. */
final class Tasks {

  private static final int LOG_KEPT = 50;
  private static final int MOST = 500;

  /** How far a node's clock may be off when it cannot be read. */
  private static final Duration SKEW = Duration.ofSeconds(60);

  private final Proxmox proxmox;
  private final Patience patience;
  private final pivm.proxmox.Tasks tasks;

  Tasks(Proxmox proxmox, Patience patience) {
    this.proxmox = proxmox;
    this.patience = patience;
    this.tasks = new pivm.proxmox.Tasks(proxmox, new PatientTime(patience));
  }

  /**
   * Follows a task. A node that does not answer is asked again for some minutes.
   *
   * @param log hears its lines
   * @throws ProxmoxException when the node stays out of reach, or does not know the task
   * @throws Patience.Left when a person let go of it
   */
  TaskEnd follow(Upid upid, Consumer<String> log) {
    Deque<String> kept = new ArrayDeque<>();
    Consumer<String> keeping =
        line -> {
          log.accept(line);
          kept.addLast(line);
          if (kept.size() > LOG_KEPT) {
            kept.removeFirst();
          }
        };
    try {
      return switch (tasks.await(upid, keeping)) {
        case pivm.proxmox.Tasks.Outcome.Ok _ -> new TaskEnd(true, "OK", List.copyOf(kept));
        case pivm.proxmox.Tasks.Outcome.Warnings(int count) ->
            new TaskEnd(true, "WARNINGS: " + count, List.copyOf(kept));
      };
    } catch (ProxmoxException.TaskFailed failed) {
      return new TaskEnd(false, String.valueOf(failed.getMessage()), List.copyOf(kept));
    } catch (InterruptedException onlyPatienceWaits) {
      throw new IllegalStateException(onlyPatienceWaits);
    }
  }

  /** The client waits by this, so that a person can let go of a task. */
  private record PatientTime(Patience patience) implements Time {
    @Override
    public Instant now() {
      return patience.now();
    }

    @Override
    public void sleep(Duration duration) {
      patience.whileRunning(duration);
    }
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
                .with("limit", MOST));
    for (Json.Obj entry : list.objects()) {
      Upid upid = Upid.parse(entry.text("upid"));
      if (upid != null && upid.id().equals(id) && types.contains(upid.type())) {
        found.add(upid);
      }
    }
    found.sort(Comparator.comparing(Upid::startTime).thenComparing(Upid::text));
    return found;
  }

  /** How much a node's clock is ahead of this one, or as far behind as it may be. */
  Duration clockOffset(String node) {
    try {
      Long seconds =
          proxmox.call(ApiCall.get("/nodes/" + node + "/time")).asObject().integer("time");
      return seconds == null
          ? SKEW.negated()
          : Duration.between(patience.now(), Instant.ofEpochSecond(seconds));
    } catch (ProxmoxException.Forbidden notForUs) {
      return SKEW.negated();
    }
  }

  /** Whether any task works on the guest now. */
  boolean working(String node, int vmid) {
    return !typesAtWork(node, vmid).isEmpty();
  }

  /** The types of the tasks that work on the guest now. */
  Set<String> typesAtWork(String node, int vmid) {
    return proxmox
        .call(
            ApiCall.get("/nodes/" + node + "/tasks")
                .with("source", "active")
                .with("vmid", vmid)
                .with("limit", MOST))
        .objects()
        .stream()
        .filter(entry -> entry.integer("endtime") == null)
        .map(entry -> Upid.parse(entry.text("upid")))
        .filter(Objects::nonNull)
        .map(Upid::type)
        .collect(Collectors.toSet());
  }

  /** The tasks on a node that make, or have made, a guest of that id since then. */
  List<Upid> makers(String node, int vmid, Instant since) {
    List<Upid> found = new ArrayList<>();
    Json list =
        proxmox.call(
            ApiCall.get("/nodes/" + node + "/tasks")
                .with("source", "all")
                .with("since", since.getEpochSecond())
                .with("limit", MOST));
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
    return tasks.log(upid).stream().anyMatch(line -> line.strip().endsWith(" with ID " + vmid));
  }
}
