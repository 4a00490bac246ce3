package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** The built launcher, as a process of its own. */
class LauncherIT {
  @TempDir Path folder;

  private Launched.Ended run(String... command) throws IOException, InterruptedException {
    return Launched.in(folder).run(command);
  }

  @Test
  void itStartsFromAnyFolderAndThroughLinks() throws Exception {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of(Launched.launcher()));
    Path second = folder.resolve("second");
    Files.createSymbolicLink(second, Path.of("link"));

    for (String name : List.of(Launched.launcher(), link.toString(), second.toString())) {
      Launched.Ended ended = run(name, "version", "--json");
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(JsonText.read(ended.out()).asObject().text("pivm")).isEqualTo("1.0.0");
    }
  }

  @Test
  void nothingButTheResultReachesStandardOutput() throws Exception {
    Launched.Ended ended = run(Launched.launcher(), "config", "--json");

    assertThat(ended.out()).startsWith("[").endsWith("]\n");
    assertThat(ended.out().lines().count()).isEqualTo(1);
  }

  @Test
  void aResultThatCannotBeWrittenIsNoSuccess() throws Exception {
    Launched.Ended ended =
        run("/bin/sh", "-c", "'" + Launched.launcher() + "' config --json > /dev/full");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("could not be written");
  }

  @Test
  void wrongUseEndsWith64AndNoStackTrace() throws Exception {
    Launched.Ended ended = run(Launched.launcher(), "plan", "--nonsense");

    assertThat(ended.code()).isEqualTo(64);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("no option --nonsense").doesNotContain("\tat ");
  }

  @Test
  void theDemoEndsWellWithoutATerminal() throws Exception {
    Launched.Ended ended = run(Launched.launcher(), "demo");

    assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("Verified: no differences.", "Pre-flight check of lxc 210");
  }

  @Test
  void theSimulatorServesOtherProcessesAndTheScriptCallsApply() throws Exception {
    Process simulator =
        new ProcessBuilder(
                Launched.launcher(), "sim", "--listen", "127.0.0.1:0", "--guests", "4", "--json")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(simulator.getInputStream(), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      assertThat(line).isNotNull();
      Json.Obj ready = JsonText.read(String.valueOf(line)).asObject();
      Launched pivm =
          Launched.in(folder)
              .with(
                  Map.of(
                      "PIVM_ENDPOINT", ready.text("endpoint", ""),
                      "PIVM_TOKEN", ready.text("token", ""),
                      "PIVM_FINGERPRINT", ready.text("fingerprint", ""),
                      "PIVM_SETUP_STATE_DIR", folder.resolve("state").toString()));
      assertThat(ready.list("nodes")).hasSize(3);

      Launched.Ended list = pivm.run(Launched.launcher(), "guest", "list", "--json");
      assertThat(JsonText.read(list.out()).elements()).hasSize(4);
      String bin = ready.text("bin", "");
      Launched.Ended qm = run("/bin/sh", "-c", "'" + bin + "/pct' list");
      assertThat(qm.code()).as(qm.err()).isZero();

      Path manifest = Files.writeString(folder.resolve("guests.json"), "[]");
      String script = Launched.script("compute/guest/proxmox_dsc.sh");
      Launched.Ended dry = pivm.run(script, "--manifest", manifest.toString(), "--dry-run");
      assertThat(dry.code()).as(dry.err()).isZero();
      assertThat(dry.out()).contains("No differences");
      assertThat(pivm.run(script, "--help").out()).contains("--dry-run");
    } finally {
      simulator.destroy();
    }
    assertThat(simulator.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }
}
