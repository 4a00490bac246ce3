package pivm.simulator.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.Simulation;
import pivm.simulator.testing.Lab;

class NodeShellTest {
  private final SimulatedCluster cluster = Lab.three().cluster();
  private final NodeShell shell = cluster.shell("pve-1");
  private Terminal.Kept terminal = new Terminal.Kept();

  private int run(String... words) {
    terminal = new Terminal.Kept();
    return shell.run(List.of(words), terminal);
  }

  @Test
  void aVmIsCreatedListedAndDestroyed() {
    assertThat(
            run("qm", "create", "150", "--name", "cli1", "--memory", "256", "--scsi0", "local:1"))
        .isZero();
    assertThat(terminal.output())
        .isEqualTo(
            """
            Formatting '/var/lib/vz/images/150/vm-150-disk-0.raw', fmt=raw size=1073741824 preallocation=off
            scsi0: successfully created disk 'local:150/vm-150-disk-0.raw,size=1G'
            """);
    run("qm", "list");
    assertThat(terminal.output())
        .isEqualTo(
            """
                  VMID NAME                 STATUS     MEM(MB)    BOOTDISK(GB) PID      \s
                   150 cli1                 stopped    256                1.00 0        \s
            """);
    assertThat(run("qm", "set", "150", "--cores", "2", "--onboot", "yes")).isZero();
    assertThat(terminal.output()).isEqualTo("update VM 150: -cores 2 -onboot 1\n");
    assertThat(run("qm", "destroy", "150", "--purge")).isZero();
    assertThat(terminal.output()).isEqualTo("purging VM 150 from related configurations..\n");
  }

  @Test
  void mistakesAreExplainedOnStandardError() {
    assertThat(run("qm", "create", "151", "--bogus", "1")).isEqualTo(255);
    assertThat(terminal.errors())
        .isEqualTo(
            """
            Unknown option: bogus
            400 unable to parse option
            qm create <vmid> [OPTIONS]
            """);
    assertThat(run("qm", "create", "151", "--memory", "abc")).isEqualTo(255);
    assertThat(terminal.errors())
        .isEqualTo(
            """
            400 Parameter verification failed.
            memory: invalid format - format error
            memory.current: type check ('integer') failed - got 'abc'

            qm create <vmid> [OPTIONS]
            """);
    assertThat(run("qm", "start")).isEqualTo(255);
    assertThat(terminal.errors()).startsWith("400 not enough arguments\nqm start <vmid> [OPTIONS]");
    assertThat(run("qm", "config", "999")).isEqualTo(2);
    assertThat(run("qm", "start", "999")).isEqualTo(255);
    assertThat(terminal.errors())
        .isEqualTo("Configuration file 'nodes/pve-1/qemu-server/999.conf' does not exist\n");
  }

  @Test
  void pveshAnswersInJson() {
    assertThat(run("pvesh", "get", "/version", "--output-format", "json")).isZero();
    assertThat(terminal.output())
        .isEqualTo(
            "{\"release\":\"9.2\",\"repoid\":\"14a22df35955d97d\",\"version\":\"9.2.11\"}\n");
    assertThat(run("pvesh", "get", "/cluster/nextid")).isZero();
    assertThat(terminal.output()).isEqualTo("100");
    assertThat(run("pvesh", "get", "/nosuch")).isEqualTo(1);
    assertThat(terminal.errors()).isEqualTo("No 'get' handler defined for '/nosuch'\n");
    assertThat(
            run("pvesh", "create", "/nodes/pve-2/qemu", "--vmid", "160", "--output-format", "json"))
        .isZero();
    assertThat(terminal.output()).startsWith("\"UPID:pve-2:");
  }

  @Test
  void theClusterFileSystemFollowsTheState(@TempDir Path folder) throws IOException {
    run("qm", "create", "150", "--name", "cli1", "--memory", "256");
    var files = cluster.writeClusterFilesystem(folder);
    Path config = folder.resolve("nodes/pve-1/qemu-server/150.conf");
    assertThat(Files.readString(config)).contains("memory: 256\n", "name: cli1\n");
    assertThat(Files.readString(folder.resolve(".vmlist")))
        .contains("\"150\": { \"node\": \"pve-1\", \"type\": \"qemu\"");
    assertThat(Files.readString(folder.resolve("storage.cfg"))).contains("lvmthin: local-lvm\n");
    run("qm", "migrate", "150", "pve-2");
    cluster.refresh(files);
    assertThat(config).doesNotExist();
    assertThat(folder.resolve("nodes/pve-2/qemu-server/150.conf")).exists();
  }

  @Test
  void aLockIsFreedForOneWhoAsksWhenItsHolderKeepsItNoLonger(@TempDir Path folder)
      throws IOException {
    var files = cluster.writeClusterFilesystem(folder);
    Path lock = Files.createDirectory(folder.resolve("priv/lock/one"));
    Path unasked = Files.createDirectory(folder.resolve("priv/lock/two"));
    cluster.refresh(files);
    pass(files, 100);
    Files.setLastModifiedTime(lock, FileTime.fromMillis(1_700_000_000_000L));
    pass(files, 1);
    Files.setLastModifiedTime(lock, FileTime.fromMillis(0));
    pass(files, 119);
    assertThat(lock).as("kept 119 seconds ago").exists();
    pass(files, 2);
    assertThat(lock).doesNotExist();
    assertThat(unasked).as("nobody asked for it").exists();

    Files.createDirectory(lock);
    Files.setLastModifiedTime(lock, FileTime.fromMillis(0));
    pass(files, 1);
    assertThat(lock).as("the next holder's").exists();
  }

  private void pass(ClusterFiles files, int seconds) {
    cluster.advance(Duration.ofSeconds(seconds));
    cluster.refresh(files);
  }

  @Test
  void theScriptsRunTheCommands(@TempDir Path folder) throws Exception {
    try (var simulation = Simulation.start(Simulation.Options.standard().withSpeed(50))) {
      Path commands = simulation.commands(folder);
      var process =
          new ProcessBuilder(commands.resolve("pvesh").toString(), "get", "/version").start();
      assertThat(
              new String(
                  process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
          .contains("│ version │ 9.2.11");
      assertThat(process.waitFor()).isZero();
      var failing = new ProcessBuilder(commands.resolve("qm").toString(), "config", "999").start();
      assertThat(failing.waitFor()).isEqualTo(2);
    }
  }
}
