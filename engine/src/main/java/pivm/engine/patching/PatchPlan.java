package pivm.engine.patching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.guest.GuestBasis;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.plan.Action;
import pivm.engine.plan.Basis;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Planner;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/** Makes the plan of a patching run. Pure. */
final class PatchPlan {
  private static final String LATELY = "it was patched within the last three hours already";
  private static final long SECONDS_AT_LEAST = 10;
  private static final long SECONDS_A_PACKAGE = 2;

  private final ContainerUpdates manifest;
  private final SortedSet<Integer> named;
  private final Inventory inventory;
  private final SortedMap<Integer, ContainerProbe.Found> found;
  private final boolean spare;
  private final List<Change> changes = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Obstacle> obstacles = new ArrayList<>();
  private final SortedMap<Integer, Basis> basis = new TreeMap<>();
  private final SortedMap<Integer, String> left = new TreeMap<>();

  /**
   * A plan.
   *
   * @param left why containers are left out, by VMID
   */
  record Made(Plan plan, SortedMap<Integer, String> left) {}

  private PatchPlan(
      ContainerUpdates manifest,
      SortedSet<Integer> named,
      Inventory inventory,
      SortedMap<Integer, ContainerProbe.Found> found,
      boolean spare) {
    this.manifest = manifest;
    this.named = named;
    this.inventory = inventory;
    this.found = found;
    this.spare = spare;
  }

  /** The containers that a manifest, or a command line, means; those left alone included. */
  static List<ObservedGuest> meant(
      ContainerUpdates manifest, SortedSet<Integer> named, Inventory inventory) {
    return inventory.guests().values().stream()
        .filter(guest -> guest.type() == GuestType.LXC)
        .filter(guest ->
            named.isEmpty()
                ? manifest.include().isEmpty() || Selection.any(manifest.include(), guest)
                : named.contains(guest.vmid()))
        .toList();
  }

  /**
   * Plans.
   *
   * @param named on the command line; empty for all that the manifest means
   * @param found what the running ones are, as far as they could be asked
   * @param spare whether what was patched lately is left out: where another node's timer, or a run
   *     that was cut off, has done it already, its snapshot from before is not to be replaced
   * @param took seconds that the last upgrade took, where there was one
   * @param settled why containers are left out whatever they are now, by VMID
   */
  static Made of(
      ContainerUpdates manifest,
      SortedSet<Integer> named,
      Inventory inventory,
      SortedMap<Integer, ContainerProbe.Found> found,
      boolean spare,
      SortedMap<Integer, Long> took,
      SortedMap<Integer, String> settled) {
    var plan = new PatchPlan(manifest, named, inventory, found, spare);
    plan.left.putAll(settled);
    plan.unknownNames();
    meant(manifest, named, inventory).forEach(plan::container);
    plan.steps.sort(plan.longestFirst(took));
    return new Made(
        Planner.assemble(
            plan.changes,
            plan.steps,
            plan.obstacles,
            inventory.unknown(),
            plan.basis,
            List.of("patch " + manifest)),
        plan.left);
  }

  /** A long upgrade that begins last is waited for by all; what is not known may be long. */
  private Comparator<Step> longestFirst(SortedMap<Integer, Long> took) {
    return Comparator.comparing(
        (Step step) -> {
          Long before = took.get(step.vmid());
          return before == null ? byItsLists(step.vmid()) : before;
        },
        Comparator.reverseOrder());
  }

  /** Seconds that an upgrade may take which has never been seen, by how much it has to do. */
  private long byItsLists(int vmid) {
    return found.get(vmid) instanceof ContainerProbe.Found.Runs(_, _, int newer, _, _) && newer > 0
        ? SECONDS_AT_LEAST + SECONDS_A_PACKAGE * newer
        : Long.MAX_VALUE;
  }

  private void unknownNames() {
    for (int vmid : named) {
      ObservedGuest guest = inventory.guest(vmid);
      if (guest == null) {
        obstacles.add(new Obstacle(vmid, "guest " + vmid, "there is none that could be seen"));
      } else if (guest.type() != GuestType.LXC) {
        obstacles.add(
            new Obstacle(
                vmid,
                guest.subject(),
                "only containers are patched from outside; a VM updates itself"));
      }
    }
  }

  private void container(ObservedGuest guest) {
    if (left.containsKey(guest.vmid())) {
      return;
    }
    String reason = leftOut(guest);
    if (reason != null) {
      leave(guest, reason);
      return;
    }
    boolean starts = guest.power() == PowerState.STOPPED;
    String manager =
        found.get(guest.vmid()) instanceof ContainerProbe.Found.Runs(_, String own, _, _, _)
            ? own
            : "";
    PatchOperation.Terms terms = terms(manifest.rollback());
    Step upgrade =
        new Step(
            guest.vmid() + "/upgrade",
            new TreeSet<>(),
            new PatchOperation.Upgrade(guest.vmid(), manager, starts, terms),
            guest.node(),
            starts ? Effect.NONE : Effect.LIVE,
            starts ? guest.maxMemory() : 0,
            lanes(guest));
    steps.add(upgrade);
    if (!starts && manifest.reboot()) {
      steps.add(restart(guest, terms, new TreeSet<>(List.of(upgrade.id()))));
    }
    basis.put(guest.vmid(), GuestBasis.of(guest.vmid(), guest));
    changes.add(change(guest, starts));
  }

  private PatchOperation.Terms terms(boolean rollback) {
    return new PatchOperation.Terms(
        manifest.healthCheck(),
        rollback,
        manifest.unprotectedAccepted(),
        manifest.lockWait(),
        manifest.timeout());
  }

  private static Step restart(
      ObservedGuest guest, PatchOperation.Terms terms, SortedSet<String> after) {
    return new Step(
        guest.vmid() + "/reboot-if-required",
        after,
        new PatchOperation.RebootIfRequired(guest.vmid(), terms),
        guest.node(),
        Effect.RESTART,
        0,
        new TreeSet<>());
  }

  /** What was upgraded by a run that did not come to restart it is only restarted. */
  private void leave(ObservedGuest guest, String reason) {
    boolean due = reason.equals(LATELY) && !why(guest).isEmpty();
    if (!due) {
      left.put(guest.vmid(), reason);
    } else if (manifest.reboot()) {
      restartOnly(guest);
    } else {
      left.put(
          guest.vmid(),
          reason
              + "; it still needs a restart ("
              + why(guest)
              + "), which is left to you (reboot: never)");
    }
  }

  private void restartOnly(ObservedGuest guest) {
    // It has no snapshot of this run to go back to.
    steps.add(restart(guest, terms(false), new TreeSet<>()));
    basis.put(guest.vmid(), GuestBasis.of(guest.vmid(), guest));
    var field =
        new FieldChange(
            "running since", "before its upgrade", "after it", Effect.RESTART, why(guest));
    changes.add(
        new Change(
            "containers",
            guest.subject(),
            guest.vmid(),
            guest.node(),
            Action.CHANGE,
            "asked",
            List.of(field),
            List.of("it was patched already, and not restarted since")));
  }

  /** Why it should be restarted; empty when it should not, as far as it was asked. */
  private String why(ObservedGuest guest) {
    return found.get(guest.vmid()) instanceof ContainerProbe.Found.Runs(_, _, _, _, String needed)
            && needed != null
        ? needed
        : "";
  }

  private Change change(ObservedGuest guest, boolean starts) {
    List<String> notes = new ArrayList<>();
    if (starts) {
      notes.add("it is at rest: started for this, and shut down again afterwards");
    }
    String system =
        found.get(guest.vmid())
                instanceof ContainerProbe.Found.Runs(String name, String manager, _, _, _)
            ? name + ", by " + manager
            : "what it runs is found out when it has started";
    var field =
        new FieldChange(
            "packages", "as installed", "upgraded", starts ? Effect.NONE : Effect.LIVE, system);
    return new Change(
        "containers",
        guest.subject(),
        guest.vmid(),
        guest.node(),
        Action.CHANGE,
        "asked",
        List.of(field),
        notes);
  }

  private @Nullable String leftOut(ObservedGuest guest) {
    if (Selection.any(manifest.exclude(), guest)) {
      return "the manifest excludes it";
    }
    if (guest.template()) {
      return "it is a template";
    }
    if (!inventory.online(guest.node())) {
      return "its node " + guest.node() + " is offline";
    }
    return switch (guest.power()) {
      case RUNNING -> unfit(found.get(guest.vmid()));
      case STOPPED -> atRest(guest);
      case SUSPENDED -> "it is suspended";
      case UNKNOWN -> "whether it runs is not known";
    };
  }

  private @Nullable String atRest(ObservedGuest guest) {
    if (!manifest.startStopped()) {
      return "it does not run (stopped: skip)";
    }
    return guest.ha() == null ? null : "it does not run, and HA decides about its power";
  }

  private @Nullable String unfit(ContainerProbe.@Nullable Found found) {
    return switch (found) {
      case ContainerProbe.Found.Runs(String name, String manager, _, _, _)
          when manager.equals("none") ->
          "unsupported system: " + name;
      case ContainerProbe.Found.Unknown(String reason) -> "it can't be asked: " + reason;
      case ContainerProbe.Found.Runs(_, _, _, String lately, _) when lately != null && spare ->
          LATELY;
      case ContainerProbe.Found.Runs _ -> null;
      // Without a shell on its node the rail about rights says so, and how to get one.
      case null -> null;
    };
  }

  /** What containers on one storage share: a storage of one node is another on each. */
  private SortedSet<String> lanes(ObservedGuest guest) {
    GuestConfig config = guest.config();
    String root = config == null ? null : config.value("rootfs");
    int colon = root == null ? -1 : root.indexOf(':');
    if (root == null || colon < 0) {
      return new TreeSet<>();
    }
    String id = root.substring(0, colon);
    Storage storage = inventory.storage(id);
    boolean shared = storage != null && storage.shared();
    String where = shared ? id : id + "@" + guest.node();
    return new TreeSet<>(List.of("patch:" + where + "#" + manifest.parallelPerStorage()));
  }
}
