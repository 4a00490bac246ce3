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
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  private record Ended(int code, String out, String err) {}

  private Ended run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PIVM_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static String launcher() {
    return ROOT.resolve("pivm").toString();
  }

  @Test
  void itStartsFromAnyFolderAndThroughLinks() throws Exception {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, Path.of(launcher()));
    Path second = folder.resolve("second");
    Files.createSymbolicLink(second, Path.of("link"));

    for (String name : List.of(launcher(), link.toString(), second.toString())) {
      Ended ended = run(Map.of(), name, "version", "--json");
      assertThat(ended.code()).as(ended.err()).isZero();
      assertThat(JsonText.read(ended.out()).asObject().text("pivm")).isEqualTo("1.0.0");
    }
  }

  @Test
  void nothingButTheResultReachesStandardOutput() throws Exception {
    Ended ended = run(Map.of(), launcher(), "config", "--json");

    assertThat(ended.out()).startsWith("[").endsWith("]\n");
    assertThat(ended.out().lines().count()).isEqualTo(1);
  }

  @Test
  void aResultThatCannotBeWrittenIsNoSuccess() throws Exception {
    Ended ended = run(Map.of(), "/bin/sh", "-c", "'" + launcher() + "' config --json > /dev/full");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.err()).contains("could not be written");
  }

  @Test
  void wrongUseEndsWith64AndNoStackTrace() throws Exception {
    Ended ended = run(Map.of(), launcher(), "plan", "--nonsense");

    assertThat(ended.code()).isEqualTo(64);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err()).contains("no option --nonsense").doesNotContain("\tat ");
  }

  @Test
  void theDemoEndsWellWithoutATerminal() throws Exception {
    Ended ended = run(Map.of(), launcher(), "demo");

    assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("Verified: no differences.", "Pre-flight check of lxc 210");
  }

  @Test
  void theSimulatorServesOtherProcessesAndTheScriptCallsApply() throws Exception {
    Process simulator =
        new ProcessBuilder(launcher(), "sim", "--listen", "127.0.0.1:0", "--guests", "4", "--json")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(simulator.getInputStream(), StandardCharsets.UTF_8))) {
      String line = reader.readLine();
      assertThat(line).isNotNull();
      Json.Obj ready = JsonText.read(String.valueOf(line)).asObject();
      Map<String, String> environment =
          Map.of(
              "PIVM_ENDPOINT", ready.text("endpoint", ""),
              "PIVM_TOKEN", ready.text("token", ""),
              "PIVM_FINGERPRINT", ready.text("fingerprint", ""),
              "PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
      assertThat(ready.list("nodes")).hasSize(3);

      Ended list = run(environment, launcher(), "guest", "list", "--json");
      assertThat(JsonText.read(list.out()).elements()).hasSize(4);
      String bin = ready.text("bin", "");
      Ended qm = run(Map.of(), "/bin/sh", "-c", "'" + bin + "/pct' list");
      assertThat(qm.code()).as(qm.err()).isZero();

      Path manifest = Files.writeString(folder.resolve("guests.json"), "[]");
      String script = ROOT.resolve("compute/guest/proxmox_dsc.sh").toString();
      Ended dry = run(environment, script, "--manifest", manifest.toString(), "--dry-run");
      assertThat(dry.code()).as(dry.err()).isZero();
      assertThat(dry.out()).contains("No differences");
      assertThat(run(environment, script, "--help").out()).contains("--dry-run");
    } finally {
      simulator.destroy();
    }
    assertThat(simulator.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }
}
