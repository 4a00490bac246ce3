package pivm.engine.hostupdate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkEnd;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.HostOperation;
import pivm.engine.rails.Movability;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Gets the guests away from a node, and back. What was done is on record before it is done. */
final class Draining {
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int SHUTDOWN_SECONDS = 180;

  /** What its local resource manager says of a node in maintenance. */
  private static final String MODE = "maintenance";

  private final OnNode node;
  private final HostRecords records;
  private final Room room;

  Draining(OnNode node, HostRecords records, Room room) {
    this.node = node;
    this.records = records;
    this.room = room;
  }

  WorkEnd drain(HostOperation.Drain drain) throws IOException, InterruptedException {
    Instant deadline = node.context().now().plus(Duration.ofMinutes(drain.timeout()));
    String problem = away(drain.mode(), deadline);
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

  private @Nullable String away(String mode, Instant deadline) throws InterruptedException {
    try {
      return switch (mode) {
        case "ha-maintenance" -> maintenance(deadline);
        case "migrate" -> migrate(deadline);
        case "shutdown" -> shutdown(deadline);
        default -> null;
      };
    } catch (IOException failed) {
      return String.valueOf(failed.getMessage());
    }
  }

  /** HA moves its own guests; the others are migrated. */
  private @Nullable String maintenance(Instant deadline) throws IOException, InterruptedException {
    boolean anyHa = services() > 0;
    if (anyHa) {
      records.node(node.name(), form -> form.put(HostRecords.MAINTENANCE, true));
      command("enable");
      while (services() > 0 || !mode().equals(MODE)) {
        if (!node.context().now().isBefore(deadline)) {
          return "HA has not moved its guests away from " + node.name() + " in time";
        }
        node.context().waiting("HA moves its guests away from " + node.name());
        node.context().pause(PAUSE);
      }
    }
    return migrate(deadline);
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

  private @Nullable String migrate(Instant deadline) {
    for (OnNode.Guest guest : node.running()) {
      String problem = away(guest, deadline);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  /** Why a guest could not be moved away; null when it was. */
  private @Nullable String away(OnNode.Guest guest, Instant deadline) {
    Room.Found found = room.reserve(guest.vmid(), null, node.context());
    String target = found.node();
    ObservedGuest seen = found.guest();
    if (target == null || seen == null) {
      return "there is no room for " + guest.subject() + " elsewhere: " + found.reason();
    }
    Movability judged = Movability.of(seen, found.seen());
    String problem =
        judged.hindrances().isEmpty()
            ? withoutOwn(guest, judged.own())
            : guest.subject() + " can't be moved: " + String.join(". Also, ", judged.hindrances());
    if (problem == null) {
      remember(HostRecords.MOVED, guest.vmid());
      problem = moved(guest, target, deadline);
    }
    if (problem != null) {
      room.release(guest.vmid());
    }
    return problem;
  }

  /** PIVM's own snapshots go before a move that can't take them along. */
  private @Nullable String withoutOwn(OnNode.Guest guest, List<String> own) {
    for (String name : own) {
      node.context()
          .log(
              "the snapshot " + name + " of " + guest.subject() + " goes, since it can't be moved");
      TaskEnd end = tried(ApiCall.delete(guest.path() + "/snapshot/" + name));
      if (!end.ok()) {
        return "the snapshot "
            + name
            + " of "
            + guest.subject()
            + " could not be removed: "
            + end.exitStatus();
      }
    }
    return null;
  }

  /** Moves a guest, by HA where that has it; why not, or null when it is there. */
  private @Nullable String moved(OnNode.Guest guest, String target, Instant deadline) {
    ApiCall call = ApiCall.post(guest.path() + "/migrate").with("target", target);
    TaskEnd end =
        tried(
            guest.vm()
                ? call.with("online", true).with("with-local-disks", true)
                : call.with("restart", true));
    if (!end.ok()) {
      return guest.subject() + " could not be moved to " + target + ": " + end.exitStatus();
    }
    if (!comesAbout(guest, now -> now.node().equals(target), "move to " + target, deadline)) {
      return guest.subject() + " has not come to " + target + " in time";
    }
    room.done(guest.vmid(), node.context().now());
    return null;
  }

  /** For a guest of HA a task only hands the wish on, and HA fulfils it at its next rounds. */
  private boolean comesAbout(
      OnNode.Guest guest, Predicate<OnNode.Guest> wish, String words, Instant deadline) {
    while (true) {
      OnNode.Guest now = node.find(guest.vmid());
      if (now == null || wish.test(now)) {
        return now != null;
      }
      if (!node.context().now().isBefore(deadline)) {
        return false;
      }
      node.context().waiting(guest.subject() + " to " + words);
      node.context().pause(PAUSE);
    }
  }

  private TaskEnd tried(ApiCall call) {
    try {
      return node.task(call);
    } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable away) {
      throw away;
    } catch (ProxmoxException refused) {
      return new TaskEnd(false, String.valueOf(refused.getMessage()), List.of());
    }
  }

  private @Nullable String shutdown(Instant deadline) {
    for (OnNode.Guest guest : node.running()) {
      remember(HostRecords.STOPPED, guest.vmid());
      TaskEnd end =
          tried(ApiCall.post(guest.path() + "/status/shutdown").with("timeout", SHUTDOWN_SECONDS));
      if (!end.ok()) {
        return guest.subject() + " could not be shut down: " + end.exitStatus();
      }
      if (!comesAbout(guest, now -> !now.running(), "shut down", deadline)) {
        return guest.subject() + " has not shut down in time";
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
    Instant deadline = node.context().now().plus(Duration.ofMinutes(minutes));
    if (known.flag(HostRecords.MAINTENANCE)) {
      command("disable");
      while (mode().equals(MODE) && node.context().now().isBefore(deadline)) {
        node.context().pause(PAUSE);
      }
      if (mode().equals(MODE)) {
        problems.add(node.name() + " is still in HA maintenance");
      }
    }
    for (Json one : known.list(HostRecords.MOVED)) {
      back(vmid(one), deadline, problems);
    }
    for (Json one : known.list(HostRecords.STOPPED)) {
      start(vmid(one), problems);
    }
    if (problems.isEmpty()) {
      records.node(
          node.name(),
          form ->
              form.put(HostRecords.MAINTENANCE, false)
                  .put(HostRecords.MOVED, Json.array(List.of()))
                  .put(HostRecords.STOPPED, Json.array(List.of())));
    }
    return problems.isEmpty() ? null : String.join("; ", problems);
  }

  private static int vmid(Json one) {
    String text = one instanceof Json.Num(String literal) ? literal : String.valueOf(one.asText());
    return Integer.parseInt(text);
  }

  private void back(int vmid, Instant deadline, List<String> problems) {
    OnNode.Guest found = node.find(vmid);
    if (found == null) {
      return;
    }
    // A move that was under way when the run was cut off has its guest locked until it is over.
    if (!comesAbout(found, now -> !"migrate".equals(now.lock()), "be unlocked", deadline)) {
      problems.add(found.subject() + " is still being moved");
      return;
    }
    OnNode.Guest guest = node.find(vmid);
    if (guest == null || guest.node().equals(node.name())) {
      return;
    }
    Room.Found room = this.room.reserve(vmid, node.name(), node.context());
    String problem =
        room.node() == null
            ? guest.subject() + " stays on " + guest.node() + ": " + room.reason()
            : moved(guest, node.name(), deadline);
    if (problem != null) {
      this.room.release(vmid);
      problems.add(problem);
    }
  }

  private void start(int vmid, List<String> problems) {
    OnNode.Guest guest = node.find(vmid);
    if (guest == null || guest.running()) {
      return;
    }
    Room.Found found = room.reserve(vmid, guest.node(), node.context());
    if (found.node() == null) {
      problems.add(guest.subject() + " is not started again: " + found.reason());
      return;
    }
    TaskEnd end = tried(ApiCall.post(guest.path() + "/status/start"));
    if (end.ok() || end.exitStatus().contains("already running")) {
      room.done(vmid, node.context().now());
    } else {
      room.release(vmid);
      problems.add(guest.subject() + " could not be started again: " + end.exitStatus());
    }
  }
}
