package pivm.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import pivm.simulator.Simulation;

/**
 * What the build runs once to make the AOT cache: the real commands, so that the classes they load
 * are the ones that the cache holds.
 */
final class Training {

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("pivm-training-");
    try {
      run(folder, Map.of(), PLAIN);
      withCluster(folder);
    } finally {
      Folders.delete(folder);
    }
    // the simulation's threads must not keep the build waiting
    System.exit(0);
  }

  private static final List<List<String>> PLAIN =
      List.of(
          List.of("version"),
          List.of("--help"),
          List.of("config", "--json"),
          List.of("config"),
          List.of("plan", "--help"),
          List.of("schema", "guest"),
          List.of("nonsense"));

  private static final List<List<String>> CONNECTED =
      List.of(
          List.of("guest", "list"),
          List.of("import"),
          List.of("validate"),
          List.of("plan"),
          List.of("plan", "--json"),
          List.of("status"),
          List.of("guest", "set", "100", "memory=1024"),
          List.of("apply"),
          List.of("history"),
          List.of("preflight", "100"));

  /** What timers run on a node. */
  private static List<List<String>> onNode(String files) {
    return List.of(
        List.of("drift", "--detailed-exitcode", "--quiet", "--pmxcfs", files),
        List.of("apply", "guests", "--quiet", "--pmxcfs", files));
  }

  private static void withCluster(Path folder) throws IOException {
    SafeFile.write(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE), "[]\n");
    var options = Simulation.Options.standard().withSpeed(50);
    try (Simulation simulation = Simulation.start(options)) {
      Map<String, String> environment =
          Map.of(
              "PIVM_ENDPOINT", simulation.endpoint(),
              "PIVM_TOKEN", simulation.token(),
              "PIVM_FINGERPRINT", simulation.fingerprint(),
              "PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
      run(folder, environment, CONNECTED);
      Path files = simulation.clusterFilesystem(folder.resolve("pve"));
      run(folder, environment, onNode(files.toString()));
    }
  }

  private static void run(Path folder, Map<String, String> environment, List<List<String>> lines) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var shell =
        new Shell(
            folder,
            folder,
            folder,
            environment,
            new ByteArrayInputStream(new byte[0]),
            nowhere,
            nowhere,
            Terminal.none());
    for (List<String> line : lines) {
      new CommandLineInterface(shell).run(line.toArray(String[]::new));
    }
  }

  private Training() {}
}
