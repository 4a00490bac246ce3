package pivm.engine.network;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;

/**
 * Finds an order of calls in which Proxmox takes a new network. It checks the whole after each
 * call, so a card can't be given to one bridge before another has let it go, a VLAN can't stand
 * without what it is on, and two default gateways can't stand even for a moment.
 */
final class Staging {
  private final String path;
  private final SortedMap<String, Interface> target;
  private final SortedMap<String, Interface> now;
  private final List<ApiCall> calls = new ArrayList<>();

  private Staging(
      String node, SortedMap<String, Interface> current, SortedMap<String, Interface> target) {
    this.path = "/nodes/" + node + "/network";
    this.target = target;
    this.now = new TreeMap<>(current);
  }

  /** The calls that write the target as pending; null when no order was found. */
  static @Nullable List<ApiCall> calls(
      String node, SortedMap<String, Interface> current, SortedMap<String, Interface> target) {
    return new Staging(node, current, target).find();
  }

  private @Nullable List<ApiCall> find() {
    var names = new TreeSet<>(now.keySet());
    names.addAll(target.keySet());
    var open = new ArrayList<String>();
    for (String name : names) {
      if (!Objects.equals(settings(now.get(name)), settings(target.get(name)))) {
        open.add(name);
      }
    }
    while (!open.isEmpty()) {
      if (!finish(open) && !letGo(open)) {
        return null;
      }
    }
    return List.copyOf(calls);
  }

  private static @Nullable Map<String, String> settings(@Nullable Interface one) {
    return one == null ? null : one.settings();
  }

  /** Brings what can be brought to its end; false when nothing can. */
  private boolean finish(List<String> open) {
    boolean any = false;
    for (Iterator<String> names = open.iterator(); names.hasNext(); ) {
      String name = names.next();
      if (change(name, target.get(name))) {
        names.remove();
        any = true;
      }
    }
    return any;
  }

  /** Takes back for one interface what others wait for; false when there is nothing more. */
  private boolean letGo(List<String> open) {
    for (String name : open) {
      Interface here = now.get(name);
      if (here != null) {
        Interface less = less(here, target.get(name));
        if (!less.settings().equals(here.settings()) && change(name, less)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Interface less(Interface here, @Nullable Interface wanted) {
    var changes = new TreeMap<String, @Nullable String>();
    for (String key : List.of("bridge_ports", "slaves")) {
      if (here.settings().containsKey(key)) {
        var kept = new ArrayList<>(NetworkKeys.names(here.setting(key)));
        kept.retainAll(NetworkKeys.names(wanted == null ? null : wanted.setting(key)));
        changes.put(key, String.join(" ", kept));
      }
    }
    for (String key : List.of("gateway", "gateway6", "mtu", "cidr", "cidr6", "bond-primary")) {
      boolean stays = wanted != null && Objects.equals(here.setting(key), wanted.setting(key));
      if (!stays) {
        changes.put(key, null);
      }
    }
    return here.with(changes);
  }

  private boolean change(String name, @Nullable Interface to) {
    var next = new TreeMap<>(now);
    if (to == null) {
      next.remove(name);
    } else {
      next.put(name, to);
    }
    if (!Structure.problems(next).isEmpty()) {
      return false;
    }
    Interface from = now.get(name);
    calls.add(to == null ? ApiCall.delete(path + "/" + name) : write(from, to));
    now.clear();
    now.putAll(next);
    return true;
  }

  /**
   * An update leaves alone what it does not name, but for the addresses: those it takes for gone
   * (update_network in pve-manager, PVE/API2/Network.pm). A flag is taken back only by deleting it.
   */
  private ApiCall write(@Nullable Interface from, Interface to) {
    ApiCall call =
        (from == null
                ? ApiCall.post(path).with("iface", to.name())
                : ApiCall.put(path + "/" + to.name()))
            .with("type", to.type());
    for (Map.Entry<String, String> entry : to.settings().entrySet()) {
      String key = entry.getKey();
      boolean address = key.equals("cidr") || key.equals("cidr6");
      boolean same = from != null && entry.getValue().equals(from.setting(key));
      if ((!same || address) && !byName(to, key)) {
        call = call.with(key, entry.getValue());
      }
    }
    if (from == null) {
      return call;
    }
    var gone = new TreeSet<>(from.settings().keySet());
    gone.removeAll(to.settings().keySet());
    return gone.isEmpty() ? call : call.with("delete", String.join(",", gone));
  }

  /** What a VLAN's name says already is not kept beside it. */
  private static boolean byName(Interface to, String key) {
    boolean vlan = key.equals("vlan-id") || key.equals("vlan-raw-device");
    return (vlan && to.name().matches("\\S+\\.\\d+"))
        || (key.equals("vlan-id") && to.name().matches("vlan\\d+"));
  }
}
