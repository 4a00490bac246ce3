package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A system with a real package manager in namespaces of its own, over this machine's own or over
 * the folder that {@code -Dpivm.debian.root} names; nothing of that is changed. Needs root.
 */
final class ThrowAwaySystem implements AutoCloseable {
  private static final Path LOWER = Path.of(System.getProperty("pivm.debian.root", "/"));

  private final Path folder;
  private final Process system;
  private final BufferedReader said;
  private final BufferedWriter tell;
  private final String inner;

  /**
   * Makes one; skips the test where that can't be.
   *
   * @param folder empty
   * @param tools that it takes, in {@code /usr/bin}
   */
  ThrowAwaySystem(Path folder, String manager, String... tools) throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces take root");
    for (String tool : List.of("unshare", "nsenter")) {
      assumeTrue(Files.isExecutable(Path.of("/usr/bin", tool)), "there is no " + tool);
    }
    for (String tool : tools) {
      assumeTrue(Files.isExecutable(LOWER.resolve("usr/bin/" + tool)), "there is no " + tool);
    }
    this.folder = folder;
    Path script = folder.resolve("throw-away-root.sh");
    try (var text =
        Objects.requireNonNull(ThrowAwaySystem.class.getResourceAsStream("throw-away-root.sh"))) {
      Files.copy(text, script);
    }
    Path work = Files.createDirectory(folder.resolve("system"));
    List<String> line =
        new ArrayList<>(List.of("unshare", "-m", "-p", "-n", "-f", "--kill-child", "sh"));
    line.addAll(List.of(script.toString(), manager, LOWER.toString(), work.toString()));
    system = new ProcessBuilder(line).redirectError(folder.resolve("errors").toFile()).start();
    said =
        new BufferedReader(new InputStreamReader(system.getInputStream(), StandardCharsets.UTF_8));
    tell =
        new BufferedWriter(
            new OutputStreamWriter(system.getOutputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(said.readLine())) {
      close();
      assumeTrue(
          false, "no such system can be made here: " + Files.readString(folder.resolve("errors")));
    }
    inner = system.children().findFirst().map(child -> Long.toString(child.pid())).orElseThrow();
  }

  @Override
  public void close() {
    system.destroy();
    try {
      system.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts a command in it, as {@code pct exec} would. */
  Process start(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("nsenter", "-t", inner, "-m", "-p", "-n", "--"));
    line.addAll(List.of("chroot", folder.resolve("system/root").toString()));
    line.addAll(Arrays.asList(words));
    return new ProcessBuilder(line).redirectErrorStream(true).start();
  }

  /** What a command in it prints. */
  String run(String... words) throws IOException, InterruptedException {
    Process process = start(words);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isIn(0, 1);
    return output;
  }

  String shell(String command) throws IOException, InterruptedException {
    return run("sh", "-c", command);
  }

  /** Gives it a way out that leads nowhere, and no names; false where that can't be. */
  boolean routed() throws IOException, InterruptedException {
    shell("rm -f /etc/resolv.conf; echo nameserver 127.0.0.1 >/etc/resolv.conf");
    return shell("ip link set lo up && ip route add default dev lo && echo done").contains("done");
  }

  String verb(String... words) throws IOException, InterruptedException {
    List<String> command = PatchScript.command(1, words);
    return run(command.subList(command.indexOf("--") + 1, command.size()).toArray(String[]::new));
  }

  /** An upgrade to its end. */
  PatchResult upgrade(String id, int lockWait, String health)
      throws IOException, InterruptedException {
    assertThat(verb("begin", id, Integer.toString(lockWait), health, PatchScript.TEXT).strip())
        .isEqualTo("begun " + id);
    return PatchResult.parse(ended(id).result());
  }

  PatchAnswer ended(String id) throws IOException, InterruptedException {
    Instant until = Instant.now().plus(Duration.ofMinutes(3));
    while (Instant.now().isBefore(until)) {
      PatchAnswer answer = PatchAnswer.parse(verb("poll", id, "0", "8"));
      if (answer.state() != PatchAnswer.State.RUNNING) {
        return answer;
      }
    }
    throw new AssertionError("the upgrade does not end");
  }

  /** Has a version of a package in its source: {@code NAME VERSION [SCRIPT]}. */
  void publish(String line) throws IOException {
    tell.write(line + "\n");
    tell.flush();
    assertThat(said.readLine()).startsWith("published");
  }
}
