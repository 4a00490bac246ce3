package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.Simulation;

/**
 * Runs the built launcher and the tree's scripts as processes of their own, without a terminal.
 *
 * @param directory where they run
 * @param kept where what they write is kept
 * @param environment besides that of this process, from which nothing of PIVM's own is taken over
 */
record Launched(Path directory, Path kept, Map<String, String> environment) {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  static Launched in(Path folder) {
    return new Launched(folder, folder, Map.of());
  }

  static String launcher() {
    return script("pivm");
  }

  /** A script of the tree, such as {@code compute/guest/proxmox_dsc.sh}. */
  static String script(String name) {
    return ROOT.resolve(name).toString();
  }

  Launched at(Path other) {
    return new Launched(other, kept, environment);
  }

  Launched with(String name, String value) {
    return with(Map.of(name, value));
  }

  Launched with(Map<String, String> more) {
    var all = new HashMap<>(environment);
    all.putAll(more);
    return new Launched(directory, kept, Map.copyOf(all));
  }

  /** Reaches a simulated cluster over HTTPS. */
  Launched over(Simulation simulation) {
    return with(
        Map.of(
            "PIVM_ENDPOINT",
            simulation.endpoint(),
            "PIVM_TOKEN",
            simulation.token(),
            "PIVM_FINGERPRINT",
            simulation.fingerprint(),
            "PIVM_SETUP_STATE_DIR",
            kept.resolve("state").toString()));
  }

  /** Is root on the first node of a simulated cluster. */
  Launched onNode(Simulation simulation) throws IOException {
    return with(
        Map.of(
            "PATH",
            simulation.commands(kept.resolve("bin")) + ":" + System.getenv("PATH"),
            "PIVM_PROXMOX_VIA",
            "cli",
            "PIVM_PROXMOX_PMXCFS",
            simulation.clusterFilesystem(kept.resolve("pve")).toString(),
            "PIVM_SETUP_STATE_DIR",
            kept.resolve("state").toString()));
  }

  /** A process that was begun, and where it writes. */
  record Begun(Process process, Path out, Path err) {
    /** What it has written by now. */
    String said() throws IOException {
      return Files.readString(out) + Files.readString(err);
    }

    Ended ended() throws IOException, InterruptedException {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  /** What a process did. */
  record Ended(int code, String out, String err) {

    Ended ends(Exit exit) {
      assertThat(code).as(toString()).isEqualTo(exit.code());
      assertThat(err).doesNotContain("\tat ", "fault in PIVM");
      return this;
    }

    /** Standard output, of which every line is JSON. */
    List<Json> json() {
      assertThat(out).as(toString()).isNotEmpty();
      return out.lines().map(JsonText::read).toList();
    }

    String said() {
      return out + err;
    }

    @Override
    public String toString() {
      return code + "\n" + out + "\n" + err;
    }
  }

  Begun begin(String... command) throws IOException {
    Path out = Files.createTempFile(kept, "out", "");
    Path err = Files.createTempFile(kept, "err", "");
    var builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PIVM_"));
    builder.environment().putAll(environment);
    return new Begun(builder.start(), out, err);
  }

  Ended run(String... command) throws IOException, InterruptedException {
    return begin(command).ended();
  }
}
