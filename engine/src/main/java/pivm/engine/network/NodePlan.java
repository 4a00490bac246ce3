package pivm.engine.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredInterface;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.manifest.Place;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.proxmox.ApiCall;

/**
 * What differs on one node and how Proxmox is told.
 *
 * @param interfaces the calls that write the interfaces as pending, in their order; empty when they
 *     are as declared
 * @param others calls for name servers and hosts file, which take effect at once
 * @param bridges those that would go, or carry less for their guests
 * @param obstacles why it must not be done; then there are no calls
 */
record NodePlan(
    String node,
    List<Change> changes,
    List<ApiCall> interfaces,
    SortedMap<String, ApiCall> others,
    SortedSet<String> bridges,
    List<Obstacle> obstacles) {
  NodePlan {
    bridges = Collections.unmodifiableSortedSet(new TreeSet<>(bridges));
    changes = List.copyOf(changes);
    interfaces = List.copyOf(interfaces);
    others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
    obstacles = List.copyOf(obstacles);
  }

  static NodePlan of(String node, DesiredNetwork.OfNode desired, ObservedNetwork observed) {
    return new Making(node, desired, observed).make();
  }

  /** What differs when a node gets other interfaces as a whole; there are no calls for that. */
  static NodePlan whole(String node, ObservedNetwork observed, SortedMap<String, Interface> after) {
    var nothing = new DesiredNetwork.OfNode(new Place("", 0, 0), List.of(), null, List.of());
    var making = new Making(node, nothing, observed);
    making.after.clear();
    making.after.putAll(after);
    return making.whole();
  }

  private static final class Making {
    private final String node;
    private final DesiredNetwork.OfNode desired;
    private final ObservedNetwork observed;
    private final SortedMap<String, Interface> before;
    private final SortedMap<String, Interface> after;
    private final List<Change> changes = new ArrayList<>();
    private final List<Obstacle> obstacles = new ArrayList<>();
    private final SortedMap<String, ApiCall> others = new TreeMap<>();

    Making(String node, DesiredNetwork.OfNode desired, ObservedNetwork observed) {
      this.node = node;
      this.desired = desired;
      this.observed = observed;
      this.before = observed.network().interfaces();
      this.after = new TreeMap<>(before);
    }

    NodePlan make() {
      var target = new InterfaceTarget(observed.network());
      for (DesiredInterface one : desired.interfaces()) {
        take(one, target.of(one));
      }
      List<ApiCall> calls = before.equals(after) ? List.of() : interfaces();
      dns();
      hosts();
      if (!obstacles.isEmpty()) {
        return new NodePlan(node, changes, List.of(), new TreeMap<>(), bridges(), obstacles);
      }
      return new NodePlan(node, changes, calls, others, bridges(), obstacles);
    }

    NodePlan whole() {
      NetworkChecks.Result checks = NetworkChecks.of(node, before, after, observed.facts());
      differences(checks.notes());
      checks.problems().forEach(problem -> obstacles.add(obstacle("network", problem)));
      return new NodePlan(node, changes, List.of(), new TreeMap<>(), bridges(), obstacles);
    }

    private SortedSet<String> bridges() {
      var bridges = new TreeSet<String>();
      for (Interface now : before.values()) {
        Interface then = after.get(now.name());
        boolean less =
            then == null
                || !then.members().containsAll(now.members())
                || (now.settings().containsKey("bridge_vlan_aware")
                    && !then.settings().containsKey("bridge_vlan_aware"));
        if (now.isBridge() && less) {
          bridges.add(now.name());
        }
      }
      return bridges;
    }

    private void take(DesiredInterface one, InterfaceTarget.Outcome outcome) {
      String name = observed.network().resolve(one.name());
      Interface target = outcome.target();
      if (outcome.problem() != null) {
        obstacles.add(obstacle(name, outcome.problem()));
      } else if (target == null) {
        after.remove(name);
      } else {
        after.put(name, target);
      }
    }

    private Obstacle obstacle(String name, String message) {
      return new Obstacle(null, name + " on " + node, message);
    }

    private List<ApiCall> interfaces() {
      NetworkChecks.Result checks = NetworkChecks.of(node, before, after, observed.facts());
      differences(checks.notes());
      checks.problems().forEach(problem -> obstacles.add(obstacle("network", problem)));
      String foreign = observed.foreign();
      if (foreign != null) {
        obstacles.add(obstacle("network", someoneElse()));
      }
      List<ApiCall> calls = Staging.calls(node, before, after);
      if (calls == null && checks.problems().isEmpty()) {
        obstacles.add(
            obstacle(
                "network",
                "Proxmox would refuse these changes in any order; make them in two steps"));
      }
      return calls == null ? List.of() : calls;
    }

    private String someoneElse() {
      return "someone else's changes wait to be applied there, and applying PIVM's would apply them"
          + " too; apply or revert them first, on the node's Network page or with: pvesh delete"
          + " /nodes/"
          + node
          + "/network";
    }

    private void differences(List<String> notes) {
      List<String> left = new ArrayList<>(notes);
      for (Map.Entry<String, Interface> entry : after.entrySet()) {
        Interface now = before.get(entry.getKey());
        List<FieldChange> fields = InterfaceTarget.fields(now, entry.getValue());
        if (now == null || !fields.isEmpty()) {
          Action action = now == null ? Action.CREATE : Action.CHANGE;
          changes.add(change(entry.getKey(), action, "declared", fields, left));
          left.clear();
        }
      }
      for (String name : before.keySet()) {
        if (!after.containsKey(name)) {
          changes.add(change(name, Action.DESTROY, "absent", List.of(), left));
          left.clear();
        }
      }
    }

    private Change change(
        String name, Action action, String reason, List<FieldChange> fields, List<String> notes) {
      return new Change("network", subject(name), null, node, action, reason, fields, notes);
    }

    private static String subject(String name) {
      return switch (name) {
        case "dns" -> "name servers";
        case "hosts" -> "hosts file";
        default -> "interface " + name;
      };
    }

    private void dns() {
      DesiredNetwork.Dns wanted = desired.dns();
      NodeNetwork.Dns now = observed.dns();
      if (wanted == null || now == null) {
        return;
      }
      String search = Objects.requireNonNullElse(wanted.search(), now.search());
      List<String> servers = Objects.requireNonNullElse(wanted.servers(), now.servers());
      List<FieldChange> fields = new ArrayList<>();
      field(fields, "dns.search", now.search(), search);
      field(fields, "dns.servers", String.join(" ", now.servers()), String.join(" ", servers));
      if (fields.isEmpty()) {
        return;
      }
      changes.add(change("dns", Action.CHANGE, "declared", fields, List.of()));
      ApiCall call = ApiCall.put("/nodes/" + node + "/dns").with("search", search);
      for (int i = 0; i < servers.size(); i++) {
        call = call.with("dns" + (i + 1), servers.get(i));
      }
      others.put("dns", call);
    }

    private static void field(List<FieldChange> fields, String path, String from, String to) {
      if (!from.equals(to)) {
        fields.add(new FieldChange(path, given(from), given(to), Effect.LIVE, ""));
      }
    }

    private static @Nullable String given(String text) {
      return text.isEmpty() ? null : text;
    }

    private void hosts() {
      HostsFile file = observed.hosts();
      if (file == null || desired.hosts().isEmpty()) {
        return;
      }
      List<FieldChange> fields = file.fields(desired.hosts());
      if (fields.isEmpty()) {
        return;
      }
      var next = new HostsFile(file.with(desired.hosts()), file.digest());
      ownName(file, next);
      changes.add(change("hosts", Action.CHANGE, "declared", fields, List.of()));
      others.put(
          "hosts",
          ApiCall.post("/nodes/" + node + "/hosts")
              .with("data", next.text())
              .with("digest", file.digest()));
    }

    /** Proxmox finds its own address by the node's name; without it services don't start. */
    private void ownName(HostsFile now, HostsFile next) {
      List<String> had = now.byName().getOrDefault(node, List.of());
      List<String> has = next.byName().getOrDefault(node, List.of());
      boolean here =
          has.stream().anyMatch(one -> after.values().stream().anyMatch(each -> each.has(one)));
      if (!had.isEmpty() && !here && !had.equals(has)) {
        obstacles.add(
            obstacle(
                "hosts",
                "the name "
                    + node
                    + " would no longer lead to one of the node's own addresses, which Proxmox"
                    + " needs; keep "
                    + String.join(", ", had)));
      }
    }
  }
}
