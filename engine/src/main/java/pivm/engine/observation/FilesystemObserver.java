package pivm.engine.observation;

import java.nio.file.Path;
import java.time.Instant;
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
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Needs;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.GuestConfigFile;
import pivm.proxmox.files.ClusterFilesystem;
import pivm.proxmox.files.StatusFile;

/**
 * Reads the cluster file system, without a single API call. Without its status files, power and
 * usage are unknown.
 */
final class FilesystemObserver implements Observer {
  private static final String NOT_IN_FILES = "the cluster file system does not hold it";

  private final ClusterFilesystem files;

  FilesystemObserver(Path root) {
    this.files = new ClusterFilesystem(root);
  }

  @Override
  public Inventory observe(ObservationRequest request) {
    var reading = new FilesystemReading(files);
    SortedMap<String, Node> nodes = reading.nodes();
    SortedMap<Integer, String> pools = reading.poolOfGuests();
    SortedMap<String, HaResource> ha = reading.ha();
    var guests = new TreeMap<Integer, ObservedGuest>();
    for (ClusterFilesystem.GuestFile file : files.guestFiles()) {
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
      ClusterFilesystem.GuestFile file,
      StatusFile status,
      SortedMap<String, Node> nodes,
      ObservationRequest request,
      SortedMap<Integer, String> pools,
      SortedMap<String, HaResource> ha) {
    Location location = location(file);
    ObservedGuest listed = listed(location, status, nodes, pools, ha);
    boolean wanted = request.wants(location.vmid());
    if (!wanted && !listed.name().isEmpty()) {
      return listed;
    }
    GuestConfigFile config = read(file);
    if (config == null) {
      return null;
    }
    ObservedGuest guest = GuestFacts.with(listed, config.config());
    return wanted ? guest : guest.withConfig(null);
  }

  private static @Nullable GuestConfigFile read(ClusterFilesystem.GuestFile file) {
    ClusterFilesystem.Guest guest = ClusterFilesystem.guest(file);
    return guest == null ? null : guest.config();
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
    StatusFile.GuestStatus told = status.guest(vmid);
    String name = told == null ? null : told.name();
    String power = told == null ? null : told.power();
    return new ObservedGuest(
        location.type(),
        vmid,
        name == null ? "" : name,
        location.node(),
        visible && power != null ? ResourceReading.power(power, null) : PowerState.UNKNOWN,
        told != null && told.template(),
        null,
        told == null ? 0 : orNone(told.memoryMax()),
        told == null ? 0 : orNone(told.memoryUsed()),
        told == null ? 0 : orNone(told.uptime()),
        pools.get(vmid),
        new TreeSet<>(),
        ha.get(location.serviceId()),
        null,
        null);
  }

  private static long orNone(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static Location location(ClusterFilesystem.GuestFile file) {
    return new Location(file.type(), file.vmid(), file.node());
  }

  private static List<Snapshot> snapshots(GuestConfigFile file) {
    List<Snapshot> snapshots = new ArrayList<>();
    file.snapshots().forEach((name, section) -> snapshots.add(snapshot(name, file.shown(section))));
    return snapshots;
  }

  private static Snapshot snapshot(String name, SortedMap<String, String> values) {
    String time = values.get("snaptime");
    return new Snapshot(
        name,
        time == null ? null : Instant.ofEpochSecond(Long.parseLong(time)),
        values.getOrDefault("description", ""),
        values.get("parent"),
        values.containsKey("vmstate"),
        values.get("snapstate"));
  }

  @Override
  public Inventory details(Inventory inventory, Needs needs) {
    var guests = new TreeMap<>(inventory.guests());
    for (int vmid : needs.snapshots()) {
      ClusterFilesystem.GuestFile file = files.guestFile(vmid);
      GuestConfigFile config = file == null ? null : read(file);
      if (config != null) {
        guests.computeIfPresent(vmid, (_, guest) -> guest.withSnapshots(snapshots(config)));
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

  /** What the cluster's log tells of the last tasks. */
  RecentTasks recentTasks() {
    return RecentTasks.logged(files.log());
  }

  @Override
  public @Nullable Location locate(int vmid) {
    ClusterFilesystem.GuestFile file = files.guestFile(vmid);
    return file == null ? null : location(file);
  }

  @Override
  public @Nullable ObservedGuest guest(int vmid) {
    ClusterFilesystem.GuestFile file = files.guestFile(vmid);
    GuestConfigFile config = file == null ? null : read(file);
    if (file == null || config == null) {
      return null;
    }
    var reading = new FilesystemReading(files);
    GuestConfig seen = config.config();
    return GuestFacts.with(
        listed(
            location(file),
            reading.status(),
            reading.nodes(),
            reading.poolOfGuests(),
            reading.ha()),
        seen);
  }
}
