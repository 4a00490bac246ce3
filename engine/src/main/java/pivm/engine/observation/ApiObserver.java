package pivm.engine.observation;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Counted;
import pivm.engine.plan.Needs;
import pivm.proxmox.Proxmox;

/**
 * Reads over the API: one call for each {@link Question} about the whole, then one for each guest
 * whose configuration is wanted. Nodes are never asked one by one, so that an offline one delays
 * nothing.
 */
final class ApiObserver implements Observer {
  private final Proxmox proxmox;
  private final boolean root;

  ApiObserver(Proxmox proxmox, boolean root) {
    this.proxmox = proxmox;
    this.root = root;
  }

  @Override
  public Inventory observe(ObservationRequest request) {
    Answers answers = Answers.from(proxmox);
    var reading = new ClusterReading(answers);
    var resources = new ResourceReading(answers.rows(Question.RESOURCES));
    SortedMap<String, Node> nodes = resources.nodes(reading.online());
    SortedMap<String, HaResource> ha = reading.ha();
    SortedMap<Integer, ObservedGuest> guests = resources.guests(nodes, ha);
    List<Unknown> unknown = new ArrayList<>(answers.unknown());
    unknown.addAll(offline(nodes, guests));
    List<ObservedGuest> wanted =
        guests.values().stream().filter(guest -> request.wants(guest.vmid())).toList();
    new GuestReader(proxmox, nodes, ha, request.everyConfig()).read(wanted, guests, unknown);
    Rights rights = root ? Rights.all() : rights(answers);
    Inventory seen =
        new Inventory(
            reading.cluster(new TreeSet<>(guests.keySet()), rights),
            nodes,
            guests,
            resources.storages(answers.rows(Question.STORAGES), nodes),
            rights,
            unknown);
    return details(seen, Needs.power(inDoubt(recent(answers, rights), seen, request)));
  }

  private static RecentTasks recent(Answers answers, Rights rights) {
    return rights.has("/", "Sys.Audit") && answers.get(Question.TASKS) != null
        ? RecentTasks.listed(answers.rows(Question.TASKS))
        : RecentTasks.unseen();
  }

  /** The wanted guests whose power is to be asked for, as what is listed may be overtaken. */
  static SortedSet<Integer> inDoubt(
      RecentTasks recent, Inventory inventory, ObservationRequest request) {
    var doubtful = new TreeSet<Integer>();
    for (ObservedGuest guest : inventory.guests().values()) {
      if (request.wants(guest.vmid())
          && inventory.online(guest.node())
          && guest.config() != null
          && recent.concern(guest)) {
        doubtful.add(guest.vmid());
      }
    }
    return doubtful;
  }

  private static Rights rights(Answers answers) {
    return ClusterReading.rights(answers.object(Question.PERMISSIONS));
  }

  private static List<Unknown> offline(
      SortedMap<String, Node> nodes, SortedMap<Integer, ObservedGuest> guests) {
    List<Unknown> unknown = new ArrayList<>();
    for (Node node : nodes.values()) {
      if (!node.online()) {
        long count = guests.values().stream().filter(g -> g.node().equals(node.name())).count();
        unknown.add(
            new Unknown(
                "node " + node.name(),
                "offline; " + Counted.of(count, "guest") + " can't be seen"));
      }
    }
    return unknown;
  }

  @Override
  public Inventory details(Inventory inventory, Needs needs) {
    return needs.isEmpty() ? inventory : new Details(proxmox, inventory).with(needs);
  }

  @Override
  public @Nullable Location locate(int vmid) {
    return new Guests(proxmox).locate(vmid);
  }

  @Override
  public @Nullable ObservedGuest guest(int vmid) {
    return new Guests(proxmox).guest(vmid);
  }

  @Override
  public @Nullable ObservedGuest guest(Location expected) {
    return new Guests(proxmox).guest(expected);
  }
}
