package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import pivm.simulator.http.SimulatorServer;

/** {@code pivm demo}: the main job on a simulated cluster, with the real commands. */
final class DemoCommand implements Command {
  private static final int NODES = 3;
  private static final int GUESTS = 9;
  private static final int SPEED = 4;

  @Override
  public void declare(Options options) {
    options.flag("--end", "end when it is shown, also on a terminal");
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    SampleCluster sample = SampleCluster.of(NODES, GUESTS, 7, SPEED);
    Path folder = Files.createTempDirectory("pivm-demo-");
    try (SimulatorServer server =
        SimulatorServer.start(SimulatorServer.Options.local(), sample.cluster()::handle)) {
      var stage = new DemoStage(call.shell(), folder, server, sample.token());
      Exit exit = new DemoScript(stage).play();
      Terminal terminal = call.shell().terminal();
      if (exit == Exit.DONE && terminal.in() && terminal.out() && !call.parsed().has("--end")) {
        stage.invite();
        new CountDownLatch(1).await();
      }
      return exit;
    } finally {
      deleteTree(folder);
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepest = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepest) {
        Files.deleteIfExists(file);
      }
    }
  }
}
