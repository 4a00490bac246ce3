package pivm.engine.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.Proxmox;
import pivm.proxmox.json.Json;

/**
 * A node's network as Proxmox has it configured. With {@link #pending} it tells what waits to be
 * applied, not what is in use: Proxmox's API shows only the one or the other.
 *
 * @param interfaces by name
 * @param listed the interfaces as Proxmox told them
 * @param pending Proxmox's own diff of what waits to be applied; null when nothing does
 */
public record NodeNetwork(
    SortedMap<String, Interface> interfaces, Json listed, @Nullable String pending) {
  public NodeNetwork {
    interfaces = Collections.unmodifiableSortedMap(new TreeMap<>(interfaces));
  }

  /** Reads the answer to {@code GET /nodes/N/network}. */
  public static NodeNetwork of(Proxmox.Answer answer) {
    return of(answer.data(), answer.whole().text("changes"));
  }

  /**
   * The same of a list of interfaces.
   *
   * @param pending the diff; null for none
   */
  public static NodeNetwork of(Json listed, @Nullable String pending) {
    return new NodeNetwork(interfaces(listed), listed, pending);
  }

  /** A short text that is the same while the interfaces are configured the same. */
  public String fingerprint() {
    var text = new StringBuilder();
    interfaces.forEach((name, one) ->
        text.append(
            name + " " + one.type() + one.settings() + one.method() + one.method6() + "\n"));
    return PendingDiff.fingerprint(text.toString());
  }

  /** Whether both are configured the same, as far as the API tells. */
  public boolean sameAs(SortedMap<String, Interface> others) {
    return settings(interfaces).equals(settings(others));
  }

  private static Map<String, SortedMap<String, String>> settings(SortedMap<String, Interface> all) {
    Map<String, SortedMap<String, String>> settings = new TreeMap<>();
    all.forEach((name, one) -> settings.put(name, one.settings()));
    return settings;
  }

  static SortedMap<String, Interface> interfaces(Json list) {
    var interfaces = new TreeMap<String, Interface>();
    for (Json.Obj entry : list.objects()) {
      Interface one = Interface.of(entry);
      interfaces.put(one.name(), one);
    }
    return interfaces;
  }

  /** The name under which an interface is configured, given one that the kernel knows it by. */
  String resolve(String name) {
    if (interfaces.containsKey(name)) {
      return name;
    }
    for (Interface one : interfaces.values()) {
      if (one.altnames().contains(name)) {
        return one.name();
      }
    }
    return name;
  }

  /**
   * A node's name servers.
   *
   * @param search empty for none
   */
  public record Dns(String search, List<String> servers) {
    public Dns {
      servers = List.copyOf(servers);
    }

    /** Reads the answer to {@code GET /nodes/N/dns}. */
    public static Dns of(Json answer) {
      Json.Obj dns = answer.asObject();
      List<String> servers = new ArrayList<>();
      for (String key : List.of("dns1", "dns2", "dns3")) {
        String server = dns.text(key);
        if (server != null && !server.isEmpty()) {
          servers.add(server);
        }
      }
      return new Dns(dns.text("search", ""), servers);
    }
  }
}
