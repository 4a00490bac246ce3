package pivm.engine.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Storage;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.plan.Change;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/** A cluster put together by hand, and the plan that a manifest gives on it. */
final class PlanningWorld {
  private static final long GIB = 1L << 30;

  private final SortedMap<String, Node> nodes = new TreeMap<>();
  private final SortedMap<Integer, ObservedGuest> guests = new TreeMap<>();
  private final SortedMap<String, Storage> storages = new TreeMap<>();
  private final List<Unknown> unknown = new ArrayList<>();
  private final TreeSet<String> pools = new TreeSet<>();
  private PlanOptions options = PlanOptions.defaults();

  /** Two nodes of 64 GiB with a thin pool, files, and shared storage. */
  static PlanningWorld standard() {
    return new PlanningWorld()
        .node("pve-01", 64)
        .node("pve-02", 64)
        .storage("local", "dir", false, "iso", "vztmpl", "import", "backup", "images", "rootdir")
        .storage("local-lvm", "lvmthin", false, "images", "rootdir")
        .storage("ceph", "rbd", true, "images", "rootdir");
  }

  PlanningWorld node(String name, long gib) {
    nodes.put(
        name,
        new Node(
            name, true, gib * GIB, 4 * GIB, null, 0.1, 16, 1000, new TreeSet<>(List.of("vmbr0"))));
    return this;
  }

  PlanningWorld offline(String name) {
    nodes.put(name, new Node(name, false, null, null, null, null, null, 0, null));
    return this;
  }

  PlanningWorld storage(String id, String type, boolean shared, String... content) {
    return storage(id, type, shared, List.of(), content);
  }

  /** A storage of some nodes only. */
  PlanningWorld storageOn(String id, String type, List<String> only, String... content) {
    return storage(id, type, false, only, content);
  }

  private PlanningWorld storage(
      String id, String type, boolean shared, List<String> only, String... content) {
    storages.put(
        id,
        new Storage(
            id,
            type,
            new TreeSet<>(Arrays.asList(content)),
            shared,
            true,
            new TreeSet<>(only),
            new TreeMap<>(),
            new TreeMap<>()));
    return this;
  }

  PlanningWorld pool(String name) {
    pools.add(name);
    return this;
  }

  PlanningWorld options(PlanOptions other) {
    options = other;
    return this;
  }

  /**
   * @param config lines {@code key: value}; {@code key> value} for a pending one, {@code key>} for
   *     a pending removal
   */
  PlanningWorld guest(
      GuestType type,
      int vmid,
      String node,
      PowerState power,
      @Nullable HaResource ha,
      String config) {
    var values = new TreeMap<String, String>();
    var pending = new TreeMap<String, GuestConfig.Pending>();
    config
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> {
          if (line.matches("[a-z0-9_-]+>.*")) {
            int mark = line.indexOf('>');
            String value = line.substring(mark + 1).strip();
            pending.put(
                line.substring(0, mark), new GuestConfig.Pending(value.isEmpty() ? null : value));
          } else {
            int colon = line.indexOf(':');
            values.put(line.substring(0, colon), line.substring(colon + 1).strip());
          }
        });
    String name = values.getOrDefault(GuestDiff.nameKey(type), "");
    guests.put(
        vmid,
        new ObservedGuest(
            type,
            vmid,
            name,
            node,
            power,
            "1".equals(values.get("template")),
            null,
            1024L << 20,
            0,
            power == PowerState.RUNNING ? 500 : 0,
            null,
            new TreeSet<>(),
            ha,
            new GuestConfig(type, values, pending, "d1"),
            null));
    return this;
  }

  PlanningWorld runningVm(int vmid, String config) {
    return guest(GuestType.QEMU, vmid, "pve-01", PowerState.RUNNING, null, config);
  }

  PlanningWorld stoppedVm(int vmid, String config) {
    return guest(GuestType.QEMU, vmid, "pve-01", PowerState.STOPPED, null, config);
  }

  PlanningWorld runningContainer(int vmid, String config) {
    return guest(GuestType.LXC, vmid, "pve-01", PowerState.RUNNING, null, config);
  }

  PlanningWorld stoppedContainer(int vmid, String config) {
    return guest(GuestType.LXC, vmid, "pve-01", PowerState.STOPPED, null, config);
  }

  Inventory inventory() {
    var cluster =
        new Cluster("test", "9.2.11", true, new TreeMap<>(), new TreeMap<>(), pools, false);
    return new Inventory(cluster, nodes, guests, storages, Rights.all(), unknown);
  }

  Plan plan(String manifest) {
    ManifestReader.Result read = ManifestReader.read("guests.json", manifest);
    if (read.hasErrors()) {
      throw new AssertionError("the test's manifest is wrong: " + read.findings());
    }
    return new Planner(List.of(new GuestPlanner())).plan(read.desired(), inventory(), options);
  }

  static List<String> stepIds(Plan plan) {
    return plan.steps().stream().map(Step::id).toList();
  }

  static Step step(Plan plan, String id) {
    return plan.steps().stream()
        .filter(step -> step.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + id + " in " + stepIds(plan)));
  }

  static FieldChange field(Plan plan, String path) {
    return plan.changes().stream()
        .map(Change::fields)
        .flatMap(List::stream)
        .filter(field -> field.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no field " + path + " in " + plan.changes()));
  }
}
