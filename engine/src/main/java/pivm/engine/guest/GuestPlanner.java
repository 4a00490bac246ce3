package pivm.engine.guest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Origin;
import pivm.engine.plan.Basis;
import pivm.engine.plan.Change;
import pivm.engine.plan.KindPlanner;
import pivm.engine.plan.Needs;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Step;

/** Plans the kind "guests". */
public final class GuestPlanner implements KindPlanner {

  @Override
  public String kind() {
    return "guests";
  }

  @Override
  public boolean buildsOnOthers() {
    return true;
  }

  @Override
  public Fragment plan(Desired desired, Inventory inventory, PlanOptions options) {
    var collected = new Collected();
    var creation = new Creation(inventory, options);
    Map<Integer, DesiredGuest> declared = new HashMap<>();
    desired.guests().forEach(guest -> declared.put(guest.vmid(), guest));
    List<DesiredGuest> order = sourcesFirst(desired.guests(), declared);
    for (DesiredGuest guest : order) {
      collected.add(guest, one(guest, creation, inventory, options), inventory);
    }
    new Ordering(inventory, options).apply(collected.steps);
    return collected.fragment(foreign(declared.keySet(), inventory));
  }

  private static GuestPlan one(
      DesiredGuest guest, Creation creation, Inventory inventory, PlanOptions options) {
    ObservedGuest observed = inventory.guest(guest.vmid());
    Obstacle contradiction = HaContradiction.of(guest, observed).orElse(null);
    if (contradiction != null) {
      return GuestPlan.obstacle(guest.vmid(), guest.subject(), contradiction.message());
    }
    if (observed == null) {
      return switch (guest.power()) {
        case ABSENT -> GuestPlan.NOTHING;
        default -> creation.plan(guest);
      };
    }
    if (observed.type() != guest.type()) {
      return GuestPlan.obstacle(
          guest.vmid(),
          guest.subject(),
          guest.subject()
              + ": VMID "
              + guest.vmid()
              + " belongs to "
              + observed.subject()
              + " on "
              + observed.node()
              + ", which is of the other type; give the entry another vmid ('pivm next-id' names a free one)");
    }
    if (!inventory.online(observed.node())) {
      return GuestPlan.unknown(guest.subject(), "its node " + observed.node() + " is offline");
    }
    if (observed.config() == null) {
      return GuestPlan.unknown(
          guest.subject(), "its configuration on " + observed.node() + " could not be read");
    }
    if (observed.power() == PowerState.UNKNOWN && guest.power() == DesiredGuest.Power.ABSENT) {
      return GuestPlan.unknown(
          guest.subject(), "whether it runs on " + observed.node() + " is not known");
    }
    if (guest.power() == DesiredGuest.Power.ABSENT) {
      return Removal.plan(guest, observed, options);
    }
    if (observed.unfinished()) {
      return GuestPlan.unknown(guest.subject(), unfinished(observed));
    }
    GuestPlan plan = new Alteration(guest, observed, observed.config(), inventory, options).plan();
    if (plan.obstacles().isEmpty()) {
      creation.altered(guest, observed);
    }
    return creation.checked(plan, guest);
  }

  private static String unfinished(ObservedGuest guest) {
    String lock = guest.lock();
    String command = guest.type().command();
    return (lock == null ? "it has no root disk" : "it carries the lock \"" + lock + "\"")
        + " on "
        + guest.node()
        + ", so it is being made, or that was cut off; plan again when its task has ended, and if"
        + " none runs, remove it: `"
        + command
        + " unlock "
        + guest.vmid()
        + " && "
        + command
        + " destroy "
        + guest.vmid()
        + " --purge 1`";
  }

  /** Clone sources that this plan makes stand before their clones. */
  private static List<DesiredGuest> sourcesFirst(
      List<DesiredGuest> guests, Map<Integer, DesiredGuest> declared) {
    List<DesiredGuest> order = new ArrayList<>();
    Set<Integer> placed = new HashSet<>();
    for (DesiredGuest guest : guests) {
      placeAfterSource(guest, declared, placed, order);
    }
    return order;
  }

  private static void placeAfterSource(
      DesiredGuest guest,
      Map<Integer, DesiredGuest> declared,
      Set<Integer> placed,
      List<DesiredGuest> order) {
    if (!placed.add(guest.vmid())) {
      return;
    }
    if (guest.origin() instanceof Origin.Clone(int source, boolean _)) {
      DesiredGuest before = declared.get(source);
      if (before != null) {
        placeAfterSource(before, declared, placed, order);
      }
    }
    order.add(guest);
  }

  private static List<String> foreign(Set<Integer> declared, Inventory inventory) {
    return inventory.guests().values().stream()
        .filter(guest -> !declared.contains(guest.vmid()))
        .map(guest -> guest.subject() + " on " + guest.node())
        .toList();
  }

  @Override
  public SortedSet<Integer> managed(Desired desired) {
    var managed = new TreeSet<Integer>();
    for (DesiredGuest guest : desired.guests()) {
      managed.add(guest.vmid());
      if (guest.origin() instanceof Origin.Clone(int source, boolean _)) {
        managed.add(source);
      }
    }
    return managed;
  }

  /**
   * The power of every guest that the draft touches is asked for, since the cluster's list is up to
   * two rounds of pvestatd old and a guest that was shut down from inside leaves no task to give it
   * away. Where the draft touches none, nothing is done on that belief, and the next plan knows.
   */
  @Override
  public Needs needs(Desired desired, Inventory inventory, List<Step> draft) {
    var existing = new TreeSet<Integer>();
    var fresh = new TreeSet<Integer>();
    var nodes = new TreeSet<String>();
    boolean creates = false;
    for (DesiredGuest guest : desired.guests()) {
      ObservedGuest observed = inventory.guest(guest.vmid());
      creates |= observed == null && guest.power() != DesiredGuest.Power.ABSENT;
      if (observed != null && inventory.online(observed.node()) && powerInDoubt(observed)) {
        fresh.add(guest.vmid());
      }
    }
    for (Step step : draft) {
      nodes.add(step.node());
      if (inventory.guest(step.vmid()) != null) {
        existing.add(step.vmid());
      }
    }
    fresh.addAll(existing);
    if (creates) {
      inventory.nodes().values().stream()
          .filter(Node::online)
          .forEach(node -> nodes.add(node.name()));
    }
    return new Needs(existing, fresh, volumes(inventory, nodes), nodes);
  }

  /** Proxmox applies what is pending when a guest stops, so one that waits was started just now. */
  private static boolean powerInDoubt(ObservedGuest guest) {
    return guest.power() == PowerState.UNKNOWN
        || (!guest.running() && guest.config() != null && !guest.config().pending().isEmpty());
  }

  /** Every storage of the nodes: a left-over volume may lie on any. */
  private static SortedMap<String, SortedSet<String>> volumes(
      Inventory inventory, Set<String> nodes) {
    var volumes = new TreeMap<String, SortedSet<String>>();
    for (String node : nodes) {
      var here = new TreeSet<String>();
      inventory.storages().values().stream()
          .filter(storage -> storage.onNode(node))
          .forEach(storage -> here.add(storage.id()));
      volumes.put(node, here);
    }
    return volumes;
  }

  /** What the guests' plans add up to. */
  private static final class Collected {
    private final List<Change> changes = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Obstacle> obstacles = new ArrayList<>();
    private final List<Unknown> unknown = new ArrayList<>();
    private final SortedMap<Integer, Basis> basis = new TreeMap<>();
    private final List<String> declared = new ArrayList<>();

    void add(DesiredGuest guest, GuestPlan plan, Inventory inventory) {
      if (plan.change() != null) {
        changes.add(plan.change());
      }
      steps.addAll(plan.steps());
      obstacles.addAll(plan.obstacles());
      if (plan.unknown() != null) {
        unknown.add(plan.unknown());
      }
      if (!plan.steps().isEmpty()) {
        basis.put(guest.vmid(), GuestBasis.of(guest.vmid(), inventory.guest(guest.vmid())));
        declared.add(canonical(guest));
      }
    }

    /** The entry without its place in a file, so that moving it changes no plan's id. */
    private static String canonical(DesiredGuest guest) {
      @Nullable String pool = guest.pool();
      return guest.subject()
          + guest.origin()
          + guest.settings()
          + guest.creation()
          + guest.cloudInitDrive()
          + guest.power()
          + guest.node()
          + guest.pinned()
          + pool
          + guest.ha()
          + guest.restart();
    }

    Fragment fragment(List<String> foreign) {
      return new Fragment(changes, steps, obstacles, foreign, unknown, basis, declared);
    }
  }
}
