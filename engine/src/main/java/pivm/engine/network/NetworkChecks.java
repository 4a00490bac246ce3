package pivm.engine.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.config.Subnet;

/** Whether a node would still be reachable, and its guests connected, with another network. */
final class NetworkChecks {
  private final String node;
  private final SortedMap<String, Interface> before;
  private final SortedMap<String, Interface> after;
  private final NodeFacts facts;
  private final List<String> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  /**
   * What was found.
   *
   * @param problems each a sentence that says why the network must not be applied
   * @param notes what a person should know before applying it
   */
  record Result(List<String> problems, List<String> notes) {
    Result {
      problems = List.copyOf(problems);
      notes = List.copyOf(notes);
    }
  }

  private NetworkChecks(
      String node,
      SortedMap<String, Interface> before,
      SortedMap<String, Interface> after,
      NodeFacts facts) {
    this.node = node;
    this.before = before;
    this.after = after;
    this.facts = facts;
  }

  static Result of(
      String node,
      SortedMap<String, Interface> before,
      SortedMap<String, Interface> after,
      NodeFacts facts) {
    var checks = new NetworkChecks(node, before, after, facts);
    checks.problems.addAll(Structure.problems(after));
    checks.after.values().forEach(checks::one);
    checks.addresses();
    facts.needed().forEach(checks::stays);
    checks.guests();
    checks.corosync();
    return new Result(checks.problems, checks.notes);
  }

  private void one(Interface one) {
    gateway(one, "cidr", "gateway", "0.0.0.0/0");
    gateway(one, "cidr6", "gateway6", "::/0");
    String mode = one.settings().getOrDefault("bond_mode", "balance-rr");
    Interface now = before.get(one.name());
    boolean changed = now == null || !now.settings().equals(one.settings());
    if (changed && one.type().equals("bond")) {
      bond(one, mode);
    }
  }

  private void bond(Interface bond, String mode) {
    if (bond.members().isEmpty()) {
      problems.add(bond.name() + " has no cards; name them in slaves");
    }
    if (bond.settings().containsKey("bond-primary") && !mode.equals("active-backup")) {
      problems.add(
          bond.name() + " has a bond-primary, which its mode " + mode + " ignores; unset it: null");
    }
    if (bond.settings().containsKey("bond_xmit_hash_policy")
        && !Set.of("balance-xor", "802.3ad").contains(mode)) {
      problems.add(
          bond.name()
              + " has a bond_xmit_hash_policy, which its mode "
              + mode
              + " ignores; unset it: null");
    }
  }

  private void gateway(Interface one, String cidr, String gateway, String route) {
    String router = one.setting(gateway);
    Subnet own = one.subnet(cidr);
    if (router == null) {
      lostRoute(one, gateway, route);
    } else if (own == null) {
      problems.add(
          one.name()
              + " has the gateway "
              + router
              + " and no address; unset it, or give it "
              + cidr);
    } else if (router.equals(own.address())) {
      problems.add(one.name() + " has its own address " + router + " for a gateway");
    } else if (!own.holds(router) && !router.startsWith("fe80:")) {
      problems.add(one.name() + " has the gateway " + router + ", which is not in " + own);
    }
  }

  private void lostRoute(Interface one, String gateway, String route) {
    Interface now = before.get(one.name());
    boolean had = now != null && now.settings().containsKey(gateway);
    if (had && after.values().stream().noneMatch(any -> any.settings().containsKey(gateway))) {
      notes.add(node + " is left without a default gateway (" + route + ")");
    }
  }

  private void addresses() {
    var all = List.copyOf(after.values());
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        for (String key : List.of("cidr", "cidr6")) {
          overlap(all.get(i), all.get(j), key);
        }
      }
    }
  }

  private void overlap(Interface one, Interface other, String key) {
    Subnet here = one.subnet(key);
    Subnet there = other.subnet(key);
    if (here == null || there == null) {
      return;
    }
    if (here.address().equals(there.address())) {
      problems.add(one.name() + " and " + other.name() + " both have " + here.address());
    } else if (here.overlaps(there) && (isNew(one, key) || isNew(other, key))) {
      notes.add(
          one.name() + " (" + here + ") and " + other.name() + " (" + there + ") share addresses");
    }
  }

  private boolean isNew(Interface one, String key) {
    Interface now = before.get(one.name());
    return now == null || !Objects.equals(now.setting(key), one.setting(key));
  }

  /** An address that something uses stays on an interface that comes up and leads somewhere. */
  private void stays(String address, String use) {
    Interface had = holder(before, address);
    if (had == null) {
      return;
    }
    Interface has = holder(after, address);
    String subject = node + " would lose " + address + ": " + use;
    if (has == null) {
      problems.add(subject + "; keep it on an interface");
    } else if (had.startsAtBoot() && !has.startsAtBoot()) {
      problems.add(subject + ", and " + has.name() + " would not be brought up; set autostart");
    } else if (leadsOut(before, had.name(), new HashSet<>())
        && !leadsOut(after, has.name(), new HashSet<>())) {
      problems.add(subject + ", and " + has.name() + " would lead to no network card; give it one");
    } else {
      sameNetwork(address, had, has);
    }
  }

  private void sameNetwork(String address, Interface had, Interface has) {
    String key = address.indexOf(':') < 0 ? "cidr" : "cidr6";
    if (!had.name().equals(has.name())) {
      notes.add(address + " moves from " + had.name() + " to " + has.name());
    } else if (!Objects.equals(had.setting(key), has.setting(key))) {
      notes.add(
          address
              + " keeps its place and gets another prefix: "
              + had.setting(key)
              + " → "
              + has.setting(key));
    }
  }

  private static @Nullable Interface holder(SortedMap<String, Interface> in, String address) {
    for (Interface one : in.values()) {
      if (one.has(address)) {
        return one;
      }
    }
    return null;
  }

  private static boolean leadsOut(
      SortedMap<String, Interface> in, String name, Set<String> visited) {
    Interface one = in.get(name);
    if (one == null || !visited.add(name)) {
      int dot = name.lastIndexOf('.');
      return one == null && dot > 0 && leadsOut(in, name.substring(0, dot), visited);
    }
    if (one.type().equals("eth") || one.type().equals("OVSPort")) {
      return true;
    }
    String raw = one.rawDevice();
    return (raw != null && leadsOut(in, raw, visited))
        || one.members().stream().anyMatch(member -> leadsOut(in, member, visited));
  }

  private void guests() {
    for (Interface bridge : before.values()) {
      Interface then = after.get(bridge.name());
      List<String> users = facts.guests().getOrDefault(bridge.name(), List.of());
      if (!bridge.isBridge()) {
        continue;
      }
      if (then == null && !users.isEmpty()) {
        problems.add(
            bridge.name()
                + " would go, but "
                + listed(users)
                + (users.size() == 1 ? " has" : " have")
                + " a card on it; move "
                + (users.size() == 1 ? "it" : "them")
                + " to another bridge first");
      } else if (then == null && !facts.unseen().isEmpty()) {
        problems.add(
            bridge.name()
                + " would go, and the cards of "
                + listed(facts.unseen())
                + " can't be seen; grant VM.Audit on /vms");
      } else if (then != null) {
        stillConnected(bridge, then, users);
      }
    }
  }

  private void stillConnected(Interface bridge, Interface then, List<String> users) {
    List<String> tagged = facts.tagged().getOrDefault(bridge.name(), List.of());
    boolean aware = bridge.settings().containsKey("bridge_vlan_aware");
    if (aware && !then.settings().containsKey("bridge_vlan_aware") && !tagged.isEmpty()) {
      problems.add(
          bridge.name()
              + " would no longer know VLANs, but "
              + listed(tagged)
              + " use VLAN tags on it; leave it VLAN-aware");
    }
    if (!users.isEmpty() && !bridge.members().isEmpty() && then.members().isEmpty()) {
      notes.add(bridge.name() + " loses its last port: " + listed(users) + " will be cut off");
    }
  }

  private static String listed(List<String> names) {
    int most = 5;
    return names.size() <= most
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, most)) + " and " + (names.size() - most) + " more";
  }

  private void corosync() {
    SortedSet<String> changed = new TreeSet<>();
    for (Map.Entry<String, Interface> entry : before.entrySet()) {
      if (!entry.getValue().equals(after.get(entry.getKey()))) {
        changed.add(entry.getKey());
      }
    }
    for (String link : facts.links()) {
      Interface holder = holder(before, link);
      if (holder == null) {
        continue;
      }
      var under = new TreeSet<String>();
      under(holder.name(), under);
      under.retainAll(changed);
      if (!under.isEmpty()) {
        notes.add(
            "corosync's link "
                + link
                + " runs over "
                + String.join(", ", under)
                + ", which changes: "
                + node
                + " may lose quorum for a moment");
      }
    }
  }

  private void under(String name, Set<String> found) {
    Interface one = before.get(name);
    if (one == null || !found.add(name)) {
      return;
    }
    one.members().forEach(member -> under(member, found));
    String raw = one.rawDevice();
    if (raw != null) {
      under(raw, found);
    }
  }
}
