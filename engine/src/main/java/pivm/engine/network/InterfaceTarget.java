package pivm.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredInterface;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;

/** What an interface is to become, and what that changes; only what is declared is touched. */
final class InterfaceTarget {
  private final NodeNetwork current;

  InterfaceTarget(NodeNetwork current) {
    this.current = current;
  }

  /**
   * The outcome for one interface.
   *
   * @param target null when it is to go
   * @param problem why it can't be made so; null when it can
   */
  record Outcome(@Nullable Interface target, @Nullable String problem) {}

  Outcome of(DesiredInterface desired) {
    String name = current.resolve(desired.name());
    Interface now = current.interfaces().get(name);
    if (desired.absent()) {
      return absent(name, now);
    }
    String type = Objects.requireNonNull(desired.type());
    if (now == null && type.equals("eth")) {
      return new Outcome(
          null, "there is no network card " + desired.name() + "; cards there are: " + cards());
    }
    if (now != null && !now.type().equals(type)) {
      return new Outcome(now, wrongType(now, type));
    }
    Interface base = now == null ? newInterface(name, type) : now;
    Interface target = base.with(changes(desired));
    return new Outcome(target, now == null ? null : lost(now, target));
  }

  private Outcome absent(String name, @Nullable Interface now) {
    if (now != null && (now.type().equals("eth") || now.exists())) {
      return new Outcome(
          now, name + " is a network card, which stays; leave it out, or take its settings back");
    }
    if (now != null && now.type().startsWith("OVS")) {
      return new Outcome(now, wrongType(now, "absent"));
    }
    return new Outcome(null, null);
  }

  private static String wrongType(Interface now, String wanted) {
    if (now.type().startsWith("OVS")) {
      return now.name() + " is of type " + now.type() + "; Open vSwitch is left as it is";
    }
    return now.name()
        + " is of type "
        + now.type()
        + ", not "
        + wanted
        + "; a type never changes: give the new one another name";
  }

  private String cards() {
    String cards =
        current.interfaces().values().stream()
            .filter(one -> one.type().equals("eth"))
            .map(Interface::name)
            .collect(Collectors.joining(", "));
    return cards.isEmpty() ? "none" : cards;
  }

  /** Brought up at boot, as Proxmox's own page suggests, unless the manifest says otherwise. */
  private static Interface newInterface(String name, String type) {
    return Interface.made(name, type).with(new TreeMap<>(Map.of("autostart", "1")));
  }

  private SortedMap<String, @Nullable String> changes(DesiredInterface desired) {
    var changes = new TreeMap<String, @Nullable String>();
    desired.unset().forEach(key -> changes.put(key, null));
    desired.set().forEach((key, value) -> changes.put(key, resolved(key, value)));
    return changes;
  }

  private String resolved(String key, String value) {
    return switch (key) {
      case "bridge_ports", "slaves" ->
          NetworkKeys.names(value).stream().map(current::resolve).collect(Collectors.joining(" "));
      case "bond-primary", "vlan-raw-device" -> current.resolve(value);
      default -> value;
    };
  }

  /**
   * The API writes an interface's addresses as static or none and drops an IPv6 part without
   * address (pve-manager, PVE/API2/Network.pm, update_network): what it can't write is not changed.
   */
  private static @Nullable String lost(Interface now, Interface target) {
    if (now.settings().equals(target.settings())) {
      return null;
    }
    if (!keeps(now.method()) && !target.settings().containsKey("cidr")) {
      return byOtherMeans(now, "IPv4", now.method(), "cidr");
    }
    if (!keeps(now.method6()) && !target.settings().containsKey("cidr6")) {
      return byOtherMeans(now, "IPv6", now.method6(), "cidr6");
    }
    if (!now.options6().isEmpty() && !target.settings().containsKey("cidr6")) {
      return now.name()
          + " has IPv6 options ("
          + String.join("; ", now.options6())
          + ") that Proxmox's API drops with any change; edit /etc/network/interfaces on the node";
    }
    return null;
  }

  private static boolean keeps(String method) {
    return method.equals("static") || method.equals("manual");
  }

  private static String byOtherMeans(Interface now, String family, String method, String key) {
    return now.name()
        + " gets its "
        + family
        + " address by "
        + method
        + ", which Proxmox's API drops with any change; declare "
        + key
        + ", or edit /etc/network/interfaces on the node";
  }

  private static @Nullable String shown(Interface one, String key) {
    String value = one.setting(key);
    return value == null && key.equals("bond_mode") && one.type().equals("bond")
        ? NetworkKeys.ROUND_ROBIN
        : value;
  }

  /** What differs between an interface as it is and as it is to be. */
  static List<FieldChange> fields(@Nullable Interface now, Interface target) {
    var keys = new TreeSet<>(target.settings().keySet());
    if (now != null) {
      keys.addAll(now.settings().keySet());
    }
    List<FieldChange> fields = new ArrayList<>();
    for (String key : keys) {
      String from = now == null ? null : shown(now, key);
      String to = shown(target, key);
      if (!Objects.equals(from, to)) {
        fields.add(new FieldChange(key, from, to, Effect.LIVE, ""));
      }
    }
    return fields;
  }
}
