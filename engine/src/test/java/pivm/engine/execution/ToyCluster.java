package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Time;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/**
 * A cluster in a few lines, in its own time: enough of Proxmox's behaviour (tasks that work later,
 * locks, digests, guests that move) for thousands of fault schedules a second. {@link ToyApi}
 * answers its calls.
 */
final class ToyCluster implements Time {
  final SortedMap<Integer, ToyGuest> guests = new TreeMap<>();
  final SortedMap<String, Integer> volumes = new TreeMap<>();
  final Set<String> offline = new TreeSet<>();
  final List<ToyTask> tasks = new ArrayList<>();

  /** What has taken effect: {@code reboot 210}. */
  final List<String> effects = new ArrayList<>();

  private final ToyApi api = new ToyApi(this);
  private long now = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private int tasksMade;

  /** A stopped container on node a. */
  ToyGuest lxc(int vmid) {
    return add(GuestType.LXC, vmid, "a", "ct-" + vmid);
  }

  ToyGuest add(GuestType type, int vmid, String node, String name) {
    var guest = new ToyGuest(type, vmid, node);
    guest.values.put(type == GuestType.QEMU ? "name" : "hostname", name);
    guest.values.put("memory", "512");
    allocate(guest);
    guest.values.put(type == GuestType.QEMU ? "scsi0" : "rootfs", guest.volume + ",size=8G");
    guests.put(vmid, guest);
    return guest;
  }

  /** A volume of a name that is free. */
  void allocate(ToyGuest guest) {
    int number = 0;
    while (volumes.containsKey("store:vm-" + guest.vmid + "-disk-" + number)) {
      number++;
    }
    guest.volume = "store:vm-" + guest.vmid + "-disk-" + number;
    volumes.put(guest.volume, guest.vmid);
  }

  /** A way in for one user. */
  Proxmox as(String user, ToyFaults faults) {
    return new Proxmox() {
      @Override
      public Answer answer(ApiCall call) {
        faults.arriving();
        synchronized (ToyCluster.this) {
          passTime(Duration.ofMillis(10));
          faults.before(ToyCluster.this, call);
          Json data = api.handle(call, user, faults);
          if (!call.isRead()) {
            faults.after(ToyCluster.this, call);
          }
          return new Answer(Json.object().put("data", data).build());
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public synchronized Instant now() {
    return Instant.ofEpochMilli(now);
  }

  @Override
  public synchronized void sleep(Duration duration) {
    passTime(duration);
  }

  synchronized void passTime(Duration duration) {
    long until = now + duration.toMillis();
    while (true) {
      ToyTask next =
          tasks.stream()
              .filter(task -> !task.ended() && task.endMillis <= until)
              .min(Comparator.comparingLong((ToyTask task) -> task.endMillis))
              .orElse(null);
      if (next == null) {
        now = until;
        return;
      }
      now = Math.max(now, next.endMillis);
      next.end();
    }
  }

  /** Lets all running tasks end. */
  synchronized void settleDown() {
    while (tasks.stream().anyMatch(task -> !task.ended())) {
      passTime(Duration.ofSeconds(10));
    }
  }

  Json task(
      String node,
      String type,
      String id,
      String user,
      ToyFaults.Fate fate,
      List<String> log,
      Supplier<String> work) {
    String upid =
        String.format(
            "UPID:%s:%08X:%08X:%08X:%s:%s:%s:", node, ++tasksMade, 1, now / 1000, type, id, user);
    if (Upid.parse(upid) == null) {
      throw new IllegalStateException(upid);
    }
    long took = (long) (ToyFaults.taskTime(type).toMillis() * fate.slowness());
    tasks.add(new ToyTask(upid, node, type, id, user, now, now + took, log, work));
    return Json.of(upid);
  }

  boolean working(int vmid) {
    return tasks.stream().anyMatch(task -> !task.ended() && task.id.equals(Integer.toString(vmid)));
  }

  @Nullable ToyTask find(String upid) {
    return tasks.stream().filter(task -> task.upid.equals(upid)).findFirst().orElse(null);
  }

  /** A person, HA or the load balancer moves a guest, if it can be moved now. */
  synchronized boolean moveByOther(int vmid, String target) {
    ToyGuest guest = guests.get(vmid);
    if (guest == null || guest.lock != null || working(vmid)) {
      return false;
    }
    guest.node = target;
    return true;
  }

  /** A person changes a setting, if the guest is not locked and not being removed. */
  synchronized boolean editByOther(int vmid, String key, String value) {
    ToyGuest guest = guests.get(vmid);
    if (guest == null || guest.lock != null || guest.halfMade) {
      return false;
    }
    guest.values.put(key, value);
    return true;
  }

  /** Root on every node. */
  Unlocker unlocker() {
    return new Unlocker() {
      @Override
      public boolean unlock(String node, GuestType type, int vmid) {
        synchronized (ToyCluster.this) {
          ToyGuest guest = guests.get(vmid);
          if (guest != null && guest.node.equals(node) && guest.type == type) {
            guest.lock = null;
          }
          return true;
        }
      }

      @Override
      public boolean destroyLocked(String node, int vmid) {
        synchronized (ToyCluster.this) {
          ToyGuest guest = guests.get(vmid);
          if (guest == null || guest.running || !guest.node.equals(node)) {
            return false;
          }
          guests.remove(vmid);
          volumes.values().removeIf(owner -> owner == vmid);
          effects.add("destroy " + vmid);
          return true;
        }
      }
    };
  }

  ProxmoxException unreachable(ApiCall call) {
    return new ProxmoxException.NodeUnreachable(call, "No route to host", false);
  }
}
