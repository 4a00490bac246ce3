package pivm.simulator.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Digests;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;

/** Everything that the cluster knows. Whoever uses it holds the cluster's lock. */
public final class Cluster {

  private final String name;
  private final String authority;
  private final SimulatedTime time;
  private final Dice random;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final TreeMap<Integer, Guest> guests = new TreeMap<>();
  private final Storages storages;
  private final Tasks tasks;
  private final Statistics statistics;
  private final Access access;
  private final Catalogue catalogue = new Catalogue();
  private final TreeMap<String, Pool> pools = new TreeMap<>();
  private final TreeMap<String, HaResource> haResources = new TreeMap<>();
  private final Map<String, Doc> haRules = new LinkedHashMap<>();
  private final TreeMap<String, String> options = new TreeMap<>();
  private final Map<String, Map<String, String>> backupJobs = new TreeMap<>();
  private final List<Runnable> listeners = new ArrayList<>();
  private final Set<String> newerKeys = new TreeSet<>();
  private boolean quorumLost;
  private boolean guestsCooperate = true;
  private long changes = 1;

  public Cluster(String name, SimulatedTime time, long seed) {
    this.name = name;
    this.time = time;
    String made = name + seed + " " + time.millis();
    this.authority = print(Digests.sha1(made) + Digests.sha1("authority of " + made));
    this.random = new Dice(seed);
    this.storages = new Storages(time);
    this.tasks = new Tasks(this);
    this.statistics = new Statistics(this);
    this.access = new Access(this);
  }

  /** What nodes can fetch by name. */
  public Catalogue catalogue() {
    return catalogue;
  }

  public String name() {
    return name;
  }

  /**
   * Config keys of guests that a Proxmox VE newer than the table knows; it takes any text for them.
   */
  public Set<String> newerKeys() {
    return newerKeys;
  }

  /** The fingerprint of the cluster's certificate authority. */
  public String authority() {
    return authority;
  }

  private static String print(String digits) {
    return digits
        .substring(0, 64)
        .toUpperCase(java.util.Locale.ROOT)
        .replaceAll("(..)(?=.)", "$1:");
  }

  public SimulatedTime time() {
    return time;
  }

  public Dice random() {
    return random;
  }

  public Storages storages() {
    return storages;
  }

  public Tasks tasks() {
    return tasks;
  }

  /** What the nodes last told of their guests. */
  public Statistics statistics() {
    return statistics;
  }

  public Access access() {
    return access;
  }

  public Map<String, Pool> pools() {
    return pools;
  }

  public Map<String, HaResource> haResources() {
    return haResources;
  }

  public Map<String, Doc> haRules() {
    return haRules;
  }

  /** The datacenter's options, as in datacenter.cfg. */
  public Map<String, String> options() {
    return options;
  }

  public Map<String, Map<String, String>> backupJobs() {
    return backupJobs;
  }

  public Collection<Node> nodes() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  public Node addNode(String nodeName, int cpus, long memory) {
    int number = nodes.size() + 1;
    String print = Digests.sha1(nodeName + random.uuid()) + Digests.sha1(random.uuid());
    var node =
        new Node(
            nodeName,
            number,
            "10.213.8." + (10 + number),
            cpus,
            memory,
            time.millis() - 1_200_000,
            print(print),
            time::millis);
    nodes.put(nodeName, node);
    return node;
  }

  public @Nullable Node findNode(String nodeName) {
    return nodes.get(nodeName);
  }

  /** The node of that name, which is known to exist. */
  public Node node(String nodeName) {
    var node = nodes.get(nodeName);
    if (node == null) {
      throw ApiError.die("no such cluster node '" + nodeName + "'");
    }
    return node;
  }

  /** Whether more than half of the nodes are online and quorum was not taken away. */
  public boolean isQuorate() {
    long online = nodes.values().stream().filter(Node::isOnline).count();
    return !quorumLost && online * 2 > nodes.size();
  }

  public void loseQuorum(boolean lost) {
    quorumLost = lost;
  }

  /**
   * Refuses without quorum.
   *
   * @throws ApiError as {@code check_cfs_quorum} does
   */
  public void checkQuorum() {
    if (!isQuorate()) {
      throw ApiError.die("cluster not ready - no quorum?");
    }
  }

  /**
   * Refuses to write a file that needs a cluster-wide lock.
   *
   * @throws ApiError without quorum
   */
  public void checkWritable(String prefix, String file) {
    if (!isQuorate()) {
      throw ApiError.die(prefix + "cfs-lock 'file-" + file + "' error: no quorum!");
    }
  }

  /**
   * Refuses to write a guest's configuration.
   *
   * @throws ApiError without quorum
   */
  public void checkWritable(Guest guest) {
    if (!isQuorate()) {
      throw ApiError.die(
          "unable to open file '/etc/pve/"
              + configPath(guest.kind(), guest.node(), guest.vmid())
              + ".tmp."
              + node(guest.node()).nextPid()
              + "' - Permission denied");
    }
  }

  public Collection<Guest> guests() {
    return Collections.unmodifiableCollection(guests.values());
  }

  public @Nullable Guest findGuest(int vmid) {
    return guests.get(vmid);
  }

  /**
   * The guest of that kind and id on that node.
   *
   * @throws ApiError when its configuration file is not there
   */
  public Guest guest(Kind kind, String node, int vmid) {
    var guest = guests.get(vmid);
    if (guest == null || guest.kind() != kind || !guest.node().equals(node)) {
      throw ApiError.die(
          "Configuration file '" + configPath(kind, node, vmid) + "' does not exist");
    }
    return guest;
  }

  static String configPath(Kind kind, String node, int vmid) {
    return "nodes/" + node + "/" + kind.folder() + "/" + vmid + ".conf";
  }

  /** Adds a guest; statistics show it from the next round on. */
  public Guest addGuest(int vmid, GuestConfig config, String node) {
    var guest = new Guest(vmid, config, node);
    guest.cooperative(guestsCooperate);
    guests.put(vmid, guest);
    changed();
    return guest;
  }

  public void removeGuest(Guest guest) {
    guests.remove(guest.vmid());
    pools.values().forEach(pool -> pool.guests().remove(guest.vmid()));
    changed();
  }

  public void moveGuest(Guest guest, String toNode) {
    guest.node(toNode);
    changed();
  }

  /** Whether systems in new guests react to shutdown and to devices being pulled. */
  public void guestsCooperate(boolean on) {
    guestsCooperate = on;
  }

  /**
   * Refuses an id that is in use.
   *
   * @throws ApiError naming where
   */
  public void checkFree(int vmid, String prefix) {
    var guest = guests.get(vmid);
    if (guest != null) {
      throw ApiError.die(
          prefix
              + guest.kind().label()
              + " "
              + vmid
              + " already exists on node '"
              + guest.node()
              + "'");
    }
  }

  /** The pool that an ACL path's guest or storage belongs to. */
  @Nullable String poolOf(String aclPath) {
    for (var entry : pools.entrySet()) {
      if (aclPath.startsWith("/vms/")
          ? entry.getValue().guests().contains(Integer.parseInt(aclPath.substring(5)))
          : entry.getValue().storages().contains(aclPath.substring("/storage/".length()))) {
        return entry.getKey();
      }
    }
    return null;
  }

  public @Nullable HaResource haOf(Guest guest) {
    return haResources.get((guest.kind() == Kind.QEMU ? "vm:" : "ct:") + guest.vmid());
  }

  public String macPrefix() {
    return options.getOrDefault("mac_prefix", "BC:24:11");
  }

  /** Starts a guest's processes. */
  public void startProcess(Guest guest) {
    guest.started(time.millis(), node(guest.node()).nextPid());
    changed();
  }

  /** Gives a running guest a process on its new node, without a new uptime. */
  public void startProcessKeepingTime(Guest guest) {
    guest.pid(node(guest.node()).nextPid());
  }

  /** Notes a change, for those who mirror the state. */
  public void changed() {
    changes++;
    listeners.forEach(Runnable::run);
  }

  /** Grows with each change. */
  public long changes() {
    return changes;
  }

  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public String toString() {
    return name + " with " + nodes.keySet() + " at " + time.now();
  }
}
