package pivm.engine.observation;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.ObservedGuest;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Finds single guests and reads them afresh. */
final class Guests {

  /** One call that names every guest with its node, whatever state the nodes are in. */
  static final ApiCall LIST = ApiCall.get("/cluster/resources").with("type", "vm");

  private static final int LOOKS = 3;

  private final Proxmox proxmox;

  Guests(Proxmox proxmox) {
    this.proxmox = proxmox;
  }

  @Nullable Location locate(int vmid) {
    Json.Obj row = row(vmid);
    return row == null ? null : location(row, vmid);
  }

  private Json.@Nullable Obj row(int vmid) {
    return proxmox.call(LIST).objects().stream()
        .filter(row -> row.integer("vmid", 0) == vmid && ResourceReading.type(row) != null)
        .findFirst()
        .orElse(null);
  }

  private static Location location(Json.Obj row, int vmid) {
    GuestType type = ResourceReading.type(row);
    if (type == null) {
      throw new IllegalArgumentException("no guest: " + row);
    }
    return new Location(type, vmid, row.text("node", ""));
  }

  @Nullable ObservedGuest guest(int vmid) {
    ProxmoxException.@Nullable NotFound last = null;
    for (int look = 1; look <= LOOKS; look++) {
      Json.Obj row = row(vmid);
      if (row == null) {
        return null;
      }
      try {
        return read(row, location(row, vmid));
      } catch (ProxmoxException.NotFound moved) {
        last = moved;
      }
    }
    throw last == null ? new IllegalStateException("not looked for") : last;
  }

  @Nullable ObservedGuest guest(Location expected) {
    Json.Obj row =
        Json.object()
            .put("type", expected.type().apiName())
            .put("vmid", expected.vmid())
            .put("node", expected.node())
            .build();
    try {
      return read(row, expected);
    } catch (ProxmoxException.NotFound elsewhere) {
      return guest(expected.vmid());
    }
  }

  private @Nullable ObservedGuest read(Json.Obj row, Location location) {
    ObservedGuest listed = ResourceReading.guest(row, new TreeMap<>(), new TreeMap<>());
    if (listed == null) {
      return null;
    }
    ObservedGuest guest = GuestFacts.with(listed, GuestReader.config(proxmox, location, false));
    Json.Obj status = proxmox.call(ApiCall.get(location.path() + "/status/current")).asObject();
    guest = GuestFacts.withStatus(guest, status);
    return status.get("ha").asObject().flag("managed")
        ? GuestFacts.withHa(guest, ha(location))
        : guest;
  }

  /** The HA resource; null when the token may not see it. */
  private @Nullable HaResource ha(Location location) {
    try {
      return ClusterReading.haResource(
          proxmox.call(ApiCall.get("/cluster/ha/resources/" + location.serviceId())).asObject());
    } catch (ProxmoxException.Forbidden | ProxmoxException.NotFound hidden) {
      return null;
    }
  }
}
