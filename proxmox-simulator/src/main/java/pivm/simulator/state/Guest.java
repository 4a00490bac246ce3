package pivm.simulator.state;

import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;

/** A VM or container. */
public final class Guest {
  private final int vmid;
  private final GuestConfig config;
  private String node;
  private long startedMillis = -1;
  private int pid;
  private boolean paused;
  private boolean cooperative = true;
  private @Nullable String fileLock;
  private @Nullable ContainerSystem system;

  Guest(int vmid, GuestConfig config, String node) {
    this.vmid = vmid;
    this.config = config;
    this.node = node;
  }

  public int vmid() {
    return vmid;
  }

  public Kind kind() {
    return config.kind();
  }

  public GuestConfig config() {
    return config;
  }

  /** Where it is now. */
  public String node() {
    return node;
  }

  void node(String name) {
    node = name;
  }

  public String name() {
    return kind() == Kind.QEMU
        ? config.get("name", "VM " + vmid)
        : config.get("hostname", "CT" + vmid);
  }

  public boolean isRunning() {
    return startedMillis >= 0;
  }

  /** When it was started; negative when it does not run. */
  public long startedMillis() {
    return startedMillis;
  }

  /** The system inside a container. */
  public ContainerSystem system() {
    ContainerSystem known = system;
    if (known == null) {
      known = new ContainerSystem(vmid, config.get("ostype", "debian"));
      system = known;
    }
    return known;
  }

  public boolean isPaused() {
    return paused;
  }

  public void paused(boolean on) {
    paused = on;
  }

  public void started(long nowMillis, int newPid) {
    startedMillis = nowMillis;
    pid = newPid;
    paused = false;
    if (system != null) {
      system.started();
    }
  }

  public void stopped() {
    startedMillis = -1;
    pid = 0;
    paused = false;
  }

  public int pid() {
    return pid;
  }

  void pid(int newPid) {
    pid = newPid;
  }

  /** Seconds since its start. */
  public long uptime(long nowMillis) {
    return isRunning() ? (nowMillis - startedMillis) / 1000 : 0;
  }

  /** Whether the system inside reacts to shutdown and to devices being pulled. */
  public boolean isCooperative() {
    return cooperative;
  }

  public void cooperative(boolean on) {
    cooperative = on;
  }

  /** Whether a task holds the lock file. */
  public boolean isFileLocked() {
    return fileLock != null;
  }

  public void lockFile(String holder) {
    fileLock = holder;
  }

  /** Frees the lock file if that task holds it. */
  public void unlockFile(String holder) {
    if (holder.equals(fileLock)) {
      fileLock = null;
    }
  }

  public boolean isTemplate() {
    return config.flag("template");
  }

  public @Nullable String lock() {
    return config.get("lock");
  }

  /**
   * Refuses when the configuration carries a lock.
   *
   * @throws ApiError naming the lock
   */
  public void checkLock() {
    var lock = lock();
    if (lock != null) {
      throw ApiError.die(kind().label() + " is locked (" + lock + ")");
    }
  }

  /**
   * Refuses when the guest is protected.
   *
   * @throws ApiError that starts with the given words
   */
  public void checkProtection(String what) {
    if (config.flag("protection")) {
      throw ApiError.die(what + " - protection mode enabled");
    }
  }

  /** CPUs for display, at most what the node has. */
  public long cpus(int nodeCpus) {
    if (kind() == Kind.LXC) {
      long cores = config.number("cores", config.number("cpulimit", 0));
      return cores == 0 ? nodeCpus : cores;
    }
    long cpus = config.number("sockets", 1) * config.number("cores", 1);
    return config.number("vcpus", Math.min(cpus, nodeCpus));
  }

  /** Assigned memory in bytes. */
  public long memory() {
    var memory = config.get("memory", "512");
    return Long.parseLong(memory.startsWith("current=") ? memory.substring(8) : memory) << 20;
  }

  /** The size of the boot disk or root file system in bytes; 0 when there is none. */
  public long bootDiskSize() {
    if (kind() == Kind.LXC) {
      return Math.max(0, Drive.parse(config.get("rootfs", "none,size=4G")).size());
    }
    var boot = bootDisk();
    return boot == null ? 0 : Drive.parse(config.get(boot, "none")).size();
  }

  /** The key of the first disk in the boot order. */
  public @Nullable String bootDisk() {
    var boot = config.get("boot");
    if (boot == null) {
      return null;
    }
    if (boot.startsWith("order=")) {
      for (String device : boot.substring("order=".length()).split("[;,]")) {
        var value = config.get(device);
        if (Keys.isDrive(Kind.QEMU, device) && value != null && !Drive.parse(value).isCdrom()) {
          return device;
        }
      }
    } else {
      return config.get("bootdisk");
    }
    return null;
  }
}
