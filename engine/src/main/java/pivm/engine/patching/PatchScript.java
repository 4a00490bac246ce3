package pivm.engine.patching;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import pivm.proxmox.command.NodeShell;

/** Runs the verbs of the patching script in containers, by {@code pct exec} on their nodes. */
public final class PatchScript {
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** What it calls itself in a container's list of processes. */
  public static final String NAME = "pivm-patch";

  /** What it is made of: what all systems share, each family of package managers, the upgrade. */
  static final List<String> PARTS =
      List.of("common", "apt", "apk", "dnf", "pacman", "zypper", "upgrade");

  /** The script itself. */
  public static final String TEXT = read();

  private final NodeShell shell;

  PatchScript(NodeShell shell) {
    this.shell = shell;
  }

  /** Joined as they are: what is defined first is there for the next. */
  private static String read() {
    var text = new StringBuilder();
    for (String part : PARTS) {
      try (InputStream script = PatchScript.class.getResourceAsStream(part + ".sh")) {
        byte[] bytes = Objects.requireNonNull(script, part + ".sh is missing").readAllBytes();
        text.append(new String(bytes, StandardCharsets.UTF_8));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(part + ".sh can't be read", unreadable);
      }
    }
    return text.toString();
  }

  /** What is run on the node. */
  static List<String> command(int vmid, String... words) {
    List<String> command =
        new ArrayList<>(List.of("pct", "exec", Integer.toString(vmid), "--", "/bin/sh", "-c"));
    command.add(TEXT);
    command.add(NAME);
    command.addAll(List.of(words));
    return command;
  }

  /**
   * Runs a verb.
   *
   * @return what it printed
   * @throws IOException when it can't be run, or fails; the message is a part of a sentence
   * @throws InterruptedException when the waiting thread is asked to end
   */
  String run(String node, int vmid, String... words) throws IOException, InterruptedException {
    NodeShell.Result result =
        shell.run(node, new NodeShell.Task(command(vmid, words), null, LONGEST));
    if (result.exitCode() == NodeShell.Result.TIMED_OUT) {
      throw new IOException(
          "pct exec " + vmid + " did not answer within " + LONGEST.toSeconds() + " s");
    }
    if (!result.ok()) {
      String said = result.errors().strip();
      throw new IOException(
          "pct exec " + vmid + " failed" + (said.isEmpty() ? "" : ": " + lastLine(said)));
    }
    return result.output();
  }

  private static String lastLine(String text) {
    return text.substring(text.lastIndexOf('\n') + 1);
  }
}
