package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.manifest.Desired;
import pivm.engine.pipeline.Planned;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** {@code pivm apply}. */
final class ApplyCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .parameters(
            "KIND|FILE",
            0,
            Integer.MAX_VALUE,
            "guests, images, network, or a saved plan; default: guests and images")
        .flag("--dry-run", "show the plan and what the rails say, change nothing");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    Saved plan = saved(call);
    String saved = plan == null ? null : plan.id();
    SequencedSet<String> kinds =
        plan == null
            ? Kinds.named(call, call.parsed().parameters(), Kinds.toApply())
            : Kinds.of(plan.kinds());
    Desired desired = Manifests.desired(call);
    try (Workplace work = Workplace.open(call, kinds)) {
      var flow = new ApplyFlow(call, work, () -> current(work, desired, saved));
      boolean dry = call.parsed().has("--dry-run") || call.settings().flag(Keys.DRY_RUN);
      return dry ? flow.dryRun() : flow.apply(() -> work.plan(desired));
    }
  }

  private static Planned current(Workplace work, Desired desired, @Nullable String saved)
      throws InterruptedException {
    Planned planned = work.plan(desired);
    if (saved != null && !saved.equals(planned.plan().id())) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "The saved plan "
                  + saved
                  + " is stale: manifests or guests have changed since, and it would be plan "
                  + planned.plan().id()
                  + " now. Nothing was changed.",
              "Look again: pivm plan"),
          null);
    }
    return planned;
  }

  /**
   * A plan that was kept in a file.
   *
   * @param kinds of the things that it changes
   */
  private record Saved(String id, SortedSet<String> kinds) {}

  /** The saved plan that is named; null when kinds are named. */
  private static @Nullable Saved saved(Call call) throws IOException {
    List<String> words = call.parsed().parameters();
    if (words.size() == 1) {
      Path file = call.shell().directory().resolve(words.getFirst());
      if (Files.isRegularFile(file)) {
        Saved saved = read(Files.readString(file));
        if (saved == null) {
          throw call.parsed().usage(words.getFirst() + " is no saved plan");
        }
        return saved;
      }
    }
    return null;
  }

  private static @Nullable Saved read(String text) {
    try {
      Json.Obj plan = JsonText.read(text).asObject();
      String id = plan.text("id");
      var kinds = new TreeSet<String>();
      plan.get("changes").objects().forEach(change -> kinds.add(change.text("kind", Kinds.GUESTS)));
      return id == null ? null : new Saved(id, kinds);
    } catch (JsonText.Malformed noPlan) {
      return null;
    }
  }
}
