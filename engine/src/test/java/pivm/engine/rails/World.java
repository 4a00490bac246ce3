package pivm.engine.rails;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Origin;
import pivm.engine.manifest.Place;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Basis;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/** A made-up cluster with manifests and a plan, to be reviewed. */
final class World {
  static final long GIB = 1L << 30;
  static final Instant NOW = Instant.parse("2026-01-17T12:00:00Z");

  final SortedMap<String, Node> nodes = new TreeMap<>();
  final SortedMap<Integer, ObservedGuest> guests = new TreeMap<>();
  final SortedMap<String, Storage> storages = new TreeMap<>();
  final SortedMap<Integer, String> claims = new TreeMap<>();
  final SortedMap<Integer, DesiredGuest> entries = new TreeMap<>();
  final SortedMap<Integer, Preflight> preflights = new TreeMap<>();
  final SortedMap<Integer, Hold> holds = new TreeMap<>();
  final List<Step> steps = new ArrayList<>();
  final List<Obstacle> obstacles = new ArrayList<>();
  final List<String> foreign = new ArrayList<>();
  final List<Given> given = new ArrayList<>();
  final List<Approval> approvals = new ArrayList<>();
  RailPolicy policy = RailPolicy.defaults();
  Actor actor = new Actor.Human("root");
  Rights rights = Rights.all();
  @Nullable String identity;
  @Nullable Boolean quorate = true;
  @Nullable String cluster = "prod";
  boolean forbiddenTags;
  Window window = Window.NONE;
  Instant now = NOW;

  World node(String name, long totalGib, long usedGib) {
    nodes.put(
        name,
        new Node(name, true, totalGib * GIB, usedGib * GIB, null, 0.1, 8, 1000, set("vmbr0")));
    return this;
  }

  World offline(String name) {
    nodes.put(name, new Node(name, false, null, null, null, null, null, 0, null));
    return this;
  }

  World storage(String id, String type, String... content) {
    return storage(id, type, false, content);
  }

  World storage(String id, String type, boolean shared, String... content) {
    var use = new TreeMap<String, Storage.Use>();
    var volumes = new TreeMap<String, SortedMap<String, Storage.Volume>>();
    nodes
        .keySet()
        .forEach(node -> {
          use.put(node, new Storage.Use(true, 1000 * GIB, 500 * GIB));
          volumes.put(node, new TreeMap<>());
        });
    storages.put(
        id, new Storage(id, type, set(content), shared, true, new TreeSet<>(), use, volumes));
    return this;
  }

  World volume(String node, Storage.Volume volume) {
    String id = volume.id().substring(0, volume.id().indexOf(':'));
    Storage storage = storages.get(id);
    if (storage == null) {
      throw new IllegalArgumentException("no storage " + id);
    }
    var all = new TreeMap<>(storage.volumes());
    var held = new TreeMap<>(all.getOrDefault(node, new TreeMap<>()));
    held.put(volume.id(), volume);
    all.put(node, held);
    storages.put(id, storage.withVolumes(all));
    return this;
  }

  /**
   * @param config lines {@code key: value}; {@code key> value} for what is pending
   */
  World vm(int vmid, String name, String node, boolean running, String... config) {
    return guest(GuestType.QEMU, vmid, name, node, running, config);
  }

  World lxc(int vmid, String name, String node, boolean running, String... config) {
    return guest(GuestType.LXC, vmid, name, node, running, config);
  }

  private World guest(
      GuestType type, int vmid, String name, String node, boolean running, String... config) {
    var values = new TreeMap<String, String>();
    var pending = new TreeMap<String, GuestConfig.Pending>();
    for (String line : config) {
      int end = line.split("[:>]", 2)[0].length();
      String key = line.substring(0, end);
      String value = line.substring(end + 1).strip();
      if (line.charAt(end) == '>') {
        pending.put(key, new GuestConfig.Pending(value));
      } else {
        values.put(key, value);
      }
    }
    values.putIfAbsent("memory", "1024");
    guests.put(
        vmid,
        new ObservedGuest(
            type,
            vmid,
            name,
            node,
            running ? PowerState.RUNNING : PowerState.STOPPED,
            values.containsKey("template"),
            null,
            Long.parseLong(values.getOrDefault("memory", "512")) << 20,
            100L << 20,
            running ? 3600 : 0,
            null,
            new TreeSet<>(),
            null,
            new GuestConfig(type, values, pending, "d" + vmid),
            List.of()));
    entry(vmid, DesiredGuest.Restart.NEVER, false);
    return this;
  }

  World replace(int vmid, UnaryOperator<ObservedGuest> change) {
    guests.computeIfPresent(vmid, (_, guest) -> change.apply(guest));
    return this;
  }

  World snapshots(int vmid, Snapshot... all) {
    return replace(vmid, guest -> guest.withSnapshots(Arrays.asList(all)));
  }

  static Snapshot snapshot(String name, String description) {
    return new Snapshot(name, NOW.minusSeconds(3600), description, null, false, null);
  }

  static Snapshot ours() {
    return snapshot(SnapshotRail.NAME, "PIVM before the changes of plan 1 (human:root)");
  }

  World locked(int vmid, String lock) {
    return replace(vmid, one -> Guests.locked(one, lock));
  }

  World tagged(int vmid, String... tags) {
    return replace(vmid, one -> Guests.tagged(one, set(tags)));
  }

  World renamed(int vmid, String name) {
    return replace(vmid, one -> Guests.named(one, name));
  }

  World up(int vmid, long seconds) {
    return replace(vmid, one -> Guests.up(one, seconds));
  }

  /** A guest that no manifest names, whose config was not read. */
  World stranger(int vmid, String name, String node, boolean running, long memoryMib) {
    guests.put(
        vmid,
        new ObservedGuest(
            GuestType.QEMU,
            vmid,
            name,
            node,
            running ? PowerState.RUNNING : PowerState.STOPPED,
            false,
            null,
            memoryMib << 20,
            0,
            running ? 50 : 0,
            null,
            new TreeSet<>(),
            null,
            null,
            null));
    foreign.add("vm " + vmid + " on " + node);
    return this;
  }

  World entry(int vmid, DesiredGuest.Restart restart, boolean accepted) {
    ObservedGuest guest = guests.get(vmid);
    entries.put(
        vmid,
        new DesiredGuest(
            new Place("guests.json", 1, 1),
            guest == null ? GuestType.LXC : guest.type(),
            vmid,
            guest == null ? "new-" + vmid : guest.name(),
            new Origin.Existing(),
            new TreeMap<>(),
            new TreeMap<>(),
            null,
            false,
            DesiredGuest.Power.UNMANAGED,
            null,
            false,
            null,
            null,
            restart,
            accepted));
    return this;
  }

  World undeclared(int vmid) {
    entries.remove(vmid);
    return this;
  }

  World preflight(int vmid) {
    preflights.put(vmid, preflightOf(vmid, Preflight.Reading.of(List.of("nginx"))));
    return this;
  }

  Preflight preflightOf(int vmid, Preflight.Reading<List<String>> services) {
    ObservedGuest guest = guests.get(vmid);
    if (guest == null) {
      throw new IllegalArgumentException("no guest " + vmid);
    }
    return Guests.preflight(guest, now, services);
  }

  World step(String name, Operation operation, String... after) {
    return step(name, operation, Effect.NONE, 0, after);
  }

  World step(String name, Operation operation, Effect effect, long memory, String... after) {
    ObservedGuest guest = guests.get(operation.vmid());
    String node = guest == null ? nodes.firstKey() : guest.node();
    return on(node, name, operation, effect, memory, after);
  }

  World on(
      String node, String name, Operation operation, Effect effect, long memory, String... after) {
    var before = new TreeSet<String>();
    for (String one : after) {
      before.add(one.contains("/") ? one : operation.vmid() + "/" + one);
    }
    steps.add(
        new Step(
            operation.vmid() + "/" + name,
            before,
            operation,
            node,
            effect,
            memory,
            new TreeSet<>()));
    return this;
  }

  World create(int vmid, String node, long memoryMib) {
    entry(vmid, DesiredGuest.Restart.NEVER, false);
    on(
        node,
        "create",
        new Operation.Create(
            GuestType.LXC,
            vmid,
            settings("hostname=new-" + vmid, "memory=" + memoryMib, "rootfs=local:8")),
        Effect.NONE,
        0);
    return on(node, "start", new Operation.Start(GuestType.LXC, vmid), Effect.NONE, 0, "create");
  }

  World configure(int vmid, String... settings) {
    GuestType type = typeOf(vmid);
    return step(
        "configure", new Operation.Configure(type, vmid, settings(settings), new TreeSet<>()));
  }

  GuestType typeOf(int vmid) {
    ObservedGuest guest = guests.get(vmid);
    return guest == null ? GuestType.LXC : guest.type();
  }

  static SequencedMap<String, Setting> settings(String... all) {
    var settings = new TreeMap<String, Setting>();
    for (String one : all) {
      int equals = one.indexOf('=');
      settings.put(one.substring(0, equals), Setting.of(one.substring(equals + 1)));
    }
    return settings;
  }

  static SortedSet<String> set(String... words) {
    return new TreeSet<>(Arrays.asList(words));
  }

  Inventory inventory() {
    return new Inventory(
        new Cluster(
            cluster, "9.2.11", quorate, claims, new TreeMap<>(), new TreeSet<>(), forbiddenTags),
        nodes,
        guests,
        storages,
        rights,
        List.of());
  }

  Plan plan() {
    var basis = new TreeMap<Integer, Basis>();
    steps.forEach(step ->
        basis.put(step.vmid(), new Basis(step.vmid(), "meaning" + step.vmid(), step.node(), "")));
    return new Plan("7f3c2a", List.of(), steps, obstacles, foreign, List.of(), basis);
  }

  ReviewRequest request() {
    return ReviewRequest.of(
            plan(), inventory(), new Desired(List.copyOf(entries.values())), policy, actor, now)
        .withPreflights(preflights)
        .withGiven(given)
        .withApprovals(approvals)
        .withHolds(holds)
        .withWindow(window)
        .withIdentity(identity);
  }

  ReviewedPlan review() {
    return Rails.review(request());
  }

  /** What a rail says about a step; empty when it says nothing. */
  static String said(ReviewedPlan reviewed, Rail rail, @Nullable String step) {
    StringBuilder all = new StringBuilder();
    for (Verdict verdict : reviewed.verdicts()) {
      if (verdict.rail() == rail
          && (step == null ? verdict.step() == null : step.equals(verdict.step()))) {
        all.append(verdict.result().word()).append(": ").append(verdict.message()).append('\n');
      }
    }
    return all.toString().strip();
  }

  static List<String> ids(List<Step> steps) {
    return steps.stream().map(Step::id).toList();
  }
}
