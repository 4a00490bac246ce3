package pivm.proxmox.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeShellTest {
  @TempDir Path pmxcfs;

  private NodeShell shell(@Nullable Path folder) {
    return NodeShell.ofCluster("pve-01", pmxcfs, folder);
  }

  @Test
  void aScriptIsReadFromItsInputAndHeardLineByLine() throws Exception {
    List<String> lines = new ArrayList<>();
    NodeShell.Result result =
        shell(null)
            .run(
                "pve-01",
                NodeShell.Task.script("echo one; echo two; echo bad >&2; exit 3"),
                lines::add);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.output()).isEqualTo("one\ntwo\n");
    assertThat(result.errors()).isEqualTo("bad\n");
    assertThat(lines).containsExactlyInAnyOrder("one", "two", "bad");
  }

  @Test
  void aFileIsReadWithoutBeingHeldInMemory(@TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("image"), new byte[] {'a', 0, 'b', '\n'});
    NodeShell.Result result =
        shell(null).run("pve-01", NodeShell.Task.reading(file, List.of("od", "-An", "-tx1")));
    assertThat(result.output()).isEqualTo(" 61 00 62 0a\n");
  }

  @Test
  void aCommandThatDoesNotReadItsInputTellsByItsExitCode() throws Exception {
    var uncaught = new AtomicReference<@Nullable Throwable>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> uncaught.set(thrown));
    try {
      var task =
          new NodeShell.Task(
              List.of("sh", "-c", "exec 0<&-; sleep 0.3; exit 7"),
              "x".repeat(1 << 20),
              Duration.ofSeconds(20));
      assertThat(shell(null).run("pve-01", task).exitCode()).isEqualTo(7);
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertThat(uncaught.get()).isNull();
  }

  @Test
  void whatTakesTooLongIsEndedWithItsChildren() throws Exception {
    long before = System.nanoTime();
    NodeShell.Result result =
        shell(null)
            .run(
                "pve-01",
                NodeShell.Task.script("echo begun; sleep 300 & wait")
                    .within(Duration.ofMillis(300)));
    assertThat(result.exitCode()).isEqualTo(NodeShell.Result.TIMED_OUT);
    assertThat(result.output()).isEqualTo("begun\n");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(200));
  }

  @Test
  void otherNodesAreReachedAsProxmoxDoes(@TempDir Path folder) throws Exception {
    Files.writeString(
        pmxcfs.resolve(".members"),
        "{\"nodelist\": {\"pve-02\": {\"id\": 2, \"online\": 1, \"ip\": \"192.0.2.2\"}}}");
    Path known = Files.createDirectories(pmxcfs.resolve("nodes/pve-02")).resolve("ssh_known_hosts");
    Files.writeString(known, "");
    Path log = folder.resolve("arguments");
    Path ssh =
        Files.writeString(
            folder.resolve("ssh"), "#!/bin/sh\nprintf '%s\\n' \"$@\" > '" + log + "'\n");
    Files.setPosixFilePermissions(ssh, PosixFilePermissions.fromString("rwxr-xr-x"));
    NodeShell shell = shell(folder);
    assertThat(shell.reaches("pve-02")).isTrue();
    shell.run("pve-02", NodeShell.Task.of("echo", "a b", "it's"));
    assertThat(Files.readAllLines(log))
        .contains("HostKeyAlias=pve-02", "UserKnownHostsFile=" + known, "root@192.0.2.2")
        .endsWith("--", "echo", "'a b'", "'it'\\''s'");
  }

  @Test
  void aNodeWithoutAnAddressHasNoShell() {
    assertThat(shell(null).reaches("pve-09")).isFalse();
    assertThatThrownBy(() -> shell(null).run("pve-09", NodeShell.Task.of("true")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no shell on pve-09");
  }
}
