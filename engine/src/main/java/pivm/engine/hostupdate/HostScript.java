package pivm.engine.hostupdate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import pivm.proxmox.command.NodeShell;

/** Runs the verbs of {@code host.sh} on nodes, as root. */
final class HostScript {
  private static final String TEXT = read();

  private final NodeShell shell;

  HostScript(NodeShell shell) {
    this.shell = shell;
  }

  private static String read() {
    try (InputStream script = HostScript.class.getResourceAsStream("host.sh")) {
      byte[] bytes = Objects.requireNonNull(script, "host.sh is missing").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("host.sh can't be read", unreadable);
    }
  }

  /**
   * Runs a verb.
   *
   * @throws IOException when it can't be run, or fails; the message is a part of a sentence
   */
  String run(String node, Duration limit, String... words)
      throws IOException, InterruptedException {
    return other(node, limit, TEXT, "pivm-host", words);
  }

  /** Runs a verb of any script. */
  String other(String node, Duration limit, String text, String name, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", text, name));
    command.addAll(List.of(words));
    NodeShell.Result result = shell.run(node, new NodeShell.Task(command, null, limit));
    if (result.exitCode() == NodeShell.Result.TIMED_OUT) {
      throw new IOException(node + " did not answer within " + limit.toSeconds() + " s");
    }
    if (!result.ok()) {
      String said = (result.output() + result.errors()).strip();
      throw new IOException(
          said.isEmpty()
              ? words[0] + " failed on " + node
              : said.substring(said.lastIndexOf('\n') + 1));
    }
    return result.output();
  }
}
