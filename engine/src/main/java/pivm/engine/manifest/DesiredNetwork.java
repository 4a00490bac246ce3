package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the manifests declare about the nodes' own networks.
 *
 * @param nodes by node
 * @param everywhere what holds for every node as well; null when nothing does
 * @param single what a bare list declares, for a cluster of one node; null when there is none
 */
public record DesiredNetwork(
    SortedMap<String, OfNode> nodes, @Nullable OfNode everywhere, @Nullable OfNode single) {
  public static final DesiredNetwork NONE = new DesiredNetwork(new TreeMap<>(), null, null);

  /**
   * One node's part.
   *
   * @param place where it begins
   * @param dns null where nothing is declared
   */
  public record OfNode(
      Place place, List<DesiredInterface> interfaces, @Nullable Dns dns, List<Host> hosts) {
    public OfNode {
      interfaces = List.copyOf(interfaces);
      hosts = List.copyOf(hosts);
    }

    private OfNode over(OfNode everywhere) {
      Map<String, DesiredInterface> merged = new LinkedHashMap<>();
      everywhere.interfaces.forEach(one -> merged.put(one.name(), one));
      interfaces.forEach(one -> merged.merge(one.name(), one, (general, own) -> own.over(general)));
      var byAddress = new ArrayList<>(hosts);
      everywhere.hosts.stream()
          .filter(one -> hosts.stream().noneMatch(own -> own.address().equals(one.address())))
          .forEach(byAddress::add);
      return new OfNode(
          place,
          List.copyOf(merged.values()),
          dns == null ? everywhere.dns : dns.over(everywhere.dns),
          byAddress);
    }
  }

  /**
   * How a node looks names up.
   *
   * @param search the search domain; null when not declared
   * @param servers in order, at most three; null when not declared
   */
  public record Dns(@Nullable String search, @Nullable List<String> servers) {
    public Dns {
      servers = servers == null ? null : List.copyOf(servers);
    }

    private Dns over(@Nullable Dns general) {
      return general == null
          ? this
          : new Dns(
              search == null ? general.search : search,
              servers == null ? general.servers : servers);
    }
  }

  /**
   * An entry of a node's {@code /etc/hosts}.
   *
   * @param names empty when the address is to have no entry
   */
  public record Host(Place place, String address, List<String> names) {
    public Host {
      names = List.copyOf(names);
    }
  }

  public DesiredNetwork {
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
  }

  public boolean isEmpty() {
    return nodes.isEmpty() && everywhere == null && single == null;
  }

  /** What is declared for a node of a cluster; null for nothing. */
  public @Nullable OfNode of(String node, SortedSet<String> members) {
    OfNode own = nodes.get(node);
    if (own == null && single != null && members.equals(new TreeSet<>(List.of(node)))) {
      return single;
    }
    if (everywhere == null) {
      return own;
    }
    return own == null ? everywhere : own.over(everywhere);
  }
}
