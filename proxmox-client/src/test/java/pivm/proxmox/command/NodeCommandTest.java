package pivm.proxmox.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

class NodeCommandTest {

  static Stream<Arguments> commands() {
    String vm = "/nodes/a/qemu/310";
    String ct = "/nodes/a/lxc/210";
    return Stream.of(
        Arguments.of(ApiCall.put(vm + "/config").with("memory", 8192), "qm set 310 --memory 8192"),
        Arguments.of(
            ApiCall.put(vm + "/config").with("digest", "ab").with("delete", "net1"),
            "qm set 310 --delete net1"),
        Arguments.of(
            ApiCall.put(vm + "/config").with("cipassword", "canary").with("ciuser", "ops"),
            "qm set 310 --cipassword \"$CIPASSWORD\" --ciuser ops"),
        Arguments.of(
            ApiCall.put(vm + "/config").with("description", "it's two\nlines"),
            "qm set 310 --description 'it'\\''s two\nlines'"),
        Arguments.of(
            ApiCall.put(vm + "/config").with("args", "-S").with("cipassword", "-canary"),
            "qm set 310 --args=-S --cipassword \"$CIPASSWORD\""),
        Arguments.of(
            ApiCall.put(vm + "/config").with("sshkeys", "ssh%20x"),
            "pvesh set /nodes/a/qemu/310/config --sshkeys ssh%20x --output-format json"),
        Arguments.of(
            ApiCall.post("/nodes/a/lxc")
                .with("vmid", 210)
                .with("ostemplate", "local:vztmpl/d.tar.zst")
                .with("hostname", "web"),
            "pct create 210 local:vztmpl/d.tar.zst --hostname web"),
        Arguments.of(
            ApiCall.post("/nodes/a/qemu").with("vmid", 310).with("name", "w"),
            "qm create 310 --name w"),
        Arguments.of(
            ApiCall.post("/nodes/a/qemu/9000/clone").with("newid", 310).with("full", true),
            "qm clone 9000 310 --full 1"),
        Arguments.of(ApiCall.post(vm + "/status/start"), "qm start 310"),
        Arguments.of(
            ApiCall.post(ct + "/status/shutdown").with("timeout", 60),
            "pct shutdown 210 --timeout 60"),
        Arguments.of(ApiCall.post(vm + "/snapshot").with("snapname", "s1"), "qm snapshot 310 s1"),
        Arguments.of(ApiCall.post(ct + "/snapshot/s1/rollback"), "pct rollback 210 s1"),
        Arguments.of(ApiCall.delete(ct + "/snapshot/s1"), "pct delsnapshot 210 s1"),
        Arguments.of(
            ApiCall.put(vm + "/resize").with("disk", "scsi0").with("size", "+1G"),
            "qm disk resize 310 scsi0 +1G"),
        Arguments.of(
            ApiCall.put(ct + "/resize").with("disk", "rootfs").with("size", "8G"),
            "pct resize 210 rootfs 8G"),
        Arguments.of(
            ApiCall.post(vm + "/move_disk").with("disk", "scsi0").with("storage", "b"),
            "qm disk move 310 scsi0 b"),
        Arguments.of(ApiCall.post(vm + "/template"), "qm template 310"),
        Arguments.of(
            ApiCall.post(ct + "/migrate").with("target", "b").with("restart", true),
            "pct migrate 210 b --restart 1"),
        Arguments.of(ApiCall.put(vm + "/cloudinit"), "qm cloudinit update 310"),
        Arguments.of(
            ApiCall.delete(vm).with("purge", true).with("destroy-unreferenced-disks", false),
            "qm destroy 310 --destroy-unreferenced-disks 0 --purge 1"),
        Arguments.of(
            ApiCall.delete("/nodes/a/storage/local/content/local:310/vm-310-disk-1.qcow2"),
            "pvesm free local:310/vm-310-disk-1.qcow2"),
        Arguments.of(
            ApiCall.post("/nodes/a/vzdump").with("vmid", "310").with("storage", "b"),
            "vzdump 310 --storage b"),
        Arguments.of(
            ApiCall.put("/pools").with("poolid", "p").with("vms", "310"),
            "pvesh set /pools --poolid p --vms 310 --output-format json"),
        Arguments.of(
            ApiCall.get(vm + "/pending"),
            "pvesh get /nodes/a/qemu/310/pending --output-format json"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCallHasItsCommand(ApiCall call, String printed) {
    assertThat(NodeCommand.of(call).printable()).isEqualTo(printed);
  }

  @Test
  void theSecretReachesTheCommandButNotThePaper() {
    NodeCommand command =
        NodeCommand.of(ApiCall.put("/nodes/a/qemu/310/config").with("cipassword", "canary"));
    assertThat(command.arguments()).contains("canary");
    assertThat(command.toString()).doesNotContain("canary");
  }

  @Test
  void callsForOtherNodesGoByPvesh() {
    List<List<String>> ran = new ArrayList<>();
    var proxmox =
        new CommandProxmox(
            command -> {
              ran.add(command);
              return new CommandRunner.Result(0, "\"UPID:x\"\n", "");
            },
            "a");
    assertThat(proxmox.call(ApiCall.post("/nodes/b/qemu/1000/status/start")))
        .isEqualTo(new Json.Str("UPID:x"));
    assertThat(proxmox.call(ApiCall.post("/nodes/a/qemu/1000/status/start")))
        .isEqualTo(Json.Null.NULL);
    assertThat(ran.get(0)).startsWith("pvesh", "create", "/nodes/b/qemu/1000/status/start");
    assertThat(ran.get(1)).containsExactly("qm", "start", "1000");
  }

  /** Were it heard at its end only, the command would wait for itself. */
  @Test
  void whatACommandSaysIsHeardWhileItRuns(@TempDir Path folder) throws Exception {
    Path heard = folder.resolve("heard");
    String script =
        "echo 3%; n=0; until [ -e '"
            + heard
            + "' ]; do n=$((n + 1)); [ $n -lt 100 ] || exit 1;"
            + " sleep 0.1; done; echo '\"UPID:x\"'";
    var runner =
        new CommandRunner() {
          @Override
          public Result run(List<String> command) throws IOException, InterruptedException {
            throw new IOException("nobody listens");
          }

          @Override
          public Result run(List<String> command, Consumer<String> lines)
              throws IOException, InterruptedException {
            return CommandRunner.local(null).run(List.of("sh", "-c", script), lines);
          }
        };
    List<String> lines = new ArrayList<>();
    var answer =
        new CommandProxmox(runner, "a")
            .answer(
                ApiCall.post("/nodes/a/storage/local/download-url"),
                line -> {
                  lines.add(line);
                  try {
                    Files.writeString(heard, "");
                  } catch (IOException unwritable) {
                    throw new UncheckedIOException(unwritable);
                  }
                });
    assertThat(answer.data()).isEqualTo(new Json.Str("UPID:x"));
    assertThat(lines).containsExactly("3%", "\"UPID:x\"");
  }

  @Test
  void commandsThatHideAFailedTaskAreNotRun() {
    var proxmox = new CommandProxmox(command -> new CommandRunner.Result(0, "", ""), "a");
    ApiCall resize =
        ApiCall.put("/nodes/a/qemu/310/resize").with("disk", "scsi0").with("size", "+1G");
    assertThat(proxmox.command(resize).arguments()).startsWith("pvesh", "set");
    assertThat(proxmox.command(ApiCall.post("/nodes/a/qemu/310/template")).arguments())
        .startsWith("pvesh", "create");
    assertThat(
            proxmox
                .command(ApiCall.delete("/nodes/a/storage/local/content/local:310/d.qcow2"))
                .arguments())
        .startsWith("pvesh", "delete");
  }

  @Test
  void logLinesBeforeTheAnswerAreNoAnswer() {
    var proxmox =
        new CommandProxmox(
            command -> new CommandRunner.Result(0, "update VM 160: -memory 128\n[{\"a\":1}]\n", ""),
            "a");
    assertThat(proxmox.call(ApiCall.get("/x")).elements()).hasSize(1);
    var silent =
        new CommandProxmox(
            command -> new CommandRunner.Result(0, "update VM 160: -memory 128\n", ""), "a");
    assertThat(silent.call(ApiCall.put("/x"))).isEqualTo(Json.Null.NULL);
  }

  private static final ApiCall SET = ApiCall.put("/nodes/a/qemu/150/config");

  @Test
  void standardErrorIsReadAsTheApiWouldSayIt() {
    assertThat(
            CommandProxmox.failure(
                SET,
                """
                400 Parameter verification failed.
                memory: invalid format - format error
                memory.current: value must have a minimum value of 16

                qm set <vmid> [OPTIONS]
                """))
        .isInstanceOfSatisfying(
            ProxmoxException.InvalidParameters.class,
            e -> assertThat(e.errors()).containsKeys("memory", "memory.current"));
    assertThat(
            CommandProxmox.failure(
                SET,
                "Unknown option: bogus\n400 unable to parse option\nqm set <vmid> [OPTIONS]\n"))
        .isInstanceOfSatisfying(
            ProxmoxException.InvalidParameters.class,
            e -> assertThat(e.errors()).containsKey("bogus"));
    assertThat(CommandProxmox.failure(SET, "checksum mismatch (file change by other user?)\n"))
        .isInstanceOf(ProxmoxException.DigestMismatch.class);
    assertThat(
            CommandProxmox.failure(
                SET, "Configuration file 'nodes/pve-01/qemu-server/999.conf' does not exist\n"))
        .isInstanceOf(ProxmoxException.NotFound.class);
    assertThat(CommandProxmox.failure(SET, "No 'get' handler defined for '/nosuch'\n"))
        .isInstanceOfSatisfying(
            ProxmoxException.Refused.class, e -> assertThat(e.status()).isEqualTo(501));
  }

  @Test
  void commandsAreOutOfReachOfATerminalsInterruption() throws Exception {
    // The sixth field of a process's state is its session.
    CommandRunner.Result own =
        CommandRunner.local(null).run(List.of("sh", "-c", "cut -d' ' -f6 /proc/$$/stat; exit 3"));
    String ours = Files.readString(Path.of("/proc/self/stat")).split(" ")[5];

    assertThat(own.exitCode()).isEqualTo(3);
    assertThat(own.output().strip()).isNotEmpty().isNotEqualTo(ours);
  }
}
