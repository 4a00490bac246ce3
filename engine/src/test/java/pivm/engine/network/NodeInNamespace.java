package pivm.engine.network;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A node and a manager, each in a network namespace of its own, joined by a cable; the node has a
 * file system tree, a small systemd and a small ifreload that really sets addresses.
 */
final class NodeInNamespace implements AutoCloseable {
  static final String GOOD = "10.99.7.2";
  static final String WRONG = "10.99.8.2";

  /** Starts, stops and looks at the one timer; its time ends in a process of its own. */
  private static final String SYSTEMCTL =
      """
      #!/bin/sh
      u=$PIVM_ROOT/etc/systemd/system
      while [ "${1#--}" != "$1" ]; do shift; done
      verb=$1; shift
      case $verb in
        enable)
          for one in "$@"; do
            wants=$u/$(sed -n 's/^WantedBy=//p' "$u/$one").wants
            mkdir -p "$wants" && ln -sf "$u/$one" "$wants/$one"
          done ;;
        is-enabled) ls "$u"/*.wants/"$1" >/dev/null 2>&1 ;;
        is-active)
          case $1 in
            *.timer) kill -0 "$(cat "$PIVM_ROOT/run/timer" 2>/dev/null)" 2>/dev/null ;;
            networking.service) [ -e "$PIVM_ROOT/run/networking" ] ;;
          esac ;;
        restart)
          seconds=$(sed -n 's/^OnActiveSec=\\(.*\\)s$/\\1/p' "$u/$1")
          setsid sh -c "sleep $seconds; sh \\$PIVM_ROOT/var/lib/pivm/network-back/back.sh run" \\
            >>"$PIVM_ROOT/timer.log" 2>&1 </dev/null &
          echo $! >"$PIVM_ROOT/run/timer" ;;
      esac
      """;

  private static final String IFRELOAD =
      """
      #!/bin/sh
      ip addr flush dev n0
      sed -n 's/^[[:space:]]*address //p' "$PIVM_ROOT/etc/network/interfaces" |
        while read -r one; do ip addr add "$one" dev n0; done
      ip link set n0 up
      echo reloaded >>"$PIVM_ROOT/reloads"
      """;

  final Path root;
  private final Path tools;
  private final Process node;
  private final Process manager;

  private NodeInNamespace(Path folder) throws IOException, InterruptedException {
    root = Files.createDirectories(folder.resolve("root"));
    tools = Files.createDirectories(folder.resolve("tools"));
    tool("systemctl", SYSTEMCTL);
    tool("ifreload", IFRELOAD);
    tool("logger", "#!/bin/sh\n");
    for (String part : List.of("etc/network", "etc/systemd/system", "run", "var/lib")) {
      Files.createDirectories(root.resolve(part));
    }
    Files.writeString(root.resolve("run/networking"), "");
    node = new ProcessBuilder("unshare", "--net", "sleep", "300").start();
    manager = new ProcessBuilder("unshare", "--net", "sleep", "300").start();
    awaitOwnNetwork(node);
    awaitOwnNetwork(manager);
    String peer = Long.toString(node.pid());
    inManager("ip", "link", "add", "m0", "type", "veth", "peer", "name", "n0", "netns", peer);
    inManager("ip", "addr", "add", "10.99.7.1/24", "dev", "m0");
    inManager("ip", "link", "set", "m0", "up");
    Files.writeString(interfaces(), file(GOOD));
    inNode("ifreload");
  }

  /** Skips the test where namespaces can't be made. */
  static NodeInNamespace start(Path folder) throws IOException, InterruptedException {
    Assumptions.assumeTrue(
        exit("unshare", "--net", "ip", "link") == 0,
        "network namespaces need Linux, root, unshare and ip");
    return new NodeInNamespace(folder);
  }

  private static int exit(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException absent) {
      return -1;
    }
  }

  private static void awaitOwnNetwork(Process process) throws IOException, InterruptedException {
    Path mine = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
    Path its = Path.of("/proc/" + process.pid() + "/ns/net");
    while (Files.readSymbolicLink(its).equals(mine)) {
      if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("unshare ended");
      }
    }
  }

  private void tool(String name, String text) throws IOException {
    Path file = tools.resolve(name);
    Files.writeString(file, text);
    file.toFile().setExecutable(true);
  }

  static String file(String address) {
    return "auto n0\niface n0 inet static\n\taddress " + address + "/24\n";
  }

  Path interfaces() {
    return root.resolve("etc/network/interfaces");
  }

  Path state(String name) {
    return root.resolve("var/lib/pivm/network-back").resolve(name);
  }

  /** Like a reboot: nothing of /run is left, no timer runs, networking is not up yet. */
  void crash() throws IOException, InterruptedException {
    stopTimer();
    try (var files = Files.walk(root.resolve("run"))) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    Files.createDirectories(root.resolve("run"));
    inNode("ip", "addr", "flush", "dev", "n0");
  }

  void stopTimer() throws IOException {
    Path pid = root.resolve("run/timer");
    if (Files.exists(pid)) {
      ProcessHandle.of(Long.parseLong(Files.readString(pid).trim()))
          .ifPresent(timer -> {
            timer.descendants().forEach(ProcessHandle::destroyForcibly);
            timer.destroyForcibly();
          });
    }
  }

  /** What came of a command. */
  record Result(int code, String out, String err) {}

  Result inNode(String... command) throws IOException, InterruptedException {
    return run(node, Map.of(), "", command);
  }

  Result inManager(String... command) throws IOException, InterruptedException {
    return run(manager, Map.of(), "", command);
  }

  /** Calls the script as PIVM does: its text comes in, whether it is there already or not. */
  Result back(String... words) throws IOException, InterruptedException {
    return run(node, Map.of(), WayBack.script(), shell(words));
  }

  Result back(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    return run(node, variables, WayBack.script(), shell(words));
  }

  private String[] shell(String... words) {
    List<String> command = new ArrayList<>();
    if (words[0].equals("arm")) {
      command.addAll(List.of("sh", "-c", WayBack.installing(root.toString()), "sh"));
    } else {
      command.addAll(List.of("sh", "-s", "--"));
    }
    command.addAll(List.of(words));
    return command.toArray(String[]::new);
  }

  private Result run(Process where, Map<String, String> more, String in, String... command)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of("nsenter", "-t", Long.toString(where.pid()), "--net"));
    words.addAll(List.of(command));
    var builder = new ProcessBuilder(words);
    builder.environment().put("PIVM_ROOT", root.toString());
    builder.environment().merge("PATH", tools.toString(), (old, tool) -> tool + ":" + old);
    builder.environment().putAll(more);
    Process process = builder.start();
    try (var out = process.getOutputStream()) {
      out.write(in.getBytes(StandardCharsets.UTF_8));
    } catch (IOException notRead) {
      // it ended before it had read all
    }
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String wrong = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), text, wrong);
  }

  /** Whether the manager reaches the node's address by TCP, really. */
  boolean reaches(String address) throws IOException, InterruptedException {
    Process listener = reach(node, "listen");
    try {
      if (listener.inputReader().readLine() == null) {
        throw new IllegalStateException("no listener");
      }
      Process caller = reach(manager, address);
      return caller.waitFor(20, TimeUnit.SECONDS) && caller.exitValue() == 0;
    } finally {
      listener.destroyForcibly();
    }
  }

  private static Process reach(Process where, String word) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    return new ProcessBuilder(
            "nsenter",
            "-t",
            Long.toString(where.pid()),
            "--net",
            java,
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            Path.of(
                    URI.create(
                        Reach.class.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString(),
            Reach.class.getName(),
            word)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Waits until a file says that something has happened. */
  void await(Path file, Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!Files.exists(file)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(file + " did not appear within " + most);
      }
      node.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close() throws IOException {
    stopTimer();
    node.destroyForcibly();
    manager.destroyForcibly();
  }
}
