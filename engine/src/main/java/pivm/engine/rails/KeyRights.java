package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.Permissions;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.Authority;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/**
 * What the config keys that a step names take.
 *
 * @param requirements privileges
 * @param rootOnly sentences about keys that no privilege is enough for
 */
record KeyRights(List<Requirement> requirements, List<String> rootOnly) {

  static KeyRights of(Step step, Situation before) {
    var rights = new KeyRights(new ArrayList<>(), new ArrayList<>());
    switch (step.operation()) {
      case Operation.Create create -> {
        boolean unprivileged =
            !(create.parameters().get("unprivileged") instanceof Setting.Value(String text))
                || Flags.isOn(text);
        create
            .parameters()
            .forEach((name, setting) ->
                rights.add(create, name, null, text(setting), unprivileged, poolOf(create)));
      }
      case Operation.Configure configure -> {
        ObservedGuest guest = before.inventory().guest(configure.vmid());
        GuestConfig config = guest == null ? null : guest.config();
        boolean unprivileged = config == null || Flags.isOn(config.value("unprivileged"));
        configure
            .set()
            .forEach((name, setting) ->
                rights.add(
                    configure, name, value(config, name), text(setting), unprivileged, null));
        configure
            .delete()
            .forEach(
                name -> rights.add(configure, name, value(config, name), null, unprivileged, null));
        configure
            .revert()
            .forEach(
                name -> rights.add(configure, name, value(config, name), null, unprivileged, null));
      }
      default -> {}
    }
    return rights;
  }

  private static @Nullable String value(@Nullable GuestConfig config, String name) {
    return config == null ? null : config.value(name);
  }

  /** A secret's value plays no part in who may set it. */
  private static @Nullable String text(Setting setting) {
    return switch (setting) {
      case Setting.Value(String text) -> text;
      case Setting.Secret _ -> "secret";
      case Setting.Unset _ -> null;
    };
  }

  private static @Nullable String poolOf(Operation.Create create) {
    return create.parameters().get("pool") instanceof Setting.Value(String pool) ? pool : null;
  }

  private void add(
      Operation.Call operation,
      String name,
      @Nullable String from,
      @Nullable String to,
      boolean unprivileged,
      @Nullable String pool) {
    GuestKey key = GuestKeys.of(operation.type()).find(name);
    if (key == null || (from == null && to == null)) {
      return;
    }
    String guest = "/vms/" + operation.vmid();
    try {
      Permissions.Requirement needed =
          Permissions.of(operation.type(), operation.vmid(), unprivileged).toChange(key, from, to);
      if (needed.rootOnly() != null) {
        rootOnly.add(name + ": " + needed.rootOnly() + "; " + wayOut(operation.type(), key));
      }
      needed.needs().forEach(need -> requirements.add(requirement(need, name, guest, pool)));
    } catch (PropertyString.Malformed malformed) {
      if (!key.authority().privilege().isEmpty()) {
        requirements.add(Requirement.on(guest, "set " + name, key.authority().privilege()));
      }
    }
  }

  /** While a guest is made, rights on its pool count as well. */
  private static Requirement requirement(
      Permissions.Need need, String name, String guest, @Nullable String pool) {
    List<String> paths = new ArrayList<>();
    paths.add(need.path());
    if (pool != null && need.path().equals(guest)) {
      paths.add("/pool/" + pool);
    }
    return new Requirement(paths, need.anyOf(), "set " + name);
  }

  private static String wayOut(GuestType type, GuestKey key) {
    String shell = "run pivm as root on a node with --via cli";
    Map<Authority, String> mappings =
        Map.of(
            Authority.USB, "use a USB mapping (mapping=NAME), or ",
            Authority.PCI, "use a PCI mapping (mapping=NAME), or ");
    if (type == GuestType.LXC && key.authority() == Authority.MOUNT) {
      return "use a volume of a storage instead, or " + shell;
    }
    return mappings.getOrDefault(key.authority(), "") + shell;
  }
}
