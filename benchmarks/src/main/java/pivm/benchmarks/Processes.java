package pivm.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** Runs PIVM as whole processes, and simulated clusters for them to look at. */
final class Processes {
  private static final Duration LONGEST = Duration.ofMinutes(5);

  private final Path launcher;
  private final Path work;

  /**
   * @param launcher the file {@code pivm}
   * @param work a folder for what the processes write
   */
  Processes(Path launcher, Path work) {
    this.launcher = launcher;
    this.work = work;
  }

  /**
   * A process that has ended.
   *
   * @param seconds from its start to its end
   * @param busy seconds that processors worked for it, which other load changes little
   * @param peak most memory that it held at once, in bytes
   */
  record Run(double seconds, double busy, long peak, String output) {}

  /**
   * A simulated cluster that serves HTTPS.
   *
   * @param environment what PIVM needs to reach it
   */
  record Cluster(Process process, String endpoint, String token, Map<String, String> environment)
      implements AutoCloseable {
    long peak() {
      return Processes.peak(process);
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  /** Starts {@code pivm sim} on eight nodes and waits until it serves. */
  Cluster cluster(int guests, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                launcher.toString(),
                "sim",
                "--json",
                "--listen",
                "127.0.0.1:0",
                "--nodes",
                "8",
                "--guests",
                Integer.toString(guests)));
    words.addAll(List.of(more));
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IOException("pivm sim ended before it served");
    }
    Json.Obj told = JsonText.read(line).asObject();
    String endpoint = told.text("endpoint", "");
    String token = told.text("token", "");
    return new Cluster(
        process,
        endpoint,
        token,
        Map.of(
            "PIVM_ENDPOINT", endpoint,
            "PIVM_TOKEN", token,
            "PIVM_FINGERPRINT", told.text("fingerprint", "")));
  }

  /** A folder with a manifest that declares all that a cluster has. */
  Path declared(String name, Cluster cluster) throws IOException, InterruptedException {
    return manifest(name, run(work, cluster.environment(), "import", "--print").output());
  }

  /** A folder with a manifest. */
  Path manifest(String name, String text) throws IOException {
    Path folder = work.resolve(name);
    Path manifests = Files.createDirectories(folder.resolve("compute").resolve("guest"));
    Files.writeString(manifests.resolve("proxmox_dsc_state.json"), text);
    return folder;
  }

  /** Runs a command to its end, which has to be a good one. */
  Run run(Path folder, Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(words));
    Path output = work.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(false)
            .redirectError(work.resolve("errors").toFile())
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("PIVM_"));
    builder.environment().put("PIVM_SETUP_STATE_DIR", work.resolve("state").toString());
    builder.environment().putAll(environment);
    double before = busyOfEnded();
    long began = System.nanoTime();
    Process process = builder.start();
    long peak = 0;
    while (!process.waitFor(4, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peak(process));
      if (System.nanoTime() - began > LONGEST.toNanos()) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", line) + " takes longer than " + LONGEST);
      }
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", line) + " failed: " + Files.readString(work.resolve("errors")));
    }
    return new Run(seconds, busyOfEnded() - before, peak, Files.readString(output));
  }

  /** Seconds of processor that this process's ended children have used (proc(5), stat). */
  private static double busyOfEnded() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / 100.0;
  }

  /** The most that a process has held so far, in bytes; 0 when it has ended. */
  private static long peak(Process process) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      return 0;
    } catch (NoSuchFileException ended) {
      return 0;
    } catch (IOException ended) {
      return 0;
    }
  }
}
