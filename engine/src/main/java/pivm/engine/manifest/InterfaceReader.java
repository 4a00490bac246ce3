package pivm.engine.manifest;

import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.config.Subnet;

/** Reads one interface of a network manifest. */
final class InterfaceReader {
  private static final Pattern NUMBERED_VLAN = Pattern.compile("(\\S+)\\.(\\d+)");
  private static final Pattern PLAIN_VLAN = Pattern.compile("vlan(\\d+)");
  private static final int LONGEST = 15;

  private final Findings findings;
  private final Tree.Obj entry;
  private final SequencedMap<String, Tree.Member> members;
  private final FieldReader reader;
  private final SortedMap<String, String> set = new TreeMap<>();
  private final TreeSet<String> unset = new TreeSet<>();

  InterfaceReader(Findings findings, Tree.Obj entry) {
    this.findings = findings;
    this.entry = entry;
    this.members =
        new MemberCheck(findings)
            .read(entry, name -> unknown(name, NetworkFields.INTERFACE_FIELDS));
    this.reader = new FieldReader(findings, NetworkFields.INTERFACE_FIELDS, "");
  }

  private static @Nullable String unknown(String name, Fields fields) {
    if (fields.find(name) != null) {
      return null;
    }
    return switch (name) {
      case "address", "netmask" -> name + " is written as cidr: ADDRESS/PREFIX";
      case "address6", "netmask6" -> name + " is written as cidr6: ADDRESS/PREFIX";
      case "bond_slaves", "bond-slaves" -> name + " is slaves in Proxmox's API; write slaves";
      default ->
          name.startsWith("ovs_")
              ? name + " belongs to Open vSwitch, which PIVM leaves as it is; leave it out"
              : "unknown field " + name + Nearest.hint(name, fields.names());
    };
  }

  /** Null after an error. */
  @Nullable DesiredInterface read() {
    int before = findings.errors();
    Tree.Member nameMember = required("iface", "write the interface's name");
    String name = reader.text(nameMember);
    boolean absent = "absent".equals(reader.choice(members.get("state")));
    Tree.Member typeMember =
        absent ? members.get("type") : required("type", "write bridge, bond, eth or vlan");
    String type = type(typeMember);
    if (name != null && nameMember != null) {
      name(name, nameMember);
    }
    members.values().forEach(member -> field(member, type));
    if (absent) {
      alone();
    } else if (name != null && type != null) {
      together(name, type);
    }
    return findings.errors() > before || name == null
        ? null
        : new DesiredInterface(
            findings.source().place(entry.start()), name, type, absent, set, unset);
  }

  private Tree.@Nullable Member required(String name, String what) {
    Tree.Member member = members.get(name);
    if (member == null) {
      findings.error(entry.start(), name + " is missing; " + what);
    }
    return member;
  }

  private @Nullable String type(Tree.@Nullable Member member) {
    String text = member == null ? null : member.value().scalar();
    if (member != null && text != null && text.startsWith("OVS")) {
      findings.error(
          member.value().start(),
          "type is "
              + text
              + "; Open vSwitch is left as it is and can't be declared: leave it out");
      return null;
    }
    return reader.choice(member);
  }

  /** The kernel takes no longer names (linux, include/uapi/linux/if.h, IFNAMSIZ). */
  private void name(String name, Tree.Member member) {
    if (name.length() > LONGEST) {
      findings.error(
          member.value().start(),
          "iface has " + name.length() + " characters; the kernel takes " + LONGEST);
    }
  }

  private void field(Tree.Member member, @Nullable String type) {
    String name = member.name();
    Field field = NetworkFields.INTERFACE_FIELDS.find(name);
    if (field == null || Set.of("iface", "type", "state").contains(name)) {
      return;
    }
    Set<String> types = NetworkFields.TYPES.get(name);
    if (type != null && types != null && !types.contains(type)) {
      findings.error(
          member.start(), name + " is for a " + types.iterator().next() + "; leave it out");
      return;
    }
    if (member.value() instanceof Tree.Nothing) {
      if (field.nullable()) {
        unset.add(name);
      } else {
        findings.error(member.value().start(), name + " is null; leave it out");
      }
      return;
    }
    String value = value(member, field.shape());
    if (value != null) {
      set.put(name, value);
    }
  }

  private @Nullable String value(Tree.Member member, Shape shape) {
    return switch (shape) {
      case Shape.Choice _ -> reader.choice(member);
      case Shape.Whole _ -> {
        Integer number = reader.whole(member);
        yield number == null ? null : number.toString();
      }
      case Shape.Flag _ -> {
        Boolean flag = reader.flag(member);
        yield flag == null ? null : flag ? "1" : "0";
      }
      case Shape.Names _ -> names(member);
      default -> text(member);
    };
  }

  private @Nullable String names(Tree.Member member) {
    var names = new TreeSet<String>();
    for (String one : reader.names(member)) {
      names.addAll(List.of(one.trim().split("[\\s,;]+")));
    }
    for (String name : names) {
      if (!name.matches("[A-Za-z][A-Za-z0-9_]{1,20}([:.]\\d+)?")) {
        findings.error(
            member.value().start(),
            member.name() + " names " + name + ", which no interface can be");
      }
    }
    return String.join(" ", names);
  }

  private @Nullable String text(Tree.Member member) {
    String text = reader.text(member);
    if (text == null) {
      return null;
    }
    boolean six = member.name().endsWith("6");
    return switch (member.name()) {
      case "cidr", "cidr6" -> subnet(member, text, six);
      case "gateway", "gateway6" -> {
        String address = Subnet.address(text);
        if (address == null || (address.indexOf(':') >= 0) != six) {
          findings.error(
              member.value().start(),
              member.name() + " is '" + text + "'; write an " + family(six) + " address");
        }
        yield address;
      }
      default -> text;
    };
  }

  private @Nullable String subnet(Tree.Member member, String text, boolean six) {
    Subnet subnet = Subnet.parse(text);
    if (subnet == null || subnet.isV6() != six) {
      findings.error(
          member.value().start(),
          member.name()
              + " is '"
              + text
              + "'; write an "
              + family(six)
              + " address with its prefix");
      return null;
    }
    return subnet.toString();
  }

  private static String family(boolean six) {
    return six ? "IPv6" : "IPv4";
  }

  private void alone() {
    for (String name : set.keySet()) {
      Tree.Member member = members.get(name);
      if (member != null) {
        findings.error(member.start(), name + " says nothing where state is absent; leave it out");
      }
    }
  }

  private void together(String name, String type) {
    if (type.equals("bond") && !name.matches("bond\\d+")) {
      findings.error(
          at("iface"), "a bond is called bond0, bond1 and so on; Proxmox knows it by that");
    }
    if (type.equals("vlan")) {
      vlan(name);
    }
    if (!set.getOrDefault("bridge_vlan_aware", "1").equals("1") && set.containsKey("bridge_vids")) {
      findings.error(at("bridge_vids"), "bridge_vids is for a VLAN-aware bridge; leave it out");
    }
    String mode = set.get("bond_mode");
    if (mode != null && !mode.equals("active-backup") && set.containsKey("bond-primary")) {
      findings.error(at("bond-primary"), "bond-primary is for active-backup only; leave it out");
    }
    if (mode != null
        && !Set.of("balance-xor", "802.3ad").contains(mode)
        && set.containsKey("bond_xmit_hash_policy")) {
      findings.error(
          at("bond_xmit_hash_policy"),
          "bond_xmit_hash_policy is for balance-xor and 802.3ad only; leave it out");
    }
    gateway("cidr", "gateway");
    gateway("cidr6", "gateway6");
  }

  private void gateway(String cidr, String gateway) {
    String subnet = set.get(cidr);
    String router = set.get(gateway);
    Subnet own = subnet == null ? null : Subnet.parse(subnet);
    if (router == null || own == null) {
      return;
    }
    if (router.equals(own.address())) {
      findings.error(at(gateway), gateway + " " + router + " is the interface's own address");
    } else if (!own.holds(router) && !router.startsWith("fe80:")) {
      findings.error(at(gateway), gateway + " " + router + " is not in " + own);
    }
  }

  /** As Proxmox reads them (pve-common, src/PVE/Network/Interfaces.pm). */
  private void vlan(String name) {
    Matcher numbered = NUMBERED_VLAN.matcher(name);
    Matcher plain = PLAIN_VLAN.matcher(name);
    if (numbered.matches()) {
      agrees("vlan-raw-device", numbered.group(1));
      agrees("vlan-id", numbered.group(2));
      return;
    }
    required("vlan-raw-device", "write what the VLAN is on");
    if (plain.matches()) {
      agrees("vlan-id", plain.group(1));
    } else {
      required("vlan-id", "write the VLAN's number");
    }
  }

  private void agrees(String field, String said) {
    String value = set.putIfAbsent(field, said);
    if (value != null && !value.equals(said)) {
      findings.error(at(field), field + " is " + value + ", but the name says " + said);
    }
    if (field.equals("vlan-id") && (said.length() > 4 || Integer.parseInt(said) > 4094)) {
      findings.error(at("iface"), "the name says VLAN " + said + "; there are 1 to 4094");
    }
  }

  private int at(String field) {
    Tree.Member member = members.get(field);
    return member == null ? entry.start() : member.start();
  }
}
