package pivm.engine.hostupdate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.patching.PatchAnswer;
import pivm.engine.patching.PatchScript;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/** One node during its update. */
final class OnNode {
  /** Its sshd and its API are restarted by the upgrade itself. */
  private static final Duration SILENCE = Duration.ofMinutes(5);

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final HostScript script;
  private final WorkContext context;
  private final String node;

  OnNode(HostScript script, WorkContext context, String node) {
    this.script = script;
    this.context = context;
    this.node = node;
  }

  String name() {
    return node;
  }

  WorkContext context() {
    return context;
  }

  /** A verb that is not tried again. */
  String once(Duration limit, String... words) throws IOException, InterruptedException {
    return script.run(node, limit, words);
  }

  /** What it is; that can be asked until somebody answers. */
  HostFacts look() throws IOException, InterruptedException {
    return HostFacts.parse(repeated(() -> script.run(node, LIMIT, "look")));
  }

  HostFacts state() throws IOException, InterruptedException {
    return HostFacts.parse(script.run(node, LIMIT, "state"));
  }

  /** A verb of the script that upgrades, which does nothing twice. */
  String patch(String... words) throws IOException, InterruptedException {
    return repeated(() -> script.other(node, LIMIT, PatchScript.TEXT, PatchScript.NAME, words));
  }

  private interface Asking {
    String ask() throws IOException, InterruptedException;
  }

  private String repeated(Asking asking) throws IOException, InterruptedException {
    Instant until = context.now().plus(SILENCE);
    while (true) {
      try {
        return asking.ask();
      } catch (IOException failed) {
        if (!context.now().isBefore(until)) {
          throw failed;
        }
        context.waiting(failed.getMessage() + "; trying again");
        context.pause(PAUSE);
      }
    }
  }

  /** Follows an upgrade; still running when the time was over. */
  PatchAnswer follow(String id, Instant deadline) throws IOException, InterruptedException {
    int seen = 0;
    while (true) {
      PatchAnswer answer = PatchAnswer.parse(patch("poll", id, Integer.toString(seen)));
      seen += answer.log().size();
      answer.log().forEach(context::log);
      if (answer.state() != PatchAnswer.State.RUNNING || !context.now().isBefore(deadline)) {
        return answer;
      }
      context.pause(PAUSE);
    }
  }

  TaskEnd task(ApiCall call) {
    Upid upid = Upid.parse(context.proxmox().call(call).asText());
    return upid == null ? new TaskEnd(true, "OK", List.of()) : context.follow(upid);
  }

  /**
   * A guest as the cluster's list has it.
   *
   * @param lock what holds it; null for nothing
   */
  record Guest(int vmid, boolean vm, String node, boolean running, @Nullable String lock) {
    static Guest of(Json.Obj one) {
      return new Guest(
          (int) one.integer("vmid", 0),
          "qemu".equals(one.text("type")),
          one.text("node", ""),
          "running".equals(one.text("status")),
          one.text("lock"));
    }

    String path() {
      return "/nodes/" + node + "/" + (vm ? "qemu" : "lxc") + "/" + vmid;
    }

    String subject() {
      return (vm ? "vm " : "lxc ") + vmid;
    }
  }

  private List<Guest> guests() {
    ApiCall call = ApiCall.get("/cluster/resources").with("type", "vm");
    List<Guest> guests = new ArrayList<>();
    context.proxmox().call(call).objects().forEach(one -> guests.add(Guest.of(one)));
    return guests;
  }

  /** The guests that run on it. */
  List<Guest> running() {
    return guests().stream().filter(one -> one.running() && one.node().equals(node)).toList();
  }

  /** Where a guest is; null when it is nowhere. */
  @Nullable Guest find(int vmid) {
    return guests().stream().filter(one -> one.vmid() == vmid).findFirst().orElse(null);
  }

  /** Whether corosync has it, and the cluster has quorum. */
  boolean inQuorum() {
    try {
      boolean here = false;
      boolean quorate = true;
      for (Json.Obj one : context.proxmox().call(ApiCall.get("/cluster/status")).objects()) {
        if ("cluster".equals(one.text("type"))) {
          quorate = one.flag("quorate");
        } else if (node.equals(one.text("name"))) {
          here = one.flag("online");
        }
      }
      return here && quorate;
    } catch (ProxmoxException away) {
      return false;
    }
  }
}
