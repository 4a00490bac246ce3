package pivm.simulator.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.schema.Checker;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Task;

/** A call that passed all checks of its form: who asks, and for what. */
final class Call {
  private final Cluster cluster;
  private final String entryNode;
  private final String who;
  private final Map<String, Object> parameters;
  private final Map<String, Object> beside = new LinkedHashMap<>();

  Call(Cluster cluster, String entryNode, String who, Map<String, Object> parameters) {
    this.cluster = cluster;
    this.entryNode = entryNode;
    this.who = who;
    this.parameters = new LinkedHashMap<>(parameters);
  }

  Cluster cluster() {
    return cluster;
  }

  /** The node that received the request. */
  String entryNode() {
    return entryNode;
  }

  /** {@code user@realm}, with {@code !token} for a token; empty for nobody. */
  String who() {
    return who;
  }

  boolean isRoot() {
    return who.equals("root@pam");
  }

  Permissions permissions() {
    return new Permissions(cluster, who);
  }

  boolean has(String name) {
    return parameters.containsKey(name);
  }

  @Nullable String get(String name) {
    var value = parameters.get(name);
    return value == null ? null : Checker.text(value);
  }

  String get(String name, String otherwise) {
    var value = get(name);
    return value == null ? otherwise : value;
  }

  /** A parameter that the schema demands. */
  String need(String name) {
    var value = get(name);
    if (value == null) {
      throw ApiError.parameter(name, "property is missing and it is not optional");
    }
    return value;
  }

  boolean flag(String name) {
    return "1".equals(get(name));
  }

  long number(String name, long otherwise) {
    var value = get(name);
    return value == null ? otherwise : Long.parseLong(value);
  }

  String node() {
    return need("node");
  }

  int vmid() {
    return Integer.parseInt(need("vmid"));
  }

  /** Takes a parameter out, so that only configuration keys are left. */
  @Nullable String take(String name) {
    var value = get(name);
    parameters.remove(name);
    return value;
  }

  boolean takeFlag(String name) {
    return "1".equals(take(name));
  }

  /** What is left of the parameters, as text. */
  Map<String, String> rest() {
    Map<String, String> rest = new LinkedHashMap<>();
    parameters.forEach((name, value) -> rest.put(name, Checker.text(value)));
    return rest;
  }

  /** The parameters with one more, and {@code force} when it is set. */
  Map<String, Object> parametersWith(String name, String value, boolean force) {
    Map<String, Object> more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    if (force) {
      more.put("force", "1");
    }
    return more;
  }

  /** A list in one text, as Proxmox splits it. */
  static List<String> list(@Nullable String text) {
    List<String> items = new ArrayList<>();
    if (text != null) {
      for (String item : text.split("[,;\\s\\x00]+")) {
        if (!item.isEmpty()) {
          items.add(item);
        }
      }
    }
    return items;
  }

  /** Puts a member beside {@code data}. */
  void beside(String name, Object value) {
    beside.put(name, value);
  }

  Map<String, Object> beside() {
    return beside;
  }

  /** Starts a task on the guest's node and answers its name. */
  String task(String type, Guest guest, Task.Work work) {
    return task(guest.node(), type, Integer.toString(guest.vmid()), work);
  }

  String task(String node, String type, String id, Task.Work work) {
    return cluster.tasks().start(node, type, id, who, work).upid();
  }
}
