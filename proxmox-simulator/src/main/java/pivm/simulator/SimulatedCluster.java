package pivm.simulator;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import pivm.simulator.api.Api;
import pivm.simulator.api.PublishedSchema;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.command.Caller;
import pivm.simulator.command.ClusterFiles;
import pivm.simulator.command.NodeShell;
import pivm.simulator.config.ConfigText;
import pivm.simulator.config.Kind;
import pivm.simulator.state.Access;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.SimulatedTime;
import pivm.simulator.state.Task;
import pivm.simulator.state.User;

/**
 * A simulated Proxmox VE cluster in this process: requests go in, answers come out. The same seed,
 * requests and advances of the clock give the same answers.
 *
 * <p>Safe for use by several threads; one request is answered at a time.
 */
public final class SimulatedCluster {
  private final Cluster cluster;
  private final Api api;
  private final ReentrantLock lock = new ReentrantLock();
  private Interceptor interceptor = (request, answer) -> answer.apply(request);

  /** Stands between a request and its answer, to let things go wrong. */
  @FunctionalInterface
  public interface Interceptor {
    SimResponse handle(SimRequest request, Function<SimRequest, SimResponse> answer);
  }

  private SimulatedCluster(Cluster cluster) {
    this.cluster = cluster;
    this.api = new Api(cluster);
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Answers a request at the cluster's present time. */
  public SimResponse handle(SimRequest request) {
    lock.lock();
    try {
      cluster.time().catchUp();
      return interceptor.handle(request, api::handle);
    } finally {
      lock.unlock();
    }
  }

  /** The script with the API's schema that pveproxy gives to everybody. */
  public String publishedSchema() {
    return with(c -> PublishedSchema.script(c.newerKeys()));
  }

  /** The commands of a node, run as root in this process; waiting for tasks moves the clock. */
  public NodeShell shell(String node) {
    return new NodeShell(new Root(node));
  }

  /** Moves the clock; tasks go on meanwhile. */
  public void advance(Duration duration) {
    lock.lock();
    try {
      cluster.time().advance(duration);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Moves the clock until the task has ended.
   *
   * @return its exit status
   * @throws IllegalArgumentException when there is no such task
   */
  public String await(String upid) {
    lock.lock();
    try {
      Task task = cluster.tasks().find(upid);
      if (task == null) {
        throw new IllegalArgumentException("no such task: " + upid);
      }
      for (var status = task.exitStatus(); ; status = task.exitStatus()) {
        if (status != null) {
          return status;
        }
        if (!cluster.time().step()) {
          throw new IllegalStateException("nothing will end " + upid);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** The cluster's time. */
  public Instant now() {
    lock.lock();
    try {
      cluster.time().catchUp();
      return cluster.time().now();
    } finally {
      lock.unlock();
    }
  }

  /** Looks at, or changes, the state while nothing else does. */
  public <T> T with(Function<Cluster, T> action) {
    lock.lock();
    try {
      return action.apply(cluster);
    } finally {
      lock.unlock();
    }
  }

  /** Changes the state while nothing else does. */
  public void change(Consumer<Cluster> action) {
    lock.lock();
    try {
      action.accept(cluster);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes the cluster's files as {@code /etc/pve} shows them.
   *
   * @return what can bring the folder up to date again, by {@link #refresh}
   */
  public ClusterFiles writeClusterFilesystem(Path folder) {
    var files = new ClusterFiles(folder);
    refresh(files);
    return files;
  }

  /** Brings a folder up to date. */
  public void refresh(ClusterFiles files) {
    change(files::write);
  }

  /** Lets something stand between requests and answers. */
  public void intercept(Interceptor newInterceptor) {
    lock.lock();
    try {
      interceptor = newInterceptor;
    } finally {
      lock.unlock();
    }
  }

  /** Root on a node. */
  private final class Root extends Caller {
    Root(String node) {
      super(node);
    }

    @Override
    protected SimResponse handle(SimRequest request) {
      return SimulatedCluster.this.handle(request);
    }

    @Override
    protected <T> T with(Function<Cluster, T> action) {
      return SimulatedCluster.this.with(state -> {
        state.time().catchUp();
        return action.apply(state);
      });
    }

    @Override
    protected Caller on(String other) {
      return new Root(other);
    }

    @Override
    protected void pause() {
      if (!with(state -> state.time().follows())) {
        change(state -> state.time().step());
        return;
      }
      try {
        Thread.sleep(Duration.ofMillis(20));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Puts a cluster together. */
  public static final class Builder {
    private static final long GIB = 1L << 30;

    private final List<Consumer<Cluster>> steps = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();
    private String name = "lab";
    private long seed = 1;
    private SimulatedTime time = SimulatedTime.manual(Instant.parse("2026-11-24T03:00:00Z"));
    private int cpus = 16;
    private long memory = 64 * GIB;
    private boolean standardStorages = true;

    private Builder() {}

    public Builder name(String clusterName) {
      name = clusterName;
      return this;
    }

    public Builder seed(long newSeed) {
      seed = newSeed;
      return this;
    }

    public Builder time(SimulatedTime newTime) {
      time = newTime;
      return this;
    }

    /** The nodes by name; {@code pve-1} to {@code pve-3} when none are given. */
    public Builder nodes(String... names) {
      nodes.addAll(List.of(names));
      return this;
    }

    public Builder hardware(int cpusEach, long memoryEach) {
      cpus = cpusEach;
      memory = memoryEach;
      return this;
    }

    /** Leaves out the storages that a cluster has otherwise, and their contents. */
    public Builder withoutStandardStorages() {
      standardStorages = false;
      return this;
    }

    /** A storage; the options are those of storage.cfg. */
    public Builder storage(String id, String type, Map<String, String> options, long capacity) {
      steps.add(c -> c.storages().define(id, type, options, capacity));
      return this;
    }

    /** A file on a storage of all nodes, such as {@code vztmpl}, {@code debian-13….tar.zst}. */
    public Builder file(String storage, String content, String file, String format, long size) {
      steps.add(c ->
          c.nodes()
              .forEach(n ->
                  c.storages()
                      .putFile(c.storages().get(storage), n.name(), content, file, format, size)));
      return this;
    }

    /**
     * A guest from the text of its configuration file; volumes that it names are made.
     *
     * @param running whether it runs
     */
    public Builder guest(Kind kind, int vmid, String node, String config, boolean running) {
      steps.add(c -> {
        var guest = c.addGuest(vmid, ConfigText.read(kind, config), node);
        Seeding.makeVolumes(c, guest);
        if (running) {
          c.startProcess(guest);
        }
      });
      return this;
    }

    /**
     * An API token with the rights of its user.
     *
     * @param id {@code user@realm!name}
     */
    public Builder token(String id, String secret) {
      int bang = id.indexOf('!');
      String user = id.substring(0, bang);
      steps.add(c -> {
        var existing = c.access().users().get(user);
        var owner = existing == null ? c.access().addUser(user) : existing;
        owner.tokens().put(id.substring(bang + 1), new User.Token(secret, false, 0, null));
      });
      return this;
    }

    /** A user with a password. */
    public Builder user(String id, String password) {
      steps.add(c -> {
        var existing = c.access().users().get(id);
        (existing == null ? c.access().addUser(id) : existing).password(password);
      });
      return this;
    }

    /** A role for a user, with all below the path. */
    public Builder grant(String path, String user, String role) {
      steps.add(c -> c.access().grant(new Access.Entry(path, "user", user, role, true)));
      return this;
    }

    /** Any other preparation. */
    public Builder with(Consumer<Cluster> step) {
      steps.add(step);
      return this;
    }

    public SimulatedCluster build() {
      var cluster = new Cluster(name, time, seed);
      var names = nodes.isEmpty() ? List.of("pve-1", "pve-2", "pve-3") : nodes;
      for (String node : names) {
        cluster.addNode(node, cpus, memory);
      }
      if (standardStorages) {
        Seeding.standardStorages(cluster);
      }
      steps.forEach(step -> step.accept(cluster));
      cluster.statistics().tell();
      return new SimulatedCluster(cluster);
    }
  }

  /** Options for {@link Builder#storage}. */
  public static Map<String, String> options(String... pairs) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      options.put(pairs[i], pairs[i + 1]);
    }
    return options;
  }
}
