package pivm.engine.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.manifest.Setting;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Basis;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Reviews;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.config.GuestConfig;

/** Plans what differs between toy manifests and the toy cluster, with the snapshot of rail 4. */
final class ToyPlanner {
  static final String SNAPSHOT = "pre_automation_backup";

  private final Observer observer;
  private final GuestReader reader;
  private final SortedMap<Integer, Basis> basis = new TreeMap<>();
  private final List<Step> steps = new ArrayList<>();

  private ToyPlanner(Proxmox proxmox) {
    this.observer = Observer.over(proxmox);
    this.reader = new GuestReader(observer, proxmox);
  }

  static ReviewedPlan plan(List<Wanted> wanted, Proxmox proxmox) {
    var planner = new ToyPlanner(proxmox);
    wanted.forEach(planner::plan);
    return Reviews.allowed(of(planner.steps, planner.basis));
  }

  static Plan of(List<Step> steps, SortedMap<Integer, Basis> basis) {
    return new Plan("toy", List.of(), steps, List.of(), List.of(), List.of(), basis);
  }

  /** Starts a container on node a. */
  static Step start(int vmid, String... after) {
    return step(new Operation.Start(GuestType.LXC, vmid), "start", "a", after);
  }

  static Step step(Operation operation, String word, String node, String... after) {
    var lanes = new TreeSet<String>();
    if (operation instanceof Operation.Clone clone) {
      lanes.add("template/" + clone.source());
    }
    return new Step(
        operation.vmid() + "/" + word,
        new TreeSet<>(List.of(after)),
        operation,
        node,
        Effect.NONE,
        0,
        lanes);
  }

  private void plan(Wanted wanted) {
    ObservedGuest guest = observer.guest(wanted.vmid());
    if (guest == null) {
      basis.put(wanted.vmid(), new Basis(wanted.vmid(), Basis.ABSENT, wanted.node(), "unknown"));
      if (wanted.power() != Wanted.Power.ABSENT) {
        make(wanted);
      }
      return;
    }
    basis.put(wanted.vmid(), basis(guest));
    if (wanted.power() == Wanted.Power.ABSENT) {
      remove(guest);
    } else if (!guest.unfinished()) {
      alter(wanted, guest);
    }
  }

  static Basis basis(ObservedGuest guest) {
    GuestConfig config = guest.config();
    String meaning = config == null ? "" : Fingerprint.of(config);
    return new Basis(guest.vmid(), meaning, guest.node(), guest.power().name());
  }

  private String add(Operation operation, String word, String node, @Nullable String after) {
    Step step = after == null ? step(operation, word, node) : step(operation, word, node, after);
    steps.add(step);
    return step.id();
  }

  private void make(Wanted wanted) {
    String last = wanted.source() == null ? create(wanted) : copy(wanted, wanted.source());
    finish(wanted, last);
  }

  private String create(Wanted wanted) {
    var parameters = new TreeMap<String, Setting>();
    boolean vm = wanted.type() == GuestType.QEMU;
    parameters.put(vm ? "name" : "hostname", Setting.of(wanted.name()));
    parameters.put("memory", Setting.of(Integer.toString(wanted.memory())));
    parameters.put(wanted.diskKey(), Setting.of("store:" + wanted.disk()));
    return add(
        new Operation.Create(wanted.type(), wanted.vmid(), parameters),
        "create",
        wanted.node(),
        null);
  }

  private String copy(Wanted wanted, int source) {
    ObservedGuest template = observer.guest(source);
    String node = template == null ? wanted.node() : template.node();
    String id =
        add(
            new Operation.Clone(
                wanted.type(),
                wanted.vmid(),
                source,
                true,
                wanted.name(),
                null,
                "store",
                null,
                null),
            "clone",
            node,
            null);
    return wanted.memory() == 512 ? id : configure(wanted, node, id);
  }

  private String configure(Wanted wanted, String node, @Nullable String after) {
    return add(
        new Operation.Configure(
            wanted.type(),
            wanted.vmid(),
            new TreeMap<>(Map.of("memory", Setting.of(Integer.toString(wanted.memory())))),
            new TreeSet<>()),
        "configure",
        node,
        after);
  }

  private void finish(Wanted wanted, @Nullable String after) {
    switch (wanted.power()) {
      case RUNNING ->
          add(new Operation.Start(wanted.type(), wanted.vmid()), "start", wanted.node(), after);
      case TEMPLATE ->
          add(
              new Operation.ConvertToTemplate(wanted.type(), wanted.vmid()),
              "template",
              wanted.node(),
              after);
      case STOPPED, ABSENT -> {}
    }
  }

  private void remove(ObservedGuest guest) {
    String last = null;
    if (guest.running()) {
      last =
          add(
              new Operation.Shutdown(guest.type(), guest.vmid(), 60),
              "shutdown",
              guest.node(),
              null);
    }
    add(new Operation.Destroy(guest.type(), guest.vmid()), "destroy", guest.node(), last);
  }

  private void alter(Wanted wanted, ObservedGuest guest) {
    GuestConfig config = java.util.Objects.requireNonNull(guest.config());
    String node = guest.node();
    boolean memory = !Integer.toString(wanted.memory()).equals(config.next("memory"));
    String disk = String.valueOf(config.value(wanted.diskKey()));
    boolean grow = !disk.contains("size=" + wanted.disk() + "G");
    List<Snapshot> snapshots = reader.snapshots(guest);
    boolean broken = snapshots.stream().anyMatch(snapshot -> snapshot.state() != null);
    String last = null;
    if (memory || grow || broken) {
      last = protect(guest, snapshots, memory || grow);
    }
    if (memory) {
      last = configure(wanted, node, last);
    }
    if (grow) {
      last =
          add(
              new Operation.Resize(
                  guest.type(), guest.vmid(), wanted.diskKey(), (long) wanted.disk() << 30),
              "resize",
              node,
              last);
    }
    if (wanted.pinned() != null && !wanted.pinned().equals(node)) {
      last =
          add(
              new Operation.Migrate(guest.type(), guest.vmid(), wanted.pinned(), guest.running()),
              "migrate",
              node,
              last);
    }
    power(wanted, guest, memory || !config.pending().isEmpty(), last);
  }

  private @Nullable String protect(ObservedGuest guest, List<Snapshot> snapshots, boolean takeNew) {
    String last = null;
    for (Snapshot old : snapshots) {
      if (old.name().equals(SNAPSHOT)) {
        last =
            add(
                new Operation.DeleteSnapshot(
                    guest.type(), guest.vmid(), SNAPSHOT, old.state() != null),
                "delete-snapshot",
                guest.node(),
                last);
      }
    }
    return takeNew
        ? add(
            new Operation.TakeSnapshot(guest.type(), guest.vmid(), SNAPSHOT, "run"),
            "snapshot",
            guest.node(),
            last)
        : last;
  }

  private void power(Wanted wanted, ObservedGuest guest, boolean pending, @Nullable String last) {
    if (wanted.power() == Wanted.Power.RUNNING && guest.running()) {
      if (pending) {
        add(new Operation.Reboot(guest.type(), guest.vmid(), 60), "reboot", guest.node(), last);
      }
    } else if (wanted.power() == Wanted.Power.STOPPED && guest.running()) {
      add(new Operation.Shutdown(guest.type(), guest.vmid(), 60), "shutdown", guest.node(), last);
    } else if (!(wanted.power() == Wanted.Power.TEMPLATE && guest.template())) {
      finish(wanted, last);
    }
  }
}
