package pivm.e2e;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.PmxcfsLock;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.engine.testing.RemoteRunner;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Tasks;
import pivm.proxmox.Time;
import pivm.proxmox.Upid;
import pivm.proxmox.command.CommandProxmox;
import pivm.proxmox.command.CommandRunner;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;
import pivm.proxmox.json.Json;

/**
 * A cluster that the suite may work on.
 *
 * @param observer looks by the same way in
 * @param user who acts
 * @param lock keeps other managers out where that can be done
 */
record Site(Proxmox proxmox, Observer observer, String user, ClusterLock lock, Place place)
    implements AutoCloseable {
  private static final AtomicInteger GIVEN = new AtomicInteger();

  /** The HTTPS site that the environment names; null when it names none. */
  static @Nullable Site ofEnvironment(Map<String, String> environment) {
    String endpoint = environment.get("PIVM_E2E_ENDPOINT");
    return endpoint == null
        ? null
        : overHttps(
            URI.create(endpoint),
            Place.needed(environment, "TOKEN"),
            Place.needed(environment, "FINGERPRINT"),
            Place.of(environment));
  }

  static Site overHttps(URI endpoint, String token, String fingerprint, Place place) {
    Credentials.ApiToken credentials = Credentials.ApiToken.parse(token);
    Proxmox proxmox =
        new HttpsProxmox(HttpsSettings.of(endpoint, credentials, Fingerprint.parse(fingerprint)));
    return new Site(proxmox, Observer.over(proxmox), credentials.id(), ClusterLock.none(), place);
  }

  /**
   * Root on a node, as the environment names it: {@code PIVM_E2E_NODE_SHELL} is {@code local} on
   * the node itself, else what to put before a command so that the node runs it; {@code
   * PIVM_E2E_PMXCFS} is where the node's {@code /etc/pve} can be read from here.
   */
  static @Nullable Site ofNode(Map<String, String> environment) {
    String shell = environment.get("PIVM_E2E_NODE_SHELL");
    return shell == null
        ? null
        : onNode(
            RemoteRunner.of(shell),
            Path.of(environment.getOrDefault("PIVM_E2E_PMXCFS", "/etc/pve")),
            Place.of(environment));
  }

  static Site onNode(CommandRunner runner, Path pmxcfs, Place place) {
    Proxmox proxmox = new CommandProxmox(runner, place.node());
    ClusterLock lock = new PmxcfsLock(pmxcfs.resolve("priv/lock"), Time.system());
    return new Site(proxmox, Observer.onNode(pmxcfs, proxmox), "root@pam", lock, place);
  }

  boolean exists(int vmid) {
    return inventory().guests().containsKey(vmid);
  }

  String node() {
    return place.node();
  }

  /**
   * A VMID of the range that no guest has, and another one each time as long as the range goes:
   * statistics show what a guest of the same id did for some seconds more.
   */
  int freeId() {
    var taken = inventory().guests().keySet();
    int count = place.lastId() - place.firstId() + 1;
    for (int tried = 0; tried < count; tried++) {
      int vmid = place.firstId() + Math.floorMod(GIVEN.getAndIncrement(), count);
      if (!taken.contains(vmid)) {
        return vmid;
      }
    }
    throw new IllegalStateException("no VMID of " + place + " is free");
  }

  private Inventory inventory() {
    return observer.observe(ObservationRequest.of(new TreeSet<>()));
  }

  String path(GuestType type, int vmid) {
    return "/nodes/" + node() + "/" + type.apiName() + "/" + vmid;
  }

  Json.Obj config(GuestType type, int vmid) {
    return proxmox.call(ApiCall.get(path(type, vmid) + "/config")).asObject();
  }

  /** Does something as another person would, past PIVM, and waits for its task. */
  void directly(ApiCall call) {
    Upid task = Upid.parse(proxmox.call(call).asText());
    if (task != null) {
      try {
        new Tasks(proxmox, Time.system()).await(task);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", interrupted);
      }
    }
  }

  /** Removes a guest of the range, whatever state it is in. */
  void remove(int vmid) {
    ObservedGuest guest = inventory().guest(vmid);
    if (guest == null || !place.holds(vmid)) {
      return;
    }
    String path = path(guest.type(), vmid);
    try {
      directly(ApiCall.post(path + "/status/stop"));
    } catch (ProxmoxException notRunning) {
      // A stopped container answers with an error: nothing to stop.
    }
    directly(ApiCall.delete(path).with("purge", true));
  }

  @Override
  public void close() {
    proxmox.close();
  }
}
