package pivm.engine.observation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Needs;
import pivm.proxmox.config.GuestConfig;

/**
 * Reads the cluster file system, without a single API call. Without its status files, power and
 * usage are unknown.
 */
final class FilesystemObserver implements Observer {
  private static final String NOT_IN_FILES = "the cluster file system does not hold it";

  private final ClusterFiles files;

  FilesystemObserver(Path root) {
    this.files = new ClusterFiles(root);
  }

  @Override
  public Inventory observe(ObservationRequest request) {
    var reading = new FilesystemReading(files);
    SortedMap<String, Node> nodes = reading.nodes();
    SortedMap<Integer, String> pools = reading.poolOfGuests();
    SortedMap<String, HaResource> ha = reading.ha();
    var guests = new TreeMap<Integer, ObservedGuest>();
    for (ClusterFiles.GuestFile file : files.guests()) {
      ObservedGuest guest = guest(file, reading.status(), nodes, request, pools, ha);
      if (guest != null) {
        guests.put(guest.vmid(), guest);
      }
    }
    return new Inventory(
        reading.cluster(new TreeSet<>(guests.keySet())),
        nodes,
        guests,
        reading.storages(nodes),
        Rights.all(),
        unknown(nodes, reading.status()));
  }

  private static List<Unknown> unknown(SortedMap<String, Node> nodes, StatusFile status) {
    List<Unknown> unknown = new ArrayList<>();
    for (Node node : nodes.values()) {
      if (!node.online()) {
        unknown.add(
            new Unknown("node " + node.name(), "offline; what its guests do can't be seen"));
      }
    }
    if (status.isEmpty()) {
      unknown.add(
          new Unknown(
              "power of guests, memory and storage use",
              "there is no status file (.rrd) in this copy of the cluster file system"));
    }
    return unknown;
  }

  /** A guest, without its configuration when neither asked for nor needed; null when it is gone. */
  private static @Nullable ObservedGuest guest(
      ClusterFiles.GuestFile file,
      StatusFile status,
      SortedMap<String, Node> nodes,
      ObservationRequest request,
      SortedMap<Integer, String> pools,
      SortedMap<String, HaResource> ha) {
    Location location = file.location();
    ObservedGuest listed = listed(location, status, nodes, pools, ha);
    boolean wanted = request.wants(location.vmid());
    if (!wanted && !listed.name().isEmpty()) {
      return listed;
    }
    ConfigFile config = read(file);
    if (config == null) {
      return null;
    }
    ObservedGuest guest = GuestFacts.with(listed, config.config());
    return wanted ? guest : guest.withConfig(null);
  }

  private static @Nullable ConfigFile read(ClusterFiles.GuestFile file) {
    byte[] content = ClusterFiles.bytes(file.path());
    return content == null ? null : ConfigFile.read(file.location().type(), content);
  }

  private static ObservedGuest listed(
      Location location,
      StatusFile status,
      SortedMap<String, Node> nodes,
      SortedMap<Integer, String> pools,
      SortedMap<String, HaResource> ha) {
    int vmid = location.vmid();
    Node node = nodes.get(location.node());
    boolean visible = node != null && node.online();
    String name = status.guest(vmid, 1);
    String power = status.guest(vmid, 2);
    return new ObservedGuest(
        location.type(),
        vmid,
        name == null ? "" : name,
        location.node(),
        visible && power != null ? ResourceReading.power(power, null) : PowerState.UNKNOWN,
        "1".equals(status.guest(vmid, 3)),
        null,
        number(status.guest(vmid, 7)),
        number(status.guest(vmid, 8)),
        number(status.guest(vmid, 0)),
        pools.get(vmid),
        new TreeSet<>(),
        ha.get(location.serviceId()),
        null,
        null);
  }

  private static long number(@Nullable String field) {
    Long value = StatusFile.number(field);
    return value == null ? 0 : value;
  }

  @Override
  public Inventory details(Inventory inventory, Needs needs) {
    var guests = new TreeMap<>(inventory.guests());
    for (int vmid : needs.snapshots()) {
      ClusterFiles.GuestFile file = files.guest(vmid);
      ConfigFile config = file == null ? null : read(file);
      if (config != null) {
        guests.computeIfPresent(vmid, (_, guest) -> guest.withSnapshots(config.snapshots()));
      }
    }
    List<Unknown> unknown = new ArrayList<>(inventory.unknown());
    needs
        .volumes()
        .forEach((node, storages) ->
            storages.forEach(
                id -> unknown.add(new Unknown("storage " + id + " on " + node, NOT_IN_FILES))));
    needs.nodes().forEach(node -> unknown.add(new Unknown("bridges of " + node, NOT_IN_FILES)));
    return new Inventory(
        inventory.cluster(),
        inventory.nodes(),
        guests,
        inventory.storages(),
        inventory.rights(),
        unknown.stream().distinct().toList());
  }

  @Override
  public @Nullable Location locate(int vmid) {
    ClusterFiles.GuestFile file = files.guest(vmid);
    return file == null ? null : file.location();
  }

  @Override
  public @Nullable ObservedGuest guest(int vmid) {
    ClusterFiles.GuestFile file = files.guest(vmid);
    ConfigFile config = file == null ? null : read(file);
    if (file == null || config == null) {
      return null;
    }
    var reading = new FilesystemReading(files);
    GuestConfig seen = config.config();
    return GuestFacts.with(
        listed(
            file.location(),
            reading.status(),
            reading.nodes(),
            reading.poolOfGuests(),
            reading.ha()),
        seen);
  }
}
