package pivm.engine.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredInterface;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.manifest.Nearest;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.KindPlanner;
import pivm.engine.plan.Needs;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;

/** Plans the nodes' networks, one node after the other: where one fails the next is left alone. */
public final class NetworkPlanner implements KindPlanner {
  public static final String KIND = "network";

  private final DesiredNetwork desired;
  private final SortedMap<String, Look> looks;
  private final NetworkOptions options;

  /** What came of looking at a node. */
  public sealed interface Look {

    record Seen(ObservedNetwork network) implements Look {}

    /**
     * @param reason why it could not be seen
     */
    record Unseen(String reason) implements Look {}
  }

  /**
   * @param looks by node, for every node of the cluster that something is declared for
   */
  public NetworkPlanner(
      DesiredNetwork desired, SortedMap<String, Look> looks, NetworkOptions options) {
    this.desired = desired;
    this.looks = Collections.unmodifiableSortedMap(new TreeMap<>(looks));
    this.options = options;
  }

  /** What is declared for the nodes of a cluster, by node. */
  public static SortedMap<String, DesiredNetwork.OfNode> declared(
      DesiredNetwork desired, Inventory inventory) {
    var members = new TreeSet<>(inventory.nodes().keySet());
    var declared = new TreeMap<String, DesiredNetwork.OfNode>();
    for (String node : members) {
      DesiredNetwork.OfNode of = desired.of(node, members);
      if (of != null) {
        declared.put(node, of);
      }
    }
    return declared;
  }

  /** Whether a node's interfaces are other than declared, so that they would be applied anew. */
  public static boolean applies(
      String node, DesiredNetwork.OfNode declared, ObservedNetwork observed) {
    return !NodePlan.of(node, declared, observed).interfaces().isEmpty();
  }

  /**
   * The plan that brings back a node's interfaces of before the last confirmed change.
   *
   * @param network as it is, with nothing pending
   * @param earlier the interfaces as they will be
   */
  public static Plan returning(
      String node, ObservedNetwork network, NodeNetwork earlier, NetworkOptions options) {
    NodePlan plan = NodePlan.whole(node, network, earlier.interfaces());
    String basis = network.network().fingerprint();
    String stage = KIND + "/" + node + "/restage";
    var locks = new TreeSet<>(List.of("network of " + node));
    List<Step> steps =
        List.of(
            new Step(
                stage,
                new TreeSet<>(),
                new NetworkOperation.Restage(node, basis),
                node,
                Effect.LIVE,
                0,
                locks),
            new Step(
                KIND + "/" + node + "/apply",
                new TreeSet<>(List.of(stage)),
                new NetworkOperation.Apply(node, options.seconds(), options.keep()),
                node,
                Effect.LIVE,
                0,
                locks));
    List<String> notes = new ArrayList<>();
    notes.add("the interfaces of before the last confirmed change come back as a whole");
    notes.add(
        "the node goes back by itself unless this is confirmed within "
            + options.seconds()
            + " seconds");
    notes.addAll(network.preflight());
    List<Change> changes = new ArrayList<>(plan.changes());
    changes.add(new Change(KIND, "network", null, node, Action.CHANGE, "asked", List.of(), notes));
    return Planner.assemble(
        changes,
        steps,
        plan.obstacles(),
        List.of(),
        new TreeMap<>(),
        List.of("network rollback " + node + " " + basis + " " + earlier.fingerprint()));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public SortedSet<Integer> managed(Desired guests) {
    return new TreeSet<>();
  }

  @Override
  public Needs needs(Desired guests, Inventory inventory, List<Step> draft) {
    return Needs.nothing();
  }

  @Override
  public Fragment plan(Desired guests, Inventory inventory, PlanOptions planOptions) {
    var making = new Making(options.with(activeHa(inventory)));
    noSuchNodes(inventory, making);
    declared(desired, inventory).forEach(making::node);
    return making.fragment();
  }

  /** Whether HA has services that it may fence a node for. */
  public static boolean activeHa(Inventory inventory) {
    return inventory.guests().values().stream()
        .anyMatch(guest -> {
          HaResource ha = guest.ha();
          return ha != null && !List.of("ignored", "disabled").contains(ha.state());
        });
  }

  private void noSuchNodes(Inventory inventory, Making making) {
    var known = inventory.nodes().keySet();
    for (String node : desired.nodes().keySet()) {
      if (!known.contains(node)) {
        String near = Nearest.find(node, known);
        making.obstacles.add(
            new Obstacle(
                null,
                "network of " + node,
                "there is no node "
                    + node
                    + (near == null ? "" : "; did you mean " + near + "?")
                    + "; nodes are "
                    + String.join(", ", known)));
      }
    }
    if (desired.single() != null && known.size() != 1) {
      making.obstacles.add(
          new Obstacle(
              null,
              "network",
              "the manifest is a list, which is for a single node, and there are "
                  + known.size()
                  + "; write {\"nodes\": {\"NODE\": […]}}"));
    }
  }

  private final class Making {
    private final NetworkOptions apply;
    private final List<Change> changes = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Obstacle> obstacles = new ArrayList<>();
    private final List<Unknown> unknown = new ArrayList<>();
    private final List<String> declared = new ArrayList<>();
    private @Nullable String last;

    Making(NetworkOptions apply) {
      this.apply = apply;
    }

    Fragment fragment() {
      return new Fragment(changes, steps, obstacles, List.of(), unknown, new TreeMap<>(), declared);
    }

    void node(String node, DesiredNetwork.OfNode of) {
      switch (looks.getOrDefault(node, new Look.Unseen("it was not looked at"))) {
        case Look.Unseen(String reason) -> unknown.add(new Unknown("network of " + node, reason));
        case Look.Seen(ObservedNetwork network) -> seen(node, of, network);
      }
    }

    private void seen(String node, DesiredNetwork.OfNode of, ObservedNetwork network) {
      NodePlan plan = NodePlan.of(node, of, network);
      plan.changes().stream()
          .filter(change -> !apply.stageOnly() || change.subject().startsWith("interface"))
          .forEach(change ->
              changes.add(noted(change, !plan.interfaces().isEmpty(), network.preflight())));
      obstacles.addAll(plan.obstacles());
      if (network.foreign() != null && plan.interfaces().isEmpty() && plan.obstacles().isEmpty()) {
        unknown.add(
            new Unknown(
                "network of " + node,
                "changes that PIVM did not write wait to be applied there, and Proxmox tells only"
                    + " what will be; apply or revert them on the node's Network page"));
      }
      if (!plan.interfaces().isEmpty()) {
        apply(node, plan.interfaces(), network);
      } else if (network.ours() != null && plan.obstacles().isEmpty()) {
        takeBack(node, network);
      }
      var others = apply.stageOnly() ? new TreeMap<String, ApiCall>() : plan.others();
      others.forEach((what, call) -> {
        var write = new NetworkOperation.Write(node, what, call);
        steps.add(step(node + "/" + what, write, new TreeSet<>()));
      });
      if (!plan.changes().isEmpty()) {
        declared.add(canonical(node, of));
      }
    }

    /** The first interface of a node says how it can be taken back, and what is at stake. */
    private Change noted(Change change, boolean applied, List<String> preflight) {
      boolean first =
          changes.stream()
              .noneMatch(one -> change.node() != null && change.node().equals(one.node()));
      if (!first || !applied) {
        return change;
      }
      List<String> notes = new ArrayList<>(change.notes());
      notes.add(
          "the node goes back by itself unless this is confirmed within "
              + apply.seconds()
              + " seconds"
              + (apply.seconds() < options.seconds() ? " (HA services are active)" : ""));
      notes.addAll(preflight);
      return new Change(
          change.kind(),
          change.subject(),
          null,
          change.node(),
          change.action(),
          change.reason(),
          change.fields(),
          notes);
    }

    private void apply(String node, List<ApiCall> calls, ObservedNetwork network) {
      var stage = new NetworkOperation.Stage(node, calls, network.network().fingerprint());
      SortedSet<String> before = new TreeSet<>();
      if (last != null) {
        before.add(last);
      }
      Step staged = step(node + "/stage", stage, before);
      steps.add(staged);
      if (apply.stageOnly()) {
        return;
      }
      var take = new NetworkOperation.Apply(node, apply.seconds(), apply.keep());
      Step applied = step(node + "/apply", take, new TreeSet<>(List.of(staged.id())));
      steps.add(applied);
      last = applied.id();
    }

    private void takeBack(String node, ObservedNetwork network) {
      changes.add(
          new Change(
              KIND,
              "pending network",
              null,
              node,
              Action.CHANGE,
              "pending",
              List.of(),
              List.of(
                  "PIVM wrote changes earlier that are no longer wanted; they are taken back")));
      var stage = new NetworkOperation.Stage(node, List.of(), network.network().fingerprint());
      steps.add(step(node + "/revert", stage, new TreeSet<>()));
    }

    private Step step(String id, NetworkOperation operation, SortedSet<String> before) {
      return new Step(
          KIND + "/" + id,
          before,
          operation,
          operation.node(),
          Effect.LIVE,
          0,
          new TreeSet<>(List.of("network of " + operation.node())));
    }
  }

  /** What is declared, whatever line it stands in. */
  private static String canonical(String node, DesiredNetwork.OfNode of) {
    var text = new StringBuilder("network of " + node);
    Map<String, DesiredInterface> sorted = new TreeMap<>();
    of.interfaces().forEach(one -> sorted.put(one.name(), one));
    sorted.forEach((name, one) ->
        text.append("\n" + name + one.type() + one.absent() + one.set() + one.unset()));
    text.append("\n" + of.dns());
    of.hosts().forEach(host -> text.append("\n" + host.address() + host.names()));
    return text.toString();
  }
}
