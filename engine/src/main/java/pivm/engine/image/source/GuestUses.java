package pivm.engine.image.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pivm.engine.image.ImageSight;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * Finds out which files the VMs of a cluster use: as they are, as they will be after a restart, and
 * as their snapshots have them. Containers use templates only when they are made.
 */
final class GuestUses {
  private static final Pattern VOLUME =
      Pattern.compile("(?:^|[=,])([A-Za-z][A-Za-z0-9_.-]*:(?:iso|vztmpl|import)/[^,]+)");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Proxmox proxmox;

  GuestUses(Proxmox proxmox) {
    this.proxmox = proxmox;
  }

  /** A VM. */
  private record Guest(String name, String node, long vmid) {
    String path() {
      return "/nodes/" + node + "/qemu/" + vmid;
    }
  }

  /** What was found about a VM. */
  private record Found(Guest guest, Set<String> volumes, String unread) {}

  /** Reads them all, of whatever node: a guest may come back from where it is now. */
  ImageSight.Uses read() throws InterruptedException {
    List<Guest> guests = new ArrayList<>();
    for (Json.Obj entry :
        proxmox.call(ApiCall.get("/cluster/resources").with("type", "vm")).objects()) {
      if (entry.text("type", "").equals("qemu")) {
        long vmid = entry.integer("vmid", 0);
        String name = ("vm " + vmid + " " + entry.text("name", "")).strip();
        guests.add(new Guest(name, entry.text("node", ""), vmid));
      }
    }
    List<ImageSight.Uses.Used> used = new ArrayList<>();
    Map<String, String> unread = new TreeMap<>();
    for (Found found : Bounded.map(guests, LIMIT, this::found, GuestUses::late)) {
      if (!found.unread().isEmpty()) {
        unread.put(found.guest().name(), found.unread());
      }
      for (String volume : found.volumes()) {
        used.add(new ImageSight.Uses.Used(found.guest().name(), found.guest().node(), volume));
      }
    }
    return new ImageSight.Uses(used, unread);
  }

  private static Found late(Guest guest) {
    return new Found(guest, Set.of(), "its configuration is not answered in time");
  }

  private Found found(Guest guest) {
    Set<String> volumes = new LinkedHashSet<>();
    try {
      for (Json.Obj entry : proxmox.call(ApiCall.get(guest.path() + "/pending")).objects()) {
        collect(entry.text("value", ""), volumes);
        collect(entry.text("pending", ""), volumes);
      }
      for (Json.Obj snapshot : proxmox.call(ApiCall.get(guest.path() + "/snapshot")).objects()) {
        String name = snapshot.text("name", "current");
        if (!name.equals("current")) {
          snapshot(guest, name, volumes);
        }
      }
      return new Found(guest, volumes, "");
    } catch (ProxmoxException hidden) {
      return new Found(guest, volumes, String.valueOf(hidden.getMessage()));
    }
  }

  private void snapshot(Guest guest, String name, Set<String> volumes) {
    ApiCall call = ApiCall.get(guest.path() + "/snapshot/" + name + "/config");
    proxmox
        .call(call)
        .asObject()
        .members()
        .values()
        .forEach(value -> collect(String.valueOf(value.asText()), volumes));
  }

  private static void collect(String value, Set<String> volumes) {
    Matcher found = VOLUME.matcher(value);
    while (found.find()) {
      volumes.add(found.group(1));
    }
  }
}
