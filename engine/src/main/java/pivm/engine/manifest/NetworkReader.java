package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.config.Subnet;

/** Reads the manifests of the nodes' networks. Everything that is wrong is told at once. */
public final class NetworkReader {
  private static final List<String> TOP = List.of("nodes");
  private static final List<String> NODE = List.of("interfaces", "dns", "hosts");
  private static final Pattern NAME = Pattern.compile(Fields.NODE_NAME);
  private static final Pattern HOST_NAME = Pattern.compile("[.\\-a-zA-Z0-9]+");

  /**
   * What was read.
   *
   * @param network what is declared without errors
   * @param findings by file, in the order of the text
   */
  public record Result(DesiredNetwork network, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }

    public boolean hasErrors() {
      return findings.stream().anyMatch(found -> found.severity() == Finding.Severity.ERROR);
    }
  }

  private final Findings found;
  private final SortedMap<String, DesiredNetwork.OfNode> nodes = new TreeMap<>();
  private DesiredNetwork.@Nullable OfNode everywhere;
  private DesiredNetwork.@Nullable OfNode single;

  private NetworkReader(Findings found) {
    this.found = found;
  }

  /** Reads one manifest. */
  public static Result read(String file, String text) {
    var found = new Findings(new SourceText(file, text));
    try {
      Tree tree = TreeReader.read(text);
      var reader = new NetworkReader(found);
      reader.whole(tree);
      return new Result(
          new DesiredNetwork(reader.nodes, reader.everywhere, reader.single), found.all());
    } catch (TreeReader.Malformed malformed) {
      var place = new Place(file, malformed.line(), malformed.column());
      String message = "the manifest " + malformed.getMessage();
      return new Result(
          DesiredNetwork.NONE, List.of(new Finding(Finding.Severity.ERROR, place, "", message)));
    }
  }

  private void whole(Tree tree) {
    switch (tree) {
      case Tree.Arr list -> {
        if (!list.elements().isEmpty()) {
          single = new DesiredNetwork.OfNode(place(list), interfaces(list, ""), null, List.of());
        }
      }
      case Tree.Obj object -> object(object);
      default ->
          found.error(
              tree.start(),
              "the manifest is "
                  + tree.what()
                  + "; write {\"nodes\": {\"NODE\": […]}}, or a list of interfaces for a single"
                  + " node");
    }
  }

  private Place place(Tree tree) {
    return found.source().place(tree.start());
  }

  private void object(Tree.Obj object) {
    Tree.Member member =
        new MemberCheck(found)
            .read(
                object,
                name ->
                    TOP.contains(name) || name.equals("$schema")
                        ? null
                        : "unknown field " + name + Nearest.hint(name, TOP))
            .get("nodes");
    if (member == null) {
      found.error(object.start(), "nodes is missing; write \"nodes\": {}");
    } else if (member.value() instanceof Tree.Obj map) {
      new MemberCheck(found).read(map, NetworkReader::notANode).values().forEach(this::node);
    } else {
      found.error(
          member.value().start(),
          "nodes is " + member.value().what() + "; write an object: {\"NODE\": […]}");
    }
  }

  private static @Nullable String notANode(String name) {
    return name.equals("*") || NAME.matcher(name).matches()
        ? null
        : "'" + name + "' can't be a node's name; write one, or * for every node";
  }

  private void node(Tree.Member member) {
    String node = member.name();
    String where = node.equals("*") ? " on every node" : " on " + node;
    DesiredNetwork.OfNode read =
        switch (member.value()) {
          case Tree.Arr list ->
              new DesiredNetwork.OfNode(place(list), interfaces(list, where), null, List.of());
          case Tree.Obj parts -> parts(parts, where);
          default -> null;
        };
    if (read == null) {
      found.error(
          member.value().start(),
          node
              + " is "
              + member.value().what()
              + "; write a list of interfaces, or {\"interfaces\": […], \"dns\": {…}, \"hosts\": […]}");
    } else if (node.equals("*")) {
      everywhere = read;
      noAddresses(read);
    } else {
      nodes.put(node, read);
    }
  }

  private void noAddresses(DesiredNetwork.OfNode read) {
    for (DesiredInterface one : read.interfaces()) {
      for (String key : List.of("cidr", "cidr6")) {
        if (one.set().containsKey(key)) {
          found.add(
              new Finding(
                  Finding.Severity.ERROR,
                  one.place(),
                  one.name() + " on every node",
                  key
                      + " would give every node the same address; write it under each node's name"));
        }
      }
    }
  }

  private DesiredNetwork.OfNode parts(Tree.Obj object, String where) {
    Map<String, Tree.Member> members =
        new MemberCheck(found)
            .read(
                object,
                name ->
                    NODE.contains(name)
                        ? null
                        : "unknown field " + name + Nearest.hint(name, NODE));
    Tree.Member list = members.get("interfaces");
    List<DesiredInterface> interfaces = List.of();
    if (list != null && list.value() instanceof Tree.Arr array) {
      interfaces = interfaces(array, where);
    } else if (list != null) {
      found.error(list.value().start(), "interfaces is " + list.value().what() + "; write a list");
    }
    return new DesiredNetwork.OfNode(
        place(object),
        interfaces,
        dns(members.get("dns"), where),
        hosts(members.get("hosts"), where));
  }

  private List<DesiredInterface> interfaces(Tree.Arr list, String where) {
    List<DesiredInterface> read = new ArrayList<>();
    Map<String, Place> names = new HashMap<>();
    for (Tree element : list.elements()) {
      if (!(element instanceof Tree.Obj entry)) {
        found.error(element.start(), "an interface is " + element.what() + "; write an object");
        continue;
      }
      Tree.Member name = entry.find("iface");
      String text = name == null ? null : name.value().scalar();
      found.about((text == null ? "an interface" : text) + where);
      DesiredInterface one = new InterfaceReader(found, entry).read();
      if (text != null && name != null) {
        Place first = names.putIfAbsent(text, place(entry));
        if (first != null) {
          found.error(
              name.start(), text + " is declared in line " + first.line() + " already; remove one");
        }
      }
      found.about("");
      if (one != null) {
        read.add(one);
      }
    }
    return read;
  }

  private DesiredNetwork.@Nullable Dns dns(Tree.@Nullable Member member, String where) {
    if (member == null) {
      return null;
    }
    if (!(member.value() instanceof Tree.Obj object)) {
      found.error(member.value().start(), "dns is " + member.value().what() + "; write an object");
      return null;
    }
    found.about("dns" + where);
    var members = new MemberCheck(found).read(object, NetworkFields.DNS, "dns.");
    var reader = new FieldReader(found, NetworkFields.DNS, "dns.");
    String search = reader.text(members.get("search"));
    Tree.Member list = members.get("servers");
    List<String> servers = list == null ? null : addresses(list, reader.names(list));
    found.about("");
    return new DesiredNetwork.Dns(search, servers);
  }

  private List<String> addresses(Tree.Member member, List<String> texts) {
    List<String> servers = new ArrayList<>();
    int before = found.errors();
    for (String text : texts) {
      String address = Subnet.address(text);
      if (address == null) {
        found.error(member.value().start(), "dns.servers has '" + text + "'; write IP addresses");
      } else if (!servers.contains(address)) {
        servers.add(address);
      }
    }
    if (found.errors() == before && (servers.isEmpty() || servers.size() > 3)) {
      found.error(
          member.value().start(),
          "dns.servers has " + servers.size() + " servers; write one to three");
    }
    return servers;
  }

  private List<DesiredNetwork.Host> hosts(Tree.@Nullable Member member, String where) {
    List<DesiredNetwork.Host> hosts = new ArrayList<>();
    if (member == null) {
      return hosts;
    }
    if (!(member.value() instanceof Tree.Arr list)) {
      found.error(member.value().start(), "hosts is " + member.value().what() + "; write a list");
      return hosts;
    }
    found.about("hosts" + where);
    for (Tree element : list.elements()) {
      DesiredNetwork.Host host = host(element);
      if (host == null) {
        continue;
      }
      if (hosts.stream().anyMatch(other -> other.address().equals(host.address()))) {
        found.error(element.start(), host.address() + " stands here twice; put its names together");
      }
      hosts.add(host);
    }
    found.about("");
    return hosts;
  }

  private DesiredNetwork.@Nullable Host host(Tree element) {
    if (!(element instanceof Tree.Obj entry)) {
      found.error(
          element.start(),
          "an entry is " + element.what() + "; write {\"address\": …, \"names\": […]}");
      return null;
    }
    var members = new MemberCheck(found).read(entry, NetworkFields.HOST, "");
    var reader = new FieldReader(found, NetworkFields.HOST, "");
    Tree.Member addressMember = members.get("address");
    String written = reader.text(addressMember);
    String address = written == null ? null : Subnet.address(written);
    if (address == null) {
      found.error(entry.start(), "address is missing or no IP address; write one");
      return null;
    }
    boolean absent = "absent".equals(reader.choice(members.get("state")));
    List<String> names = new ArrayList<>();
    Tree.Member list = members.get("names");
    for (String text : reader.names(list)) {
      names.addAll(List.of(text.trim().split("\\s+")));
    }
    for (String name : Set.copyOf(names)) {
      if (!HOST_NAME.matcher(name).matches()) {
        found.error(entry.start(), "'" + name + "' can't be a host's name");
      }
    }
    if (absent != names.isEmpty()) {
      found.error(
          entry.start(),
          absent ? "names says nothing where state is absent; leave it out" : "names is missing");
    }
    return new DesiredNetwork.Host(place(entry), address, names);
  }
}
