package pivm.simulator.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import pivm.simulator.api.SimRequest;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Node;

/** What others do to a cluster: people, backups, the HA manager, hardware. */
public final class Mischief {
  private static final Duration BACKUP = Duration.ofSeconds(40);

  private Mischief() {}

  /** A backup locks the guest for a while. */
  public static Fault backupLocks(int vmid) {
    return new Fault.Change("a backup locks " + vmid, c -> withGuest(c, vmid, g -> lock(c, g)));
  }

  private static void lock(Cluster cluster, Guest guest) {
    if (guest.lock() == null) {
      guest.config().put("lock", "backup");
      cluster.changed();
      cluster
          .time()
          .after(
              BACKUP,
              () -> {
                if ("backup".equals(guest.lock())) {
                  guest.config().remove("lock");
                  cluster.changed();
                }
              });
    }
  }

  /** Somebody edits the guest's description. */
  public static Fault edits(int vmid, String key, String value) {
    return new Fault.Change(
        "somebody sets " + key + " of " + vmid,
        c ->
            withGuest(
                c,
                vmid,
                g -> {
                  g.config().put(key, value);
                  c.changed();
                }));
  }

  /** The guest turns up on another node, without its local disks if it has any. */
  public static Fault moves(int vmid, String node) {
    return new Fault.Change(
        vmid + " moves to " + node,
        c ->
            withGuest(
                c,
                vmid,
                g -> {
                  if (g.lock() == null && !g.isFileLocked() && usesSharedStorage(c, g)) {
                    c.moveGuest(g, node);
                  }
                }));
  }

  private static boolean usesSharedStorage(Cluster cluster, Guest guest) {
    return cluster.storages().ownedBy(guest.node(), guest.vmid()).stream()
        .allMatch(v -> cluster.storages().get(v.id().substring(0, v.id().indexOf(':'))).isShared());
  }

  /** Somebody destroys the guest. */
  public static Fault destroys(int vmid) {
    return new Fault.Change("somebody destroys " + vmid, c -> withGuest(c, vmid, c::removeGuest));
  }

  /** The node fails; it comes back after the given time. */
  public static Fault nodeFails(String node, Duration length) {
    return new Fault.Change(
        node + " fails",
        c -> {
          var lost = c.node(node);
          lost.online(false);
          c.changed();
          c.time()
              .after(
                  length,
                  () -> {
                    lost.online(true);
                    c.changed();
                  });
        });
  }

  /** The node's API cannot be reached by the others for the given time. */
  public static Fault nodeUnreachable(String node, Duration length) {
    return new Fault.Change(
        node + " cannot be reached",
        c -> {
          var lost = c.node(node);
          lost.unreachable("No route to host");
          c.time().after(length, () -> lost.unreachable(null));
        });
  }

  /** The cluster is without quorum for the given time. */
  public static Fault quorumLost(Duration length) {
    return new Fault.Change(
        "quorum is lost",
        c -> {
          c.loseQuorum(true);
          c.time().after(length, () -> c.loseQuorum(false));
        });
  }

  /** A storage is full for the given time. */
  public static Fault storageFull(String storage, String node, Duration length) {
    return new Fault.Change(
        storage + " is full",
        c -> {
          var space = c.storages().get(storage).space(node);
          space.full(true);
          c.time().after(length, () -> space.full(false));
        });
  }

  private static void withGuest(
      Cluster cluster, int vmid, java.util.function.Consumer<Guest> action) {
    var guest = cluster.findGuest(vmid);
    if (guest != null) {
      action.accept(guest);
    }
  }

  /** Any fault that can strike this request. */
  static Fault random(Random random, Cluster cluster, SimRequest request) {
    List<Fault> choices = new ArrayList<>();
    if (request.isWrite()) {
      choices.add(new Fault.LoseAnswer());
    }
    choices.add(new Fault.LoseRequest());
    choices.add(new Fault.Answer(595, "Connection timed out"));
    choices.add(new Fault.AnswerAfterEffect(596, "Broken pipe"));
    choices.add(new Fault.AnswerAfterEffect(599, "Too many redirections"));
    choices.add(new Fault.Answer(503, "Service Unavailable"));
    choices.add(new Fault.SlowTask(2 + random.nextInt(20)));
    choices.add(
        new Fault.FailTask("command 'simulated' failed: exit code " + random.nextInt(1, 5)));
    var guests = List.copyOf(cluster.guests());
    var nodes = List.copyOf(cluster.nodes());
    var node = nodes.get(random.nextInt(nodes.size())).name();
    var length = Duration.ofSeconds(random.nextInt(1, 60));
    if (!guests.isEmpty()) {
      int vmid = guests.get(random.nextInt(guests.size())).vmid();
      choices.add(backupLocks(vmid));
      choices.add(edits(vmid, "description", "edited " + random.nextInt(1000)));
      choices.add(moves(vmid, node));
    }
    if (nodes.size() > 2) {
      choices.add(nodeFails(last(nodes), length));
      choices.add(nodeUnreachable(last(nodes), length));
    }
    choices.add(quorumLost(length));
    var storages = List.copyOf(cluster.storages().all());
    if (!storages.isEmpty()) {
      var storage = storages.get(random.nextInt(storages.size()));
      choices.add(storageFull(storage.id(), node, length));
    }
    return choices.get(random.nextInt(choices.size()));
  }

  /** Never the first node: it is the one that is asked. */
  private static String last(List<Node> nodes) {
    return nodes.getLast().name();
  }
}
