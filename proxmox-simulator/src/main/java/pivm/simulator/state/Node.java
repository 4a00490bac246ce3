package pivm.simulator.state;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;

/** A node of the cluster. */
public final class Node {
  private final String name;
  private final int number;
  private final String address;
  private final int cpus;
  private final long memory;
  private long bootedMillis;
  private final String fingerprint;
  private final NodeNetwork network;
  private final Map<String, String> dns = new LinkedHashMap<>();
  private final Set<String> failedServices = ConcurrentHashMap.newKeySet();
  private final Set<String> kernels = ConcurrentHashMap.newKeySet();
  private final LongSupplier clock;
  private long offlineSince;
  private boolean online = true;
  private @Nullable String unreachable;
  private boolean lost;
  private boolean kvm = true;
  private int lastPid = 1000;
  private int boots = 1;
  private boolean maintenance;
  private final ContainerSystem system = new ContainerSystem(0, "debian");

  Node(
      String name,
      int number,
      String address,
      int cpus,
      long memory,
      long bootedMillis,
      String fingerprint,
      LongSupplier clock) {
    this.clock = clock;
    kernels.add(RUNNING_KERNEL);
    this.name = name;
    this.number = number;
    this.address = address;
    this.cpus = cpus;
    this.memory = memory;
    this.bootedMillis = bootedMillis;
    this.fingerprint = fingerprint;
    network = new NodeNetwork(name, address);
    dns.put("search", "lab.example");
    dns.put("dns1", "10.213.7.1");
  }

  /** The release of the kernel that runs. */
  public static final String RUNNING_KERNEL = "6.17.2-1-pve";

  public String name() {
    return name;
  }

  /** Corosync's number of the node. */
  public int number() {
    return number;
  }

  public String address() {
    return address;
  }

  public int cpus() {
    return cpus;
  }

  /** In bytes. */
  public long memory() {
    return memory;
  }

  public String fingerprint() {
    return fingerprint;
  }

  /** The system that it is. */
  public ContainerSystem system() {
    return system;
  }

  public long bootedMillis() {
    return bootedMillis;
  }

  /** How often it has been started. */
  public int boots() {
    return boots;
  }

  /** It has started again. */
  public void booted(long nowMillis) {
    bootedMillis = nowMillis;
    boots++;
    system.started();
    online(true);
    unreachable(null);
  }

  /** Whether HA keeps its services away from it. */
  public boolean inMaintenance() {
    return maintenance;
  }

  public void maintenance(boolean on) {
    maintenance = on;
  }

  /** Whether corosync sees the node. */
  public boolean isOnline() {
    return online;
  }

  public void online(boolean on) {
    if (online && !on) {
      offlineSince = clock.getAsLong();
    }
    online = on;
  }

  /** Whether what the node last told is still believed: for five minutes after it went offline. */
  public boolean isFresh() {
    return online || clock.getAsLong() - offlineSince < 300_000;
  }

  /** Why other nodes cannot pass calls to this one; null when they can. */
  public @Nullable String unreachable() {
    return unreachable;
  }

  /**
   * Makes the node's API unreachable, or reachable again.
   *
   * @param reason as in {@code 595 No route to host}; null to end it
   */
  public void unreachable(@Nullable String reason) {
    unreachable = reason;
  }

  public boolean hasKvm() {
    return kvm;
  }

  public void kvm(boolean on) {
    kvm = on;
  }

  /** The services that systemd calls failed; to be changed by whoever wants them so. */
  public Set<String> failedServices() {
    return failedServices;
  }

  /** The kernels that are installed, the running one too; a newer one waits for a reboot. */
  public Set<String> kernels() {
    return kernels;
  }

  /** Its interfaces file and what belongs to it. */
  public NodeNetwork network() {
    return network;
  }

  /**
   * Has the interfaces file in use. A node whose own address then leads nowhere is out of reach.
   *
   * @throws ApiError when the reload was told to fail
   */
  public void reloadNetwork() {
    boolean placed = lost || network.answersAt(address);
    try {
      network.reload();
    } finally {
      boolean there = network.answersAt(address);
      if (placed && there == lost) {
        lost = !there;
        unreachable = there ? null : "No route to host";
        online(there);
      }
    }
  }

  /** Network interfaces in effect, by name, each with its settings. */
  public Map<String, Doc> interfaces() {
    return network.inUse().interfaces();
  }

  public Map<String, String> dns() {
    return dns;
  }

  /** Seconds since the node booted. */
  public long uptime(long nowMillis) {
    return Math.max(0, (nowMillis - bootedMillis) / 1000);
  }

  int nextPid() {
    lastPid += 3;
    return lastPid;
  }

  /** Clock ticks since boot, as in UPIDs. */
  long ticks(long nowMillis) {
    return Math.max(0, (nowMillis - bootedMillis) / 10);
  }
}
