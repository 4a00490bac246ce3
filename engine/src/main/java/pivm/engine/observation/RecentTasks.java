package pivm.engine.observation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/**
 * Whose listed power is not to be believed. The list's power is of pvestatd's last round, which is
 * ten seconds old and more when a storage hangs; a guest that a task has touched since may be
 * stopped though it is listed as running, or be another one under the same VMID.
 *
 * <p>Recent is what lies close to a node's newest task: whatever is recent by the clock is recent
 * so, and no clock has to agree with another.
 */
final class RecentTasks {

  /** Seconds within which pvestatd's rounds are sure to have come round. */
  private static final long ROUNDS = 60;

  /** Seconds that a task may take whose entry gave way to newer ones. */
  private static final long LONG_TASK = 300;

  /** So many tasks of a node are listed (pve-common src/PVE/RESTEnvironment.pm). */
  private static final int LISTED_TASKS = 25;

  /** So many entries has the cluster's log as a file (pve-cluster src/pmxcfs/pmxcfs.c). */
  private static final int LISTED_ENTRIES = 50;

  /**
   * @param guest what it works on: mostly a VMID
   * @param end null while it runs
   */
  private record Task(String node, String guest, long start, @Nullable Long end) {
    long last() {
      return end == null ? start : end;
    }
  }

  private final Set<String> guests = new HashSet<>();
  private final Set<String> nodes = new HashSet<>();
  private final boolean all;

  private RecentTasks(boolean all) {
    this.all = all;
  }

  /** Where tasks can't be seen, any guest may have been touched. */
  static RecentTasks unseen() {
    return new RecentTasks(true);
  }

  /**
   * From the rows of {@code /cluster/tasks}, which shows all tasks to those with Sys.Audit on the
   * whole.
   */
  static RecentTasks listed(List<Json.Obj> rows) {
    Map<String, List<Task>> byNode = new HashMap<>();
    for (Json.Obj row : rows) {
      String node = row.text("node", "");
      var task =
          new Task(node, row.text("id", ""), row.integer("starttime", 0), row.integer("endtime"));
      byNode.computeIfAbsent(node, _ -> new ArrayList<>()).add(task);
    }
    var recent = new RecentTasks(false);
    byNode.forEach((node, tasks) -> {
      if (tasks.size() >= LISTED_TASKS && reach(tasks) < LONG_TASK) {
        recent.nodes.add(node);
      }
      recent.note(tasks);
    });
    return recent;
  }

  /** From the file {@code .clusterlog}; null is as good as unseen. */
  static RecentTasks logged(Json.@Nullable Obj log) {
    if (log == null) {
      return unseen();
    }
    Map<String, Task> tasks = new HashMap<>();
    List<Json.Obj> rows = log.get("data").objects();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    for (Json.Obj row : rows) {
      long time = row.integer("time", 0);
      first = Math.min(first, time);
      last = Math.max(last, time);
      Task task = logged(row.text("msg", ""), time);
      if (task != null) {
        tasks.merge(task.node + task.guest + task.start, task, (a, b) -> a.end == null ? b : a);
      }
    }
    var recent = new RecentTasks(rows.size() >= LISTED_ENTRIES && last - first < LONG_TASK);
    Map<String, List<Task>> byNode = new HashMap<>();
    tasks
        .values()
        .forEach(task -> byNode.computeIfAbsent(task.node, _ -> new ArrayList<>()).add(task));
    byNode.values().forEach(recent::note);
    return recent;
  }

  private static @Nullable Task logged(String message, long time) {
    boolean ended = message.startsWith("end task ");
    int from = message.indexOf("UPID:");
    int to = message.indexOf(' ', Math.max(0, from));
    Upid upid =
        from < 0 ? null : Upid.parse(message.substring(from, to < 0 ? message.length() : to));
    return upid == null
        ? null
        : new Task(upid.node(), upid.id(), upid.startTime().getEpochSecond(), ended ? time : null);
  }

  private static long reach(List<Task> tasks) {
    return newest(tasks) - tasks.stream().mapToLong(Task::start).min().orElse(0);
  }

  private static long newest(List<Task> tasks) {
    return tasks.stream().mapToLong(Task::last).max().orElse(0);
  }

  private void note(List<Task> tasks) {
    long newest = newest(tasks);
    for (Task task : tasks) {
      if (task.end == null || newest - task.end <= ROUNDS) {
        guests.add(task.guest);
      }
    }
  }

  /** Whether what the list says of its power may be overtaken. */
  boolean concern(ObservedGuest guest) {
    return all
        || nodes.contains(guest.node())
        || guest.lock() != null
        || guests.contains(Integer.toString(guest.vmid()));
  }
}
