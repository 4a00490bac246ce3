package pivm.engine.network.live;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.network.HostsFile;
import pivm.engine.network.NetworkOptions;
import pivm.engine.network.NetworkPlanner;
import pivm.engine.network.NetworkPlanner.Look;
import pivm.engine.network.NodeFacts;
import pivm.engine.network.NodeNetwork;
import pivm.engine.network.ObservedNetwork;
import pivm.engine.network.TouchedBridges;
import pivm.engine.pipeline.Kind;
import pivm.engine.plan.KindPlanner;
import pivm.engine.rails.HostPreflight;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.config.Subnet;
import pivm.proxmox.json.Json;

/** The kind "network": reads the nodes that something is declared for, a few at a time. */
public final class NetworkKind implements Kind {
  private static final int AT_ONCE = 4;

  private final DesiredNetwork desired;
  private final NetworkOptions options;
  private final Networks networks;
  private final StagedStore store;
  private final SortedSet<String> endpoints;
  private final Preflights preflights;

  /** Gathers what a person has to know of a node before its network is changed. */
  @FunctionalInterface
  public interface Preflights {
    HostPreflight of(String node, Inventory inventory) throws InterruptedException;
  }

  /**
   * @param endpoints addresses that PIVM connects to
   */
  public NetworkKind(
      DesiredNetwork desired,
      NetworkOptions options,
      Networks networks,
      StagedStore store,
      SortedSet<String> endpoints,
      Preflights preflights) {
    this.desired = desired;
    this.options = options;
    this.networks = networks;
    this.store = store;
    this.endpoints = new TreeSet<>(endpoints);
    this.preflights = preflights;
  }

  @Override
  public String word() {
    return NetworkPlanner.KIND;
  }

  @Override
  public KindPlanner observe(Inventory inventory) throws InterruptedException {
    SortedMap<String, DesiredNetwork.OfNode> declared = NetworkPlanner.declared(desired, inventory);
    SortedMap<String, Look> looks = new TreeMap<>();
    if (!declared.isEmpty()) {
      var cluster = Addresses.read(networks.proxmox(), endpoints);
      looks.putAll(looks(declared, inventory, cluster));
    }
    return new NetworkPlanner(desired, looks, options);
  }

  private SortedMap<String, Look> looks(
      SortedMap<String, DesiredNetwork.OfNode> declared, Inventory inventory, Addresses cluster)
      throws InterruptedException {
    var places = new Semaphore(AT_ONCE);
    SortedMap<String, Future<Look>> begun = new TreeMap<>();
    SortedMap<String, Look> looks = new TreeMap<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      declared.forEach((node, of) ->
          begun.put(
              node,
              threads.submit(() -> {
                places.acquire();
                try {
                  return look(node, of, inventory, cluster);
                } finally {
                  places.release();
                }
              })));
      for (Map.Entry<String, Future<Look>> one : begun.entrySet()) {
        looks.put(one.getKey(), one.getValue().get());
      }
      return looks;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException reason) {
        throw reason;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  private Look look(
      String node, DesiredNetwork.OfNode declared, Inventory inventory, Addresses cluster)
      throws InterruptedException {
    if (!inventory.online(node)) {
      return new Look.Unseen("the node is offline");
    }
    try {
      return new Look.Seen(read(node, declared, inventory, cluster));
    } catch (ProxmoxException | UncheckedIOException unreadable) {
      return new Look.Unseen(String.valueOf(unreadable.getMessage()));
    }
  }

  private ObservedNetwork read(
      String node, DesiredNetwork.OfNode declared, Inventory inventory, Addresses cluster)
      throws InterruptedException {
    NodeNetwork now = networks.read(node);
    String pending = now.pending();
    StagedStore.Staged staged = pending == null ? null : store.of(node);
    boolean ours = staged != null && staged.is(pending);
    NodeNetwork inUse = ours && staged != null ? staged.before() : now;
    Proxmox proxmox = networks.proxmox();
    NodeNetwork.Dns dns =
        declared.dns() == null
            ? null
            : NodeNetwork.Dns.of(proxmox.call(ApiCall.get("/nodes/" + node + "/dns")));
    HostsFile hosts = declared.hosts().isEmpty() ? null : hosts(proxmox, node);
    GuestBridges bridges =
        TouchedBridges.of(node, declared, inUse).isEmpty()
            ? GuestBridges.none()
            : GuestBridges.of(node, inventory, proxmox);
    NodeFacts facts = facts(node, cluster, bridges);
    var observed =
        new ObservedNetwork(inUse, ours ? null : pending, ours ? pending : null, dns, hosts, facts);
    return NetworkPlanner.applies(node, declared, observed)
        ? observed.withPreflight(preflights.of(node, inventory).lines())
        : observed;
  }

  /**
   * Looks at a node whose interfaces are to change as a whole.
   *
   * @throws ProxmoxException when it can't be read
   */
  ObservedNetwork whole(String node, Inventory inventory) throws InterruptedException {
    NodeNetwork now = networks.read(node);
    var cluster = Addresses.read(networks.proxmox(), endpoints);
    GuestBridges bridges = GuestBridges.of(node, inventory, networks.proxmox());
    NodeFacts facts = facts(node, cluster, bridges);
    return new ObservedNetwork(now, now.pending(), null, null, null, facts)
        .withPreflight(preflights.of(node, inventory).lines());
  }

  private static NodeFacts facts(String node, Addresses cluster, GuestBridges bridges) {
    return new NodeFacts(
        cluster.needed(node),
        cluster.links(node),
        bridges.guests(),
        bridges.tagged(),
        bridges.unseen());
  }

  private static HostsFile hosts(Proxmox proxmox, String node) {
    Json.Obj file = proxmox.call(ApiCall.get("/nodes/" + node + "/hosts")).asObject();
    return new HostsFile(file.text("data", ""), file.text("digest", ""));
  }

  /** Which addresses of the nodes are used for what. */
  private record Addresses(
      SortedMap<String, SortedMap<String, String>> byNode,
      SortedMap<String, SortedSet<String>> corosync,
      SortedSet<String> endpoints) {

    static Addresses read(Proxmox proxmox, SortedSet<String> endpoints) {
      var found = new Addresses(new TreeMap<>(), new TreeMap<>(), endpoints);
      for (Json.Obj one : list(proxmox, "/cluster/status")) {
        if (one.text("type", "").equals("node")) {
          found.put(one.text("name"), one.text("ip"), "the cluster's address of the node");
        }
      }
      for (Json.Obj one : list(proxmox, "/cluster/config/nodes")) {
        for (String key : one.members().keySet()) {
          String node = one.text("name", one.text("node", ""));
          String address = one.text(key, "");
          if (key.matches("ring\\d_addr") && Subnet.address(address) != null) {
            found.put(node, address, "corosync uses it");
            found.corosync.computeIfAbsent(node, _ -> new TreeSet<>()).add(address);
          }
        }
      }
      return found;
    }

    /** A single node may be in no cluster, and not everybody may see its configuration. */
    private static Iterable<Json.Obj> list(Proxmox proxmox, String path) {
      try {
        return proxmox.call(ApiCall.get(path)).objects();
      } catch (ProxmoxException cannotBeSeen) {
        return List.of();
      }
    }

    private void put(@Nullable String node, @Nullable String address, String use) {
      String normal = address == null ? null : Subnet.address(address);
      if (node != null && normal != null) {
        byNode.computeIfAbsent(node, _ -> new TreeMap<>()).putIfAbsent(normal, use);
      }
    }

    SortedMap<String, String> needed(String node) {
      var needed = new TreeMap<>(byNode.getOrDefault(node, new TreeMap<>()));
      endpoints.forEach(one -> needed.put(one, "PIVM connects to it"));
      return needed;
    }

    SortedSet<String> links(String node) {
      return corosync.getOrDefault(node, new TreeSet<>());
    }
  }
}
