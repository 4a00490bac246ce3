package pivm.simulator.state;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.network.InterfacesFile;
import pivm.simulator.network.InterfacesText;
import pivm.simulator.network.UnifiedDiff;

/**
 * A node's {@code /etc/network/interfaces}, the {@code interfaces.new} beside it, what the kernel
 * runs, and {@code /etc/hosts}.
 */
public final class NodeNetwork {
  private static final DateTimeFormatter TIMES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSS Z").withZone(ZoneOffset.UTC);

  private final Set<String> cards = new TreeSet<>(Set.of("eth0"));
  private final Set<String> plugged = new TreeSet<>(Set.of("eth0"));
  private String file;
  private @Nullable String pending;
  private String running;
  private String hosts;
  private @Nullable String reloadError;
  private final NetworkBack back = new NetworkBack();

  NodeNetwork(String node, String address) {
    int dot = address.lastIndexOf('.');
    file =
        """
        auto lo
        iface lo inet loopback

        iface eth0 inet manual

        auto vmbr0
        iface vmbr0 inet static
        \taddress %s/24
        \tgateway %s.1
        \tbridge-ports eth0
        \tbridge-stp off
        \tbridge-fd 0

        source /etc/network/interfaces.d/*
        """
            .formatted(address, address.substring(0, dot));
    running = file;
    hosts =
        "127.0.0.1 localhost.localdomain localhost\n"
            + address
            + " "
            + node
            + ".lab.example "
            + node
            + "\n::1 ip6-localhost ip6-loopback\n";
  }

  public String file() {
    return file;
  }

  /** Writes the file and has it in use, as if it had always been so. */
  public void file(String text) {
    file = text;
    running = text;
  }

  /** Only writes the file, as somebody does at the node. */
  public void write(String text) {
    file = text;
  }

  public @Nullable String pending() {
    return pending;
  }

  public void pending(@Nullable String text) {
    pending = text;
  }

  /** The cards that the node has. */
  public Set<String> cards() {
    return cards;
  }

  /** The cards whose cable leads to the network of the cluster. */
  public Set<String> plugged() {
    return plugged;
  }

  /** What takes a change back. */
  public NetworkBack back() {
    return back;
  }

  public String hosts() {
    return hosts;
  }

  public void hosts(String text) {
    hosts = text;
  }

  /** What the file says, with what runs now marked. */
  public InterfacesFile configured() {
    return marked(InterfacesFile.read(pending == null ? file : pending, cards));
  }

  /** What is in use. */
  public InterfacesFile inUse() {
    return marked(InterfacesFile.read(running, cards));
  }

  private InterfacesFile marked(InterfacesFile read) {
    var active = new HashSet<>(plugged);
    active.addAll(cards);
    InterfacesFile.read(running, cards)
        .interfaces()
        .forEach((name, iface) -> {
          if ("1".equals(iface.text("autostart"))) {
            active.add(name);
          }
        });
    read.interfaces()
        .forEach((name, iface) -> {
          if (active.contains(name)) {
            iface.put("active", 1);
          }
        });
    return read;
  }

  /** Writes interfaces as pending. */
  public void stage(Map<String, Doc> interfaces) {
    String text = InterfacesText.write(interfaces, configured().lines());
    pending = text;
  }

  /** Proxmox's diff of what is pending; null when nothing is, or nothing but blanks. */
  public @Nullable String changes(long nowMillis) {
    if (pending == null) {
      return null;
    }
    String time = TIMES.format(Instant.ofEpochMilli(nowMillis));
    return UnifiedDiff.of(
        "--- /etc/network/interfaces\t"
            + time
            + "\n+++ /etc/network/interfaces.new\t"
            + time
            + "\n",
        file,
        pending);
  }

  /** Has every reload end with that error from now on; null to end it. */
  public void reloadError(@Nullable String error) {
    reloadError = error;
  }

  /** What is pending takes the file's place. */
  public void commit() {
    if (pending != null) {
      file = pending;
      pending = null;
    }
  }

  /**
   * Has the file in use.
   *
   * @throws ApiError when the reload was told to fail
   */
  public void reload() {
    running = file;
    if (reloadError != null) {
      throw ApiError.die(reloadError);
    }
  }

  /** Whether an address of this node is on an interface that leads to the cluster's network. */
  public boolean answersAt(String address) {
    Map<String, Doc> all = InterfacesFile.read(running, cards).interfaces();
    for (Map.Entry<String, Doc> entry : all.entrySet()) {
      if (address.equals(entry.getValue().text("address")) && leadsOut(all, entry.getKey(), 0)) {
        return true;
      }
    }
    return false;
  }

  /** A VLAN leads elsewhere: the cluster's network is untagged. */
  private boolean leadsOut(Map<String, Doc> all, String name, int depth) {
    if (plugged.contains(name)) {
      return true;
    }
    Doc iface = all.get(name);
    if (iface == null || depth > 8 || "vlan".equals(iface.text("type"))) {
      return false;
    }
    return InterfacesText.members(iface).stream().anyMatch(one -> leadsOut(all, one, depth + 1));
  }
}
