package pivm.engine.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.config.Subnet;

/** What is pending after calls, worked out: to tell PIVM's own writing from that of others. */
public final class StagedState {
  private static final Pattern ADDRESS = Pattern.compile("-\\s*address\\s+(\\S+)\\s*");

  private StagedState() {}

  /**
   * The interfaces after some calls.
   *
   * @param done how many of the calls
   */
  public static SortedMap<String, Interface> after(
      NodeNetwork before, List<ApiCall> calls, int done) {
    SortedMap<String, Interface> all = new TreeMap<>(before.interfaces());
    calls.subList(0, done).forEach(call -> apply(all, call));
    return Collections.unmodifiableSortedMap(all);
  }

  private static void apply(SortedMap<String, Interface> all, ApiCall call) {
    String name = call.path().substring(call.path().lastIndexOf('/') + 1);
    switch (call.method()) {
      case DELETE -> all.remove(name);
      case PUT -> all.computeIfPresent(name, (_, now) -> now.with(changes(call)));
      case POST -> {
        String made = call.parameters().getOrDefault("iface", "");
        String type = call.parameters().getOrDefault("type", "unknown");
        all.put(made, named(Interface.made(made, type).with(changes(call))));
      }
      case GET -> {}
    }
    // A bond's cards are always brought up at boot: Proxmox sees to that.
    for (Interface bond : List.copyOf(all.values())) {
      if (bond.type().equals("bond")) {
        for (String card : bond.members()) {
          all.computeIfPresent(card, (_, now) -> now.with(new TreeMap<>(Map.of("autostart", "1"))));
        }
      }
    }
  }

  /** What a VLAN's name says is told as a setting too. */
  private static Interface named(Interface made) {
    Matcher numbered = Pattern.compile("(\\S+)\\.(\\d+)").matcher(made.name());
    Matcher plain = Pattern.compile("vlan(\\d+)").matcher(made.name());
    if (!made.type().equals("vlan")) {
      return made;
    }
    var said = new TreeMap<String, String>();
    if (numbered.matches()) {
      said.put("vlan-raw-device", numbered.group(1));
      said.put("vlan-id", numbered.group(2));
    } else if (plain.matches()) {
      said.put("vlan-id", plain.group(1));
    }
    return made.with(said);
  }

  private static SortedMap<String, @Nullable String> changes(ApiCall call) {
    var changes = new TreeMap<String, @Nullable String>();
    call.parameters()
        .forEach((key, value) -> {
          if (key.equals("delete")) {
            List.of(value.split(",")).forEach(gone -> changes.put(gone, null));
          } else if (!key.equals("iface") && !key.equals("type")) {
            changes.put(key, value);
          }
        });
    return changes;
  }

  /**
   * Addresses that stand in the file and are dropped though Proxmox's API never told them: it knows
   * one of each family an interface (pve-common, src/PVE/Network/Interfaces.pm).
   */
  public static List<String> lostAddresses(String diff, NodeNetwork before) {
    Set<String> known = new HashSet<>();
    for (Interface one : before.interfaces().values()) {
      for (String key : List.of("cidr", "cidr6")) {
        Subnet subnet = one.subnet(key);
        if (subnet != null) {
          known.add(subnet.address());
        }
      }
    }
    List<String> lost = new ArrayList<>();
    for (String line : diff.lines().toList()) {
      Matcher address = ADDRESS.matcher(line);
      if (address.matches()) {
        String written = address.group(1);
        String plain = written.contains("/") ? written.substring(0, written.indexOf('/')) : written;
        String normal = Subnet.address(plain);
        if (!known.contains(normal == null ? plain : normal)) {
          lost.add(written);
        }
      }
    }
    return lost;
  }
}
