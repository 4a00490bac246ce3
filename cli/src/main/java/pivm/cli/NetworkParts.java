package pivm.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.hostupdate.HostReader;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.network.NetworkOptions;
import pivm.engine.network.WayBack;
import pivm.engine.network.live.NetworkKind;
import pivm.engine.network.live.NetworkWorker;
import pivm.engine.network.live.Networks;
import pivm.engine.network.live.NodeBack;
import pivm.engine.network.live.Reach;
import pivm.engine.network.live.StagedStore;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.https.HttpsProxmox;

/** What a call does networks with. */
record NetworkParts(
    Networks networks, StagedStore store, NodeBack back, Reach reach, HostReader hosts) {
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /** Whoever is asked first: the router; one that answers no pings has told its address. */
  private static final String OUTSIDE =
      """
      router=$(ip -o route show default | sed -n 's/.* via \\([^ ]*\\) .*/\\1/p' | head -n 1)
      [ -n "$router" ] || exit 0
      ping -c 1 -W 2 "$router" >/dev/null 2>&1 && exit 0
      ip neigh show "$router" | grep -q lladdr && exit 0
      echo "the router $router does not answer"
      exit 1
      """;

  static NetworkParts of(Call call, Connection connection, NodeShell shell) {
    boolean commands = connection.node() != null;
    return new NetworkParts(
        new Networks(connection.proxmox(), shell, commands),
        new StagedStore(StateFolder.of(call.shell(), call.settings())),
        new NodeBack(shell),
        commands ? byShell(connection, shell) : anew(call),
        new HostReader(connection.proxmox(), shell));
  }

  /**
   * The shell of the nodes. A folder of stand-ins for a node's commands is no node unless it has a
   * shell too: otherwise this machine would be taken for one.
   */
  static NodeShell shell(Connection connection) {
    NodeAccess node = connection.node();
    if (node == null) {
      return NodeShell.none();
    }
    Path folder = node.folder();
    return folder == null || Files.isExecutable(folder.resolve("sh"))
        ? node.nodes()
        : NodeShell.none();
  }

  NetworkWorker worker(Call call) {
    return new NetworkWorker(networks, store, back, reach, TypedWord.of(call));
  }

  /**
   * @param stageOnly whether interfaces are only to be written as pending
   */
  NetworkKind kind(Call call, DesiredNetwork desired, boolean stageOnly) {
    return new NetworkKind(
        desired,
        options(call, stageOnly),
        networks,
        store,
        endpoints(call),
        (node, inventory) -> hosts.read(node, inventory, Instant.now()));
  }

  /** How a network is applied by this call. */
  static NetworkOptions options(Call call, boolean stageOnly) {
    int set = call.settings().whole(Keys.NETWORK_SECONDS);
    String given = call.parsed().text("--seconds");
    int seconds = set;
    if (given != null) {
      if (!given.matches("\\d{1,4}") || Integer.parseInt(given) < 10) {
        throw call.parsed().usage("--seconds is " + given + "; it must be 10 to 9999");
      }
      seconds = Integer.parseInt(given);
    }
    return new NetworkOptions(
        Math.max(seconds, WayBack.LEAST_SECONDS),
        call.parsed().has("--confirm-when-reachable"),
        stageOnly);
  }

  /** The addresses of the endpoint that a call connects to. */
  private static SortedSet<String> endpoints(Call call) {
    var addresses = new TreeSet<String>();
    String endpoint = call.settings().text(Keys.ENDPOINT);
    String host = endpoint == null ? null : URI.create(endpoint).getHost();
    if (host != null) {
      try {
        for (InetAddress address : InetAddress.getAllByName(host)) {
          addresses.add(address.getHostAddress());
        }
      } catch (UnknownHostException notKnown) {
        call.say("warning: the addresses of " + host + " are not known: " + notKnown.getMessage());
      }
    }
    return addresses;
  }

  /** A connection of its own for each try. */
  private static Reach anew(Call call) {
    return node -> {
      String endpoint = call.settings().text(Keys.ENDPOINT);
      if (endpoint == null) {
        return "no endpoint is set";
      }
      var settings = Connection.settings(call, endpoint).withTimeouts(CONNECT, ANSWER);
      try (Proxmox once = new HttpsProxmox(settings)) {
        once.call(ApiCall.get("/nodes/" + node + "/network"));
        return null;
      } catch (ProxmoxException unreachable) {
        return String.valueOf(unreachable.getMessage());
      }
    };
  }

  /** From another node by a new ssh connection; this node itself by looking outside. */
  private static Reach byShell(Connection connection, NodeShell shell) {
    NodeAccess here = connection.node();
    return node -> {
      boolean local = here != null && here.node().equals(node);
      List<String> command = local ? List.of("sh", "-s", "--", "outside") : List.of("true");
      var task = new NodeShell.Task(command, local ? OUTSIDE : null, Duration.ofSeconds(20));
      try {
        NodeShell.Result result = shell.run(node, task);
        return result.ok() ? null : said(result);
      } catch (IOException noShell) {
        return String.valueOf(noShell.getMessage());
      }
    };
  }

  private static @Nullable String said(NodeShell.Result result) {
    String said = (result.output() + result.errors()).strip();
    return said.isEmpty() ? "exit code " + result.exitCode() : said;
  }
}
