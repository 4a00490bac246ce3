package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import pivm.simulator.Simulation;

/** {@code pivm demo}: the main job on a simulated cluster, with the real commands. */
final class DemoCommand implements Command {
  private static final int NODES = 3;
  private static final int GUESTS = 9;

  @Override
  public void declare(Options options) {
    options.flag("--end", "end when it is shown, also on a terminal");
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("pivm-demo-");
    var options = Simulation.Options.standard().withNodes(NODES).withGuests(GUESTS);
    try (Simulation simulation = Simulation.start(options)) {
      var stage = new DemoStage(call.shell(), folder, simulation);
      Exit exit = new DemoScript(stage).play();
      Terminal terminal = call.shell().terminal();
      if (exit == Exit.DONE && terminal.in() && terminal.out() && !call.parsed().has("--end")) {
        stage.invite();
        new CountDownLatch(1).await();
      }
      return exit;
    } finally {
      Folders.delete(folder);
    }
  }
}
