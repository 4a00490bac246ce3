package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import pivm.proxmox.json.Json;
import pivm.simulator.Simulation;

/** {@code pivm sim}: serves a simulated cluster until it is ended. */
final class SimCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .value("--listen", "HOST:PORT", "where to listen; port 0 for any (default 127.0.0.1:8006)")
        .value("--nodes", "N", "number of nodes (default 3)")
        .value("--guests", "N", "number of guests (default 40)")
        .value("--seed", "N", "the same seed gives the same cluster (default 7)")
        .value("--speed", "N", "simulated seconds in a real one (default 1)")
        .value("--files", "DIR", "keep the cluster's files in DIR, as /etc/pve shows them")
        .flag("--paced", "answer no faster than a real node, 1,400 calls a second");
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    Parsed parsed = call.parsed();
    String listen = parsed.text("--listen", "127.0.0.1:8006");
    int colon = listen.lastIndexOf(':');
    if (colon < 1) {
      throw parsed.usage("--listen is " + listen + "; it must be HOST:PORT");
    }
    var options =
        new Simulation.Options(
            listen.substring(0, colon),
            port(parsed, listen.substring(colon + 1)),
            parsed.number("--nodes", 3, 1, 64),
            parsed.number("--guests", 40, 0, 100_000),
            parsed.number("--seed", 7, 0, Integer.MAX_VALUE),
            parsed.number("--speed", 1, 1, 10_000),
            Duration.ofSeconds(3));
    Path folder = Files.createTempDirectory("pivm-sim-");
    try (Simulation simulation = start(options, listen)) {
      if (parsed.has("--paced")) {
        simulation.cluster().intercept(new Paced());
      }
      String files = parsed.text("--files");
      if (files != null) {
        simulation.clusterFilesystem(
            Files.createDirectories(call.shell().directory().resolve(files)));
      }
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> clear(folder)));
      ready(call, simulation, simulation.commands(folder));
      new CountDownLatch(1).await();
    }
    return Exit.DONE;
  }

  private static Simulation start(Simulation.Options options, String listen) {
    try {
      return Simulation.start(options);
    } catch (IOException taken) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "Can't listen on " + listen + ": " + taken.getMessage() + ".",
              "--listen 127.0.0.1:0 takes any free port."),
          taken);
    }
  }

  private static void clear(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException inUse) {
      // the system empties its folder for temporary files
    }
  }

  private static int port(Parsed parsed, String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // told below
    }
    throw parsed.usage("--listen has port " + text + "; it must be a number from 0 to 65535");
  }

  private static void ready(Call call, Simulation simulation, Path bin) {
    Output output = call.output();
    if (output.json()) {
      output.json(
          Json.object()
              .put("endpoint", simulation.endpoint())
              .put("token", simulation.token())
              .put("fingerprint", simulation.fingerprint())
              .put("nodes", Json.array(simulation.nodeNames().stream().map(Json.Str::new).toList()))
              .put("bin", bin.toString())
              .build());
    } else {
      output.line(
          "A simulated cluster is at " + simulation.endpoint() + ". To use it, in another shell:");
      output.line("  export PIVM_ENDPOINT=" + simulation.endpoint());
      output.line("  export PIVM_TOKEN='" + simulation.token() + "'");
      output.line("  export PIVM_FINGERPRINT=" + simulation.fingerprint());
      output.line(
          "  export PATH=" + bin + ":$PATH   # qm, pct, pvesh, pvesm, pvecm of its first node");
      output.line("Ctrl-C ends it; what was changed in it is lost then.");
    }
    call.shell().out().flush();
  }
}
