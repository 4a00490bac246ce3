package pivm.engine.hostupdate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkEnd;
import pivm.engine.plan.HostOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Gets the guests away from a node, and back. What was done is on record before it is done. */
final class Draining {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final long SHARE_PERCENT = 80;
  private static final String MAINTENANCE = "maintenance";
  private static final String MOVED = "moved";
  private static final String STOPPED = "stopped";

  private final OnNode node;
  private final HostRecords records;

  Draining(OnNode node, HostRecords records) {
    this.node = node;
    this.records = records;
  }

  WorkEnd drain(HostOperation.Drain drain) throws IOException, InterruptedException {
    Instant deadline = node.context().now().plus(Duration.ofMinutes(drain.timeout()));
    String problem =
        switch (drain.mode()) {
          case "ha-maintenance" -> maintenance(deadline);
          case "migrate" -> migrate();
          case "shutdown" -> shutdown();
          default -> null;
        };
    List<OnNode.Guest> left = node.running();
    if (problem == null && (left.isEmpty() || drain.mode().equals("none"))) {
      return WorkEnd.done("no guest runs on " + node.name());
    }
    String back = undrain(drain.timeout());
    return WorkEnd.failed(
        (problem == null
                ? "these guests could not be moved away from "
                    + node.name()
                    + ": "
                    + String.join(", ", left.stream().map(OnNode.Guest::subject).toList())
                : problem)
            + "; it is not restarted"
            + (back == null ? "" : "; " + back));
  }

  /** HA moves its own guests; the others are migrated. */
  private @Nullable String maintenance(Instant deadline) throws IOException, InterruptedException {
    boolean anyHa = services() > 0;
    if (anyHa) {
      records.node(node.name(), form -> form.put(MAINTENANCE, true));
      command("enable");
      while (services() > 0 || !mode().equals(MAINTENANCE)) {
        if (!node.context().now().isBefore(deadline)) {
          return "HA has not moved its guests away from " + node.name() + " in time";
        }
        node.context().waiting("HA moves its guests away from " + node.name());
        node.context().pause(PAUSE);
      }
    }
    return migrate();
  }

  private void command(String verb) throws IOException, InterruptedException {
    node.once(Duration.ofSeconds(30), "maintenance", verb, node.name());
  }

  /** The HA services that are on the node and meant to run. */
  private int services() {
    int count = 0;
    for (Json.Obj one :
        node.context().proxmox().call(ApiCall.get("/cluster/ha/status/current")).objects()) {
      boolean here = node.name().equals(one.text("node"));
      String state = one.text("state", "");
      if (here
          && "service".equals(one.text("type"))
          && !state.matches("stopped|disabled|ignored")) {
        count++;
      }
    }
    return count;
  }

  /** The mode of its local resource manager. */
  private String mode() {
    return node.context()
        .proxmox()
        .call(ApiCall.get("/cluster/ha/status/manager_status"))
        .asObject()
        .get("lrm_status")
        .asObject()
        .get(node.name())
        .asObject()
        .text("mode", "");
  }

  private @Nullable String migrate() {
    for (OnNode.Guest guest : node.running()) {
      String target = target(guest);
      if (target == null) {
        return "no other node has room for " + guest.subject();
      }
      remember(MOVED, guest.vmid());
      TaskEnd end = move(guest, target);
      if (!end.ok()) {
        return guest.subject() + " could not be moved to " + target + ": " + end.exitStatus();
      }
    }
    return null;
  }

  private TaskEnd move(OnNode.Guest guest, String target) {
    ApiCall call = ApiCall.post(guest.path() + "/migrate").with("target", target);
    try {
      return node.task(
          guest.vm()
              ? call.with("online", true).with("with-local-disks", true)
              : call.with("restart", true));
    } catch (ProxmoxException refused) {
      return new TaskEnd(false, String.valueOf(refused.getMessage()), List.of());
    }
  }

  /** The node with the most room, within the same bound as the rail about memory. */
  private @Nullable String target(OnNode.Guest guest) {
    String best = null;
    long most = 0;
    for (Json.Obj one :
        node.context()
            .proxmox()
            .call(ApiCall.get("/cluster/resources").with("type", "node"))
            .objects()) {
      String name = one.text("node", "");
      if (name.equals(node.name()) || !"online".equals(one.text("status"))) {
        continue;
      }
      long promised = node.running(name).stream().mapToLong(OnNode.Guest::memory).sum();
      long used = Math.max(promised, one.integer("mem", 0));
      long room = one.integer("maxmem", 0) * SHARE_PERCENT / 100 - used - guest.memory();
      if (room >= 0 && (best == null || room > most)) {
        best = name;
        most = room;
      }
    }
    return best;
  }

  private @Nullable String shutdown() {
    for (OnNode.Guest guest : node.running()) {
      remember(STOPPED, guest.vmid());
      TaskEnd end = node.task(ApiCall.post(guest.path() + "/status/shutdown").with("timeout", 180));
      if (!end.ok()) {
        return guest.subject() + " could not be shut down: " + end.exitStatus();
      }
    }
    return null;
  }

  private void remember(String what, int vmid) {
    List<Json> list = new ArrayList<>(records.node(node.name()).list(what));
    list.add(Json.of(vmid));
    records.node(node.name(), form -> form.put(what, Json.array(list)));
  }

  /**
   * Takes back what is on record.
   *
   * @return what could not be; null when all is as before
   */
  @Nullable String undrain(int minutes) throws IOException, InterruptedException {
    Json.Obj known = records.node(node.name());
    List<String> problems = new ArrayList<>();
    if (known.flag(MAINTENANCE)) {
      command("disable");
      Instant deadline = node.context().now().plus(Duration.ofMinutes(minutes));
      while (mode().equals(MAINTENANCE) && node.context().now().isBefore(deadline)) {
        node.context().pause(PAUSE);
      }
      if (mode().equals(MAINTENANCE)) {
        problems.add(node.name() + " is still in HA maintenance");
      }
    }
    for (Json one : known.list(MOVED)) {
      back(vmid(one), problems);
    }
    for (Json one : known.list(STOPPED)) {
      start(vmid(one), problems);
    }
    if (problems.isEmpty()) {
      records.node(
          node.name(),
          form ->
              form.put(MAINTENANCE, false)
                  .put(MOVED, Json.array(List.of()))
                  .put(STOPPED, Json.array(List.of())));
    }
    return problems.isEmpty() ? null : String.join("; ", problems);
  }

  private static int vmid(Json one) {
    String text = one instanceof Json.Num(String literal) ? literal : String.valueOf(one.asText());
    return Integer.parseInt(text);
  }

  private void back(int vmid, List<String> problems) {
    OnNode.Guest guest = node.find(vmid);
    if (guest != null && !guest.node().equals(node.name())) {
      TaskEnd end = move(guest, node.name());
      if (!end.ok()) {
        problems.add(guest.subject() + " could not be moved back: " + end.exitStatus());
      }
    }
  }

  private void start(int vmid, List<String> problems) {
    OnNode.Guest guest = node.find(vmid);
    boolean runs = node.running().stream().anyMatch(one -> one.vmid() == vmid);
    if (guest != null && !runs) {
      try {
        TaskEnd end = node.task(ApiCall.post(guest.path() + "/status/start"));
        if (!end.ok() && !end.exitStatus().contains("already running")) {
          problems.add(guest.subject() + " could not be started again: " + end.exitStatus());
        }
      } catch (ProxmoxException refused) {
        problems.add(guest.subject() + " could not be started again: " + refused.getMessage());
      }
    }
  }
}
