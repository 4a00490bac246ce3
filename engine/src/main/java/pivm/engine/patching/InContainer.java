package pivm.engine.patching;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/** One container during its upgrade: its script's verbs, and its power. */
final class InContainer {
  /** How long a container, or its node, may fail to answer before it is left to be settled. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofSeconds(5);

  /** The script itself waits for the end, so that it is seen at once and with few commands. */
  private static final int WAIT_SECONDS = 8;

  private static final Duration BETWEEN_WAITS = Duration.ofSeconds(1);

  private final PatchScript script;
  private final WorkContext context;
  private final int vmid;
  private String node;
  private final List<String> log = new ArrayList<>();

  InContainer(PatchScript script, WorkContext context, int vmid, String node) {
    this.script = script;
    this.context = context;
    this.vmid = vmid;
    this.node = node;
  }

  /** Nobody who knows how it stands could be asked. */
  static final class Silent extends Exception {
    private static final long serialVersionUID = 1L;

    Silent(String message) {
      super(message);
    }
  }

  int vmid() {
    return vmid;
  }

  String node() {
    return node;
  }

  List<String> log() {
    return List.copyOf(log);
  }

  /**
   * Starts the upgrade, unless it has been started.
   *
   * @return what else runs in it, so that nothing was started; null when it was
   */
  @Nullable String begin(String id, int lockWait, @Nullable String health)
      throws Silent, InterruptedException {
    String check = health == null ? "" : health;
    String said = ask("begin", id, Integer.toString(lockWait), check, PatchScript.TEXT).strip();
    return said.startsWith("busy ") ? said.substring(5) : null;
  }

  /** Runs a verb that can be repeated, until somebody answers. */
  String ask(String... words) throws Silent, InterruptedException {
    Instant until = context.now().plus(SILENCE);
    while (true) {
      try {
        return script.run(node, vmid, words);
      } catch (IOException failed) {
        String reason = String.valueOf(failed.getMessage());
        if (!running()) {
          throw new Silent("lxc " + vmid + " does not run any more (" + reason + ")");
        }
        if (!context.now().isBefore(until)) {
          throw new Silent(reason);
        }
        context.waiting(reason + "; trying again");
        context.pause(PAUSE);
      }
    }
  }

  /**
   * Follows the upgrade.
   *
   * @return the last answer: still running when the time was over
   */
  PatchAnswer follow(String id, Instant deadline) throws Silent, InterruptedException {
    int seen = 0;
    while (true) {
      PatchAnswer answer = poll(id, seen);
      seen += answer.log().size();
      answer.log().forEach(this::tell);
      if (answer.state() != PatchAnswer.State.RUNNING || !context.now().isBefore(deadline)) {
        return answer;
      }
      context.pause(BETWEEN_WAITS);
    }
  }

  private PatchAnswer poll(String id, int seen) throws Silent, InterruptedException {
    try {
      return PatchAnswer.parse(
          ask("poll", id, Integer.toString(seen), Integer.toString(WAIT_SECONDS)));
    } catch (IllegalArgumentException nonsense) {
      throw new Silent(String.valueOf(nonsense.getMessage()));
    }
  }

  private void tell(String line) {
    log.add(line);
    context.log(line);
  }

  /** Whether it runs, as far as can be told; it is looked for where it is now. */
  boolean running() {
    for (Json.Obj one :
        context.proxmox().call(ApiCall.get("/cluster/resources").with("type", "vm")).objects()) {
      if (one.integer("vmid", 0) == vmid) {
        node = one.text("node", node);
      }
    }
    try {
      return "running"
          .equals(
              context
                  .proxmox()
                  .call(ApiCall.get(path() + "/status/current"))
                  .asObject()
                  .text("status"));
    } catch (ProxmoxException.NotFound gone) {
      return false;
    }
  }

  /** Does a thing that is a task of Proxmox's, to its end. */
  TaskEnd task(ApiCall call) {
    Upid upid = Upid.parse(context.proxmox().call(call).asText());
    return upid == null ? new TaskEnd(true, "OK", List.of()) : context.follow(upid);
  }

  TaskEnd start() {
    return task(ApiCall.post(path() + "/status/start"));
  }

  /** Lets it come to rest again; it is not cut off. */
  TaskEnd shutdown() {
    return task(ApiCall.post(path() + "/status/shutdown").with("timeout", 180));
  }

  TaskEnd reboot() {
    return task(ApiCall.post(path() + "/status/reboot").with("timeout", 180));
  }

  String path() {
    return "/nodes/" + node + "/lxc/" + vmid;
  }
}
