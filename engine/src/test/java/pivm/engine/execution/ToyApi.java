package pivm.engine.execution;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** The calls of the toy cluster, with Proxmox's own words. */
final class ToyApi {
  private final ToyCluster cluster;

  ToyApi(ToyCluster cluster) {
    this.cluster = cluster;
  }

  Json handle(ApiCall call, String user, ToyFaults faults) {
    String[] path = call.path().substring(1).split("/", -1);
    if (path[0].equals("nodes") && cluster.offline.contains(path[1])) {
      throw cluster.unreachable(call);
    }
    if (call.path().equals("/cluster/resources")) {
      return resources();
    }
    if (call.path().startsWith("/cluster/ha/")) {
      return Json.array(List.of());
    }
    if (path[0].equals("nodes") && path[2].equals("tasks")) {
      return path.length == 3 ? taskList(call, path[1]) : taskDetail(call, path[3], path[4]);
    }
    if (path[0].equals("nodes") && path[2].equals("time")) {
      return Json.object().put("time", cluster.now().getEpochSecond()).build();
    }
    if (path[0].equals("nodes") && path[2].equals("storage")) {
      return volumes(call, path[4].equals("content") && path.length > 5 ? path[5] : null);
    }
    return new ToyGuestCalls(cluster, call, user, faults, path[1], type(path[2])).handle(path);
  }

  private static GuestType type(String word) {
    return word.equals("qemu") ? GuestType.QEMU : GuestType.LXC;
  }

  private Json resources() {
    List<Json> rows = new ArrayList<>();
    for (ToyGuest guest : cluster.guests.values()) {
      rows.add(
          Json.object()
              .put("vmid", guest.vmid)
              .put("type", guest.type.apiName())
              .put("node", guest.node)
              .put("name", guest.name())
              .put("status", guest.running ? "running" : "stopped")
              .put("template", guest.template())
              .build());
    }
    return Json.array(rows);
  }

  private Json taskList(ApiCall call, String node) {
    var parameters = call.parameters();
    long since = Long.parseLong(parameters.getOrDefault("since", "0"));
    String vmid = parameters.get("vmid");
    boolean onlyActive = "active".equals(parameters.get("source"));
    List<Json> rows = new ArrayList<>();
    for (ToyTask task : cluster.tasks) {
      if (task.node.equals(node)
          && task.startMillis / 1000 >= since
          && (vmid == null || vmid.equals(task.id))
          && (!onlyActive || !task.ended())) {
        Json.Builder row = Json.object().put("upid", task.upid).put("id", task.id);
        rows.add(task.ended() ? row.put("endtime", task.endMillis / 1000).build() : row.build());
      }
    }
    return Json.array(rows);
  }

  private Json taskDetail(ApiCall call, String upid, String what) {
    ToyTask task = cluster.find(upid);
    if (task == null) {
      throw new ProxmoxException.NotFound(call, "no such task");
    }
    if (what.equals("status")) {
      Json.Builder status = Json.object().put("status", task.ended() ? "stopped" : "running");
      return status.putIfPresent("exitstatus", task.exitStatus).build();
    }
    long start = Long.parseLong(call.parameters().getOrDefault("start", "0"));
    List<Json> lines = new ArrayList<>();
    for (int n = (int) start; n < task.log.size(); n++) {
      lines.add(Json.object().put("n", n + 1).put("t", task.log.get(n)).build());
    }
    return Json.array(lines);
  }

  private Json volumes(ApiCall call, @Nullable String volume) {
    if (call.method() == ApiCall.Method.DELETE) {
      cluster.volumes.remove(volume);
      return Json.Null.NULL;
    }
    int vmid = Integer.parseInt(call.parameters().getOrDefault("vmid", "0"));
    List<Json> rows = new ArrayList<>();
    cluster.volumes.forEach((id, owner) -> {
      if (owner == vmid) {
        rows.add(
            Json.object()
                .put("volid", id)
                .put("content", "images")
                .put("ctime", cluster.now().getEpochSecond())
                .build());
      }
    });
    return Json.array(rows);
  }
}
