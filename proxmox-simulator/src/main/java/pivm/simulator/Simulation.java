package pivm.simulator;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.simulator.api.PublishedSchema;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.command.Caller;
import pivm.simulator.command.ClusterFiles;
import pivm.simulator.command.CommandServer;
import pivm.simulator.command.NodeShell;
import pivm.simulator.config.Kind;
import pivm.simulator.http.SimulatorServer;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Node;
import pivm.simulator.state.SimulatedTime;

/** A simulated cluster that runs in the machine's time and listens for HTTPS. */
public final class Simulation implements AutoCloseable {
  private static final String TOKEN = "root@pam!pivm";
  private static final Duration TICK = Duration.ofMillis(100);

  private final SimulatedCluster cluster;
  private final SimulatorServer server;
  private final String secret;
  private final Thread ticker;

  /**
   * What to simulate.
   *
   * @param host address to listen on
   * @param port 0 for any free one
   * @param nodes how many nodes, named {@code pve-1}, {@code pve-2}, …
   * @param guests how many guests there are from the start, VMs and containers in turn
   * @param seed decides everything random
   * @param speed simulated seconds in a real one
   * @param refusalDelay how long a 401 takes; three seconds on a real Proxmox VE
   */
  public record Options(
      String host,
      int port,
      int nodes,
      int guests,
      long seed,
      double speed,
      Duration refusalDelay) {

    /** Three nodes with a few guests on a free port of this machine, in real time. */
    public static Options standard() {
      return new Options("127.0.0.1", 0, 3, 6, 1, 1, Duration.ZERO);
    }

    public Options withSpeed(double newSpeed) {
      return new Options(host, port, nodes, guests, seed, newSpeed, refusalDelay);
    }

    public Options withGuests(int number) {
      return new Options(host, port, nodes, number, seed, speed, refusalDelay);
    }

    public Options withNodes(int number) {
      return new Options(host, port, number, guests, seed, speed, refusalDelay);
    }

    public Options withSeed(long newSeed) {
      return new Options(host, port, nodes, guests, newSeed, speed, refusalDelay);
    }

    public Options withAddress(String newHost, int newPort) {
      return new Options(newHost, newPort, nodes, guests, seed, speed, refusalDelay);
    }
  }

  private @Nullable CommandServer commands;
  private @Nullable ClusterFiles files;

  private Simulation(SimulatedCluster cluster, SimulatorServer server, String secret) {
    this.cluster = cluster;
    this.server = server;
    this.secret = secret;
    this.ticker = Thread.ofVirtual().name("simulator-clock").start(this::tick);
  }

  /**
   * Starts a simulation.
   *
   * @throws IOException when the address cannot be used
   */
  public static Simulation start(Options options) throws IOException {
    var names = new String[options.nodes()];
    for (int i = 0; i < names.length; i++) {
      names[i] = "pve-" + (i + 1);
    }
    var start = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    var secret = new java.util.UUID(0x5157_4d00_0000_4000L, options.seed()).toString();
    var builder =
        SimulatedCluster.builder()
            .name("simulated")
            .seed(options.seed())
            .time(SimulatedTime.following(start, options.speed()))
            .nodes(names)
            .hardware(16, 64L << 30)
            .token(TOKEN, secret)
            .user("root@pam", "simulated");
    for (int i = 0; i < options.guests(); i++) {
      guest(builder, 100 + i, names[i % names.length], i);
    }
    var cluster = builder.build();
    var server =
        SimulatorServer.start(
            new SimulatorServer.Options(
                options.host(), options.port(), true, options.refusalDelay()),
            cluster::handle,
            Map.of(PublishedSchema.PATH, cluster::publishedSchema));
    return new Simulation(cluster, server, secret);
  }

  private static void guest(SimulatedCluster.Builder builder, int vmid, String node, int number) {
    boolean running = number % 3 != 2;
    if (number % 2 == 0) {
      builder.guest(
          Kind.LXC,
          vmid,
          node,
          String.format(
              "arch: amd64%ncores: 1%nhostname: ct%d%nmemory: 512%n"
                  + "net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:%02X:%02X:01,ip=dhcp,type=veth%n"
                  + "ostype: debian%nrootfs: local-lvm:vm-%d-disk-0,size=8G%nswap: 512%n"
                  + "unprivileged: 1%n",
              vmid, (vmid >> 8) & 0xff, vmid & 0xff, vmid),
          running);
    } else {
      builder.guest(
          Kind.QEMU,
          vmid,
          node,
          String.format(
              "boot: order=scsi0;net0%ncores: 2%nmemory: 2048%n"
                  + "meta: creation-qemu=10.0.13,ctime=1795490407%nname: vm%d%n"
                  + "net0: virtio=BC:24:11:%02X:%02X:02,bridge=vmbr0%nostype: l26%n"
                  + "scsi0: local-lvm:vm-%d-disk-0,size=32G%nscsihw: virtio-scsi-single%n"
                  + "smbios1: uuid=6f11ac5d-d703-4742-8260-%012x%n",
              vmid, (vmid >> 8) & 0xff, vmid & 0xff, vmid, vmid),
          running);
    }
  }

  private void tick() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        cluster.now();
        mirror();
        Thread.sleep(TICK);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void mirror() {
    if (files != null) {
      cluster.refresh(files);
    }
  }

  /**
   * Puts stand-ins for {@code qm}, {@code pct}, {@code pvesh}, {@code pvesm}, {@code pvecm} and
   * {@code vzdump} into a folder; they act on the first node as root.
   *
   * @return the folder
   * @throws IOException when it cannot be written
   */
  public synchronized Path commands(Path folder) throws IOException {
    if (commands == null) {
      commands = CommandServer.start(folder, shell());
    }
    return commands.folder();
  }

  /** The commands of the first node, run as root in this process. */
  public NodeShell shell() {
    return shell(nodeNames().getFirst());
  }

  /** The commands of a node, run as root in this process. */
  public NodeShell shell(String node) {
    return new NodeShell(new RootShell(node));
  }

  /**
   * Shows the cluster's files in a folder as {@code /etc/pve} does, and keeps them up to date.
   *
   * @return the folder
   */
  public synchronized Path clusterFilesystem(Path folder) {
    if (files == null) {
      files = cluster.writeClusterFilesystem(folder);
    }
    return files.root();
  }

  /** Root on a node, where files are never behind what was answered. */
  private final class RootShell extends Caller {
    RootShell(String node) {
      super(node);
    }

    @Override
    protected Caller on(String other) {
      return new RootShell(other);
    }

    @Override
    protected <T> T with(Function<Cluster, T> action) {
      return cluster.with(state -> {
        state.time().catchUp();
        return action.apply(state);
      });
    }

    @Override
    protected SimResponse handle(SimRequest request) {
      var answer = cluster.handle(request);
      mirror();
      return answer;
    }

    @Override
    protected void pause() {
      try {
        Thread.sleep(Duration.ofMillis(20));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The cluster behind it, for faults and looks inside. */
  public SimulatedCluster cluster() {
    return cluster;
  }

  /** The address of the API, without path: {@code https://127.0.0.1:8006}. */
  public String endpoint() {
    return server.endpoint();
  }

  /** {@code user@realm!name=secret} of a token that may do everything a token may. */
  public String token() {
    return TOKEN + "=" + secret;
  }

  /** SHA-256 of the certificate in Proxmox's form. */
  public String fingerprint() {
    return server.fingerprint();
  }

  public List<String> nodeNames() {
    return cluster.with(c -> c.nodes().stream().map(Node::name).toList());
  }

  @Override
  public synchronized void close() {
    ticker.interrupt();
    server.close();
    try {
      if (commands != null) {
        commands.close();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the commands' socket cannot be removed", e);
    }
  }
}
