package pivm.engine.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.schema.GuestKey;

/** Decides which keys may stand in {@code options}. */
final class OptionNames {
  private static final String MARK = " is Proxmox's own mark, not a setting; leave it out";
  private static final String HOW = " says how a call is made, not what the guest is; leave it out";

  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("lock", MARK),
          Map.entry("digest", MARK),
          Map.entry("parent", MARK),
          Map.entry("meta", MARK),
          Map.entry("snaptime", MARK),
          Map.entry("snapstate", MARK),
          Map.entry("vmstate", MARK),
          Map.entry("runningcpu", MARK),
          Map.entry("runningmachine", MARK),
          Map.entry("running-nets-host-mtu", MARK),
          Map.entry("force", HOW),
          Map.entry("skiplock", HOW),
          Map.entry("delete", " is said by null: \"KEY\": null"),
          Map.entry("name", " is the field hostname, beside options"),
          Map.entry("rootfs", " is the field storage, beside options"),
          Map.entry("template", " is said by \"state\": \"template\", beside options"));

  private final GuestType type;
  private final KnownKeys keys;

  OptionNames(GuestType type, KnownKeys keys) {
    this.type = type;
    this.keys = keys;
  }

  /** Why a key may not stand in options, null when it may. */
  @Nullable String problem(String name) {
    String refused = REFUSED.get(name);
    if (refused != null) {
      return "options." + name + refused;
    }
    Field field = Fields.ENTRY.find(name);
    if (field != null) {
      return "options." + name + " is a field of its own; write it beside options";
    }
    return keys.knows(type, name) ? null : unknown(name);
  }

  private String unknown(String name) {
    GuestType other = type == GuestType.LXC ? GuestType.QEMU : GuestType.LXC;
    if (keys.knows(other, name)) {
      return "options." + name + " is a key of " + plural(other) + " only";
    }
    String range = range(name);
    if (range != null) {
      return "options." + name + " is beyond what " + plural(type) + " can have: " + range;
    }
    return "options."
        + name
        + " is no config key of "
        + plural(type)
        + Nearest.hint(name, keys.names(type));
  }

  /** The numbers that a numbered key may have, null when the name is none of those. */
  private @Nullable String range(String name) {
    for (GuestKey key : keys.all(type)) {
      if (key.numbered() && Fields.matches(key.pattern(), name)) {
        return key.base() + key.firstIndex() + " to " + key.base() + key.lastIndex();
      }
    }
    return null;
  }

  static String plural(GuestType type) {
    return type == GuestType.LXC ? "containers" : "VMs";
  }
}
