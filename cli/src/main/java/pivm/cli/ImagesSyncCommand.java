package pivm.cli;

import java.io.IOException;
import java.time.Instant;
import pivm.engine.config.Keys;
import pivm.engine.image.source.ImageCache;
import pivm.engine.manifest.Desired;

/** {@code pivm images sync}: plan and apply of images alone. */
final class ImagesSyncCommand implements Command {

  @Override
  public void declare(Options options) {
    options.flag("--dry-run", "show the plan and what the rails say, change nothing");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    Desired guests = Manifests.desired(call);
    try (Workplace work = Workplace.open(call, Kinds.ONLY_IMAGES)) {
      var flow = new ApplyFlow(call, work, () -> work.plan(guests));
      boolean dry =
          call.parsed().has("--dry-run")
              || call.settings().flag(Keys.DRY_RUN)
              || call.settings().flag(Keys.IMAGE_DRY_RUN);
      Exit exit = dry ? flow.dryRun() : flow.apply(() -> work.plan(guests));
      if (!dry) {
        new ImageCache(work.around().state()).prune(Instant.now());
      }
      return exit;
    }
  }
}
