package pivm.simulator.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Task;

/** {@code /nodes/{node}/tasks} and {@code /cluster/tasks}. */
final class TaskApi {
  private static final String ONE = "/nodes/{node}/tasks/{upid}";
  private static final Pattern UPID =
      Pattern.compile(
          "UPID:[a-zA-Z0-9-]+:[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:[^:\\s]+:[^:\\s]*:([^:\\s]+):");
  private static final int CLUSTER_TASKS_PER_NODE = 25;

  private TaskApi() {}

  static void register(Router router) {
    router.get("/cluster/tasks", TaskApi::clusterTasks);
    router.get("/nodes/{node}/tasks", TaskApi::list);
    router.delete(ONE, TaskApi::stop);
    router.get(ONE + "/status", TaskApi::status);
    router.get(ONE + "/log", TaskApi::log);
  }

  private static String userOf(Task task) {
    int bang = task.user().indexOf('!');
    return bang < 0 ? task.user() : task.user().substring(0, bang);
  }

  private static @Nullable String tokenOf(Task task) {
    int bang = task.user().indexOf('!');
    return bang < 0 ? null : task.user().substring(bang + 1);
  }

  private static boolean isVisible(Call call, Task task) {
    return isOwner(call, task.user())
        || call.permissions().may("/nodes/" + task.node(), "Sys.Audit");
  }

  private static boolean isOwner(Call call, String user) {
    return call.who().equals(user) || user.startsWith(call.who() + "!");
  }

  private static Doc brief(Task task) {
    var doc = new Doc().put("upid", task.upid()).put("node", task.node());
    doc.put("type", task.type()).put("id", task.id()).put("starttime", task.startSeconds());
    if (task.isRunning()) {
      return doc.put("user", task.user());
    }
    doc.put("user", userOf(task)).putIfPresent("tokenid", tokenOf(task));
    return doc.put("endtime", task.endSeconds()).put("status", task.exitStatus());
  }

  /**
   * Each node's running tasks, and as many ended ones as make {@value #CLUSTER_TASKS_PER_NODE} with
   * them (pve-common src/PVE/RESTEnvironment.pm); to those without Sys.Audit on the whole only what
   * a user has started (pve-manager PVE/API2/Cluster.pm).
   */
  private static List<Doc> clusterTasks(Call call) {
    boolean all = call.permissions().may("/", "Sys.Audit");
    Map<String, Integer> room = new HashMap<>();
    for (var task : call.cluster().tasks().running()) {
      room.merge(task.node(), CLUSTER_TASKS_PER_NODE - 1, (left, _) -> left - 1);
    }
    List<Doc> found = new ArrayList<>();
    for (var task : newestFirst(call)) {
      int left = room.getOrDefault(task.node(), CLUSTER_TASKS_PER_NODE);
      room.put(task.node(), task.isRunning() ? left : left - 1);
      if ((task.isRunning() || left > 0) && (all || userOf(task).equals(call.who()))) {
        found.add(recent(task));
      }
    }
    return found;
  }

  private static Doc recent(Task task) {
    return task.isRunning()
        ? brief(task).put("pid", task.pid()).put("pstart", task.ticks()).put("saved", "0")
        : brief(task).put("saved", "1");
  }

  private static List<Task> newestFirst(Call call) {
    return new ArrayList<>(call.cluster().tasks().all()).reversed();
  }

  private static List<Doc> list(Call call) {
    String source = call.get("source", "archive");
    long start = call.number("start", 0);
    long limit = call.number("limit", 50);
    List<Doc> page = new ArrayList<>();
    long total = 0;
    for (var task : newestFirst(call)) {
      boolean inSource = source.equals("all") || task.isRunning() == source.equals("active");
      if (!task.node().equals(call.node()) || !inSource || !passes(call, task)) {
        continue;
      }
      if (total >= start && page.size() < limit) {
        page.add(entry(task));
      }
      total++;
    }
    call.beside("total", total);
    return page;
  }

  private static Doc entry(Task task) {
    var doc = brief(task).put("pid", task.pid()).put("pstart", task.ticks());
    return task.isRunning() ? doc.put("saved", "0").put("status", "RUNNING") : doc;
  }

  private static boolean passes(Call call, Task task) {
    var vmid = call.get("vmid");
    var type = call.get("typefilter");
    var user = call.get("userfilter");
    var states = call.get("statusfilter");
    return isVisible(call, task)
        && (!call.flag("errors") || !task.isOk())
        && (vmid == null || task.id().equals(vmid))
        && (type == null || task.type().equals(type))
        && (user == null || userOf(task).contains(user))
        && (!call.has("since") || task.startSeconds() >= call.number("since", 0))
        && (!call.has("until") || task.startSeconds() <= call.number("until", 0))
        && (states == null || Call.list(states.toLowerCase(Locale.ROOT)).contains(state(task)));
  }

  private static String state(Task task) {
    var status = task.exitStatus();
    if (status == null) {
      return "unknown";
    }
    return status.equals("OK") ? "ok" : status.startsWith("WARNINGS") ? "warning" : "error";
  }

  private static String upid(Call call) {
    String upid = call.need("upid");
    var form = UPID.matcher(upid);
    if (!form.matches()) {
      throw ApiError.parameter("upid", "unable to parse worker upid");
    }
    var owner = form.group(1);
    if (owner == null || !isOwner(call, owner)) {
      call.permissions().check("/nodes/" + call.node(), "Sys.Audit");
    }
    return upid;
  }

  private static Doc status(Call call) {
    var task = call.cluster().tasks().find(upid(call));
    if (task == null) {
      throw ApiError.parameter("upid", "no such task");
    }
    var doc = new Doc().put("upid", task.upid()).put("node", task.node());
    doc.put("pid", task.pid()).put("pstart", task.ticks()).put("starttime", task.startSeconds());
    doc.put("type", task.type()).put("id", task.id());
    doc.put("user", userOf(task)).putIfPresent("tokenid", tokenOf(task));
    doc.put("status", task.isRunning() ? "running" : "stopped");
    return doc.putIfPresent("exitstatus", task.exitStatus());
  }

  private static List<Doc> log(Call call) {
    var task = call.cluster().tasks().find(upid(call));
    var lines =
        task == null ? List.of("unable to open file - No such file or directory") : task.log();
    long start = call.number("start", 0);
    long limit = call.number("limit", 50);
    List<Doc> page = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (i >= start && (limit == 0 || page.size() < limit)) {
        page.add(new Doc().put("n", i + 1).put("t", lines.get(i)));
      }
    }
    call.beside("total", lines.size());
    return page;
  }

  private static @Nullable Void stop(Call call) {
    String upid = call.need("upid");
    var task = call.cluster().tasks().find(upid);
    if (!UPID.matcher(upid).matches()) {
      throw ApiError.parameter("upid", "unable to parse worker upid");
    }
    if (task != null) {
      if (!isOwner(call, task.user())) {
        call.permissions().check("/nodes/" + call.node(), "Sys.Modify");
      }
      task.abort();
    }
    return null;
  }
}
