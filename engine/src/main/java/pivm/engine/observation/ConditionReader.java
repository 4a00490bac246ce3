package pivm.engine.observation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Conditions;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.Unknown;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * Reads the conditions of the nodes: failed services, kernels that wait for a reboot, tasks that
 * run. Two calls a node, side by side.
 */
public final class ConditionReader {

  /** Installed kernels (pve-manager, PVE/API2/APT.pm {@code versions}). */
  private static final Pattern KERNEL =
      Pattern.compile("(?:pve|proxmox)-kernel-(\\d[\\d.]*-\\d+-pve)(?:-signed)?");

  /** Consoles are open as long as somebody looks. */
  private static final Set<String> CONSOLES =
      Set.of("vncproxy", "vncshell", "spiceproxy", "spiceshell", "termproxy");

  private final Proxmox proxmox;

  public ConditionReader(Proxmox proxmox) {
    this.proxmox = proxmox;
  }

  /** What a node answered. */
  private record Of(
      String node, List<String> failed, @Nullable String kernel, @Nullable Unknown unknown) {}

  /** Reads; what does not answer is told as unknown. */
  public Conditions read(Inventory inventory) {
    List<String> online =
        inventory.nodes().values().stream().filter(Node::online).map(Node::name).toList();
    var failed = new TreeMap<String, List<String>>();
    var kernels = new TreeMap<String, String>();
    List<Unknown> unknown = new ArrayList<>();
    for (Of one : Parallel.mapSlow(online, this::of)) {
      if (!one.failed().isEmpty()) {
        failed.put(one.node(), one.failed());
      }
      if (one.kernel() != null) {
        kernels.put(one.node(), one.kernel());
      }
      if (one.unknown() != null) {
        unknown.add(one.unknown());
      }
    }
    return new Conditions(failed, kernels, tasks(unknown), unknown);
  }

  private Of of(String node) {
    try {
      List<String> failed = new ArrayList<>();
      for (Json.Obj service : proxmox.call(ApiCall.get("/nodes/" + node + "/services")).objects()) {
        if ("failed".equals(service.text("active-state"))) {
          failed.add(service.text("name", ""));
        }
      }
      return new Of(node, failed, waitingKernel(node), null);
    } catch (ProxmoxException notTold) {
      return new Of(
          node,
          List.of(),
          null,
          new Unknown(
              "services and kernel of " + node, String.valueOf(notTold.getMessage()).strip()));
    }
  }

  /** The newest installed kernel; null when it runs, or either is not known. */
  private @Nullable String waitingKernel(String node) {
    String running = null;
    List<String> installed = new ArrayList<>();
    for (Json.Obj one : proxmox.call(ApiCall.get("/nodes/" + node + "/apt/versions")).objects()) {
      Matcher kernel = KERNEL.matcher(one.text("Package", ""));
      if (kernel.matches() && "Installed".equals(one.text("CurrentState"))) {
        installed.add(kernel.group(1));
      }
      running = one.text("RunningKernel") == null ? running : one.text("RunningKernel");
    }
    Comparator<String> byVersion = Comparator.comparing(ConditionReader::numbers, Arrays::compare);
    String newest = installed.stream().max(byVersion).orElse(null);
    return newest != null && running != null && byVersion.compare(newest, running) > 0
        ? newest
        : null;
  }

  private static int[] numbers(String version) {
    return Pattern.compile("\\d{1,9}")
        .matcher(version)
        .results()
        .mapToInt(match -> Integer.parseInt(match.group()))
        .toArray();
  }

  private List<Conditions.RunningTask> tasks(List<Unknown> unknown) {
    List<Conditions.RunningTask> running = new ArrayList<>();
    try {
      for (Json.Obj task : proxmox.call(ApiCall.get("/cluster/tasks")).objects()) {
        Long since = task.integer("starttime");
        if (task.integer("endtime") == null
            && since != null
            && !CONSOLES.contains(task.text("type", ""))) {
          running.add(
              new Conditions.RunningTask(
                  task.text("node", ""),
                  task.text("type", ""),
                  task.text("id", ""),
                  task.text("user", ""),
                  Instant.ofEpochSecond(since)));
        }
      }
    } catch (ProxmoxException notTold) {
      unknown.add(new Unknown("tasks", String.valueOf(notTold.getMessage()).strip()));
    }
    return running;
  }
}
