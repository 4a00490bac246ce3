package pivm.simulator.api;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;

/** Who may set which key of a container (pve-container, {@code check_ct_modify_config_perm}). */
final class LxcRights {
  private final Call call;
  private final int vmid;
  private final @Nullable String pool;
  private final boolean unprivileged;
  private final Map<String, String> old;

  LxcRights(
      Call call, int vmid, @Nullable String pool, boolean unprivileged, Map<String, String> old) {
    this.call = call;
    this.vmid = vmid;
    this.pool = pool;
    this.unprivileged = unprivileged;
    this.old = old;
  }

  void checkSet(Map<String, String> keys) {
    if (!call.isRoot()) {
      keys.forEach(this::check);
    }
  }

  void checkDelete(Collection<String> keys) {
    if (!call.isRoot()) {
      keys.forEach(key -> check(key, null));
    }
  }

  private void need(String... privileges) {
    call.permissions().checkGuest(vmid, pool, privileges);
  }

  private void check(String key, @Nullable String value) {
    switch (key) {
      case "cores", "cpuunits", "cpulimit" -> need("VM.Config.CPU");
      case "memory", "swap" -> need("VM.Config.Memory");
      case "nameserver", "searchdomain", "hostname" -> need("VM.Config.Network");
      case "hookscript" ->
          throw ApiError.denied("changing the hookscript is only allowed for root@pam");
      case "features" -> features(value);
      case "tags" -> need("VM.Config.Options");
      default -> family(key, value);
    }
  }

  private void family(String key, @Nullable String value) {
    if (Keys.isDrive(Kind.LXC, key)) {
      need("VM.Config.Disk");
      if (value != null) {
        volume(Drive.parse(value));
      }
    } else if (Keys.isNet(key)) {
      need("VM.Config.Network");
    } else if (key.matches("dev\\d+")) {
      throw ApiError.denied("configuring device passthrough is only allowed for root@pam");
    } else {
      need("VM.Config.Options");
    }
  }

  private void volume(Drive drive) {
    if (drive.volume().startsWith("/")) {
      String type = drive.volume().startsWith("/dev/") ? "device" : "bind";
      throw ApiError.denied("mount point type " + type + " is only allowed for root@pam");
    }
    var storage = drive.storage();
    if (storage != null && drive.isRequest()) {
      call.cluster().storages().get(storage);
      call.permissions().check("/storage/" + storage, "Datastore.AllocateSpace");
    }
  }

  private void features(@Nullable String value) {
    if (!unprivileged) {
      throw ApiError.denied(
          "changing feature flags for privileged container is only allowed for root@pam");
    }
    var before = parts(old.getOrDefault("features", ""));
    var after = value == null ? Map.<String, String>of() : parts(value);
    var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    boolean nesting = false;
    for (String name : names) {
      if (!before.getOrDefault(name, "").equals(after.getOrDefault(name, ""))) {
        if (!name.equals("nesting")) {
          throw ApiError.denied(
              "changing feature flags (except nesting) is only allowed for root@pam");
        }
        nesting = true;
      }
    }
    if (nesting) {
      need("VM.Allocate");
    }
  }

  private static Map<String, String> parts(String text) {
    Map<String, String> parts = new LinkedHashMap<>();
    for (String part : text.split(",")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.put(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return parts;
  }
}
