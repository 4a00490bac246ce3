package pivm.cli;

import java.io.IOException;
import pivm.engine.manifest.Desired;

/** {@code pivm resume}: settles what a killed run left in flight, then does what is left. */
final class ResumeCommand implements Command {

  @Override
  public void declare(Options options) {
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    Desired desired = Manifests.desired(call);
    try (Workplace work = Workplace.open(call)) {
      return new ApplyFlow(call, work, () -> work.plan(desired)).apply(() -> work.plan(desired));
    }
  }
}
