package pivm.engine.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.config.Subnet;
import pivm.proxmox.json.Json;

/**
 * A network interface of a node, as it is or as it is to be.
 *
 * @param type as Proxmox tells: {@code bridge}, {@code bond}, {@code eth}, {@code vlan}, {@code
 *     OVSBridge} and so on
 * @param settings by the API's names, each in one spelling; what is the same as unset is left out
 * @param method how it gets its IPv4 address: {@code static}, {@code manual}, {@code dhcp}
 * @param method6 how it gets its IPv6 address, also {@code auto}
 * @param exists whether it is a card that is there, whatever is configured
 * @param options6 lines of its IPv6 part that the API has no setting for
 * @param altnames further names that the kernel knows it by
 */
public record Interface(
    String name,
    String type,
    SortedMap<String, String> settings,
    String method,
    String method6,
    boolean exists,
    List<String> options6,
    List<String> altnames) {
  private static final Pattern NUMBERED_VLAN = Pattern.compile("(\\S+)\\.(\\d+)");

  public Interface {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    options6 = List.copyOf(options6);
    altnames = List.copyOf(altnames);
  }

  /** Reads an entry of {@code GET /nodes/N/network}. */
  static Interface of(Json.Obj entry) {
    var settings = new TreeMap<String, String>();
    for (String key : NetworkKeys.ALL) {
      String text = entry.text(key);
      String value = text == null ? null : NetworkKeys.normal(key, text);
      if (value != null) {
        settings.put(key, value);
      }
    }
    return new Interface(
            entry.text("iface", ""),
            entry.text("type", "unknown"),
            settings,
            entry.text("method", "manual"),
            entry.text("method6", "manual"),
            entry.flag("exists"),
            texts(entry, "options6"),
            texts(entry, "altnames"))
        .tidied();
  }

  private static List<String> texts(Json.Obj entry, String name) {
    return entry.list(name).stream().map(Json::asText).filter(Objects::nonNull).toList();
  }

  /** An interface that is not there yet. */
  static Interface made(String name, String type) {
    return new Interface(
        name, type, new TreeMap<>(), "manual", "manual", false, List.of(), List.of());
  }

  /** The same with other settings, in their one spelling; a null value unsets. */
  Interface with(SortedMap<String, ? extends @Nullable String> changes) {
    var all = new TreeMap<>(settings);
    changes.forEach((key, value) -> {
      String normal = value == null ? null : NetworkKeys.normal(key, value);
      if (normal == null) {
        all.remove(key);
      } else {
        all.put(key, normal);
      }
    });
    return withSettings(all).tidied();
  }

  private Interface withSettings(SortedMap<String, String> all) {
    return new Interface(
        name,
        type,
        all,
        all.containsKey("cidr") ? "static" : method.equals("static") ? "manual" : method,
        all.containsKey("cidr6") ? "static" : method6.equals("static") ? "manual" : method6,
        exists,
        options6,
        altnames);
  }

  /**
   * Which VLANs it lets through says only a bridge that knows VLANs; all is what it does anyway.
   */
  private Interface tidied() {
    boolean aware = settings.containsKey("bridge_vlan_aware");
    String vids = settings.get("bridge_vids");
    if (vids == null || (aware && !vids.equals(NetworkKeys.EVERY_VLAN))) {
      return this;
    }
    var less = new TreeMap<>(settings);
    less.remove("bridge_vids");
    return withSettings(less);
  }

  public @Nullable String setting(String key) {
    return settings.get(key);
  }

  @Nullable Subnet subnet(String key) {
    String text = settings.get(key);
    return text == null ? null : Subnet.parse(text);
  }

  /** Whether one of its addresses is that one. */
  boolean has(String address) {
    Subnet four = subnet("cidr");
    Subnet six = subnet("cidr6");
    return (four != null && four.address().equals(address))
        || (six != null && six.address().equals(address));
  }

  /** What it connects or bundles: bridge ports, or cards of a bond. */
  public List<String> members() {
    List<String> all = new ArrayList<>();
    for (String key : List.of("bridge_ports", "ovs_ports", "slaves", "ovs_bonds")) {
      all.addAll(NetworkKeys.names(settings.get(key)));
    }
    return all;
  }

  /** What a VLAN is on; null for anything else. */
  @Nullable String rawDevice() {
    if (!type.equals("vlan")) {
      return null;
    }
    Matcher numbered = NUMBERED_VLAN.matcher(name);
    return numbered.matches() ? numbered.group(1) : settings.get("vlan-raw-device");
  }

  boolean isBridge() {
    return type.equals("bridge") || type.equals("OVSBridge");
  }

  boolean startsAtBoot() {
    return settings.containsKey("autostart");
  }

  @Nullable Integer mtu() {
    String text = settings.get("mtu");
    return text == null || !text.matches("\\d{1,6}") ? null : (Integer) Integer.parseInt(text);
  }
}
