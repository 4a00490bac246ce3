package pivm.cli;

import java.io.IOException;
import java.util.List;
import java.util.SequencedSet;
import pivm.engine.pipeline.Planned;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Approval;

/** {@code pivm approve ID}: a person agrees to a plan that an assistant or a timer will apply. */
final class ApproveCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .parameters(
            "ID",
            1,
            Integer.MAX_VALUE,
            "the plan's id; then the containers or nodes that an update was asked for, if any")
        .value("--updates", "FILE", "the manifest of the update that the plan is of")
        .connection()
        .manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    List<String> words = call.parsed().parameters();
    String id = words.getFirst();
    Terminal terminal = call.shell().terminal();
    Actor actor = Actors.of(call.shell());
    if (!(actor instanceof Actor.Human) || !terminal.in() || !terminal.err()) {
      throw new Failure(
          Exit.UNCONFIRMED,
          List.of(
              "Plan " + id + " was not approved: only a person at a terminal can do that.",
              "Run pivm approve " + id + " in a shell of your own."),
          null);
    }
    boolean update = words.size() > 1 || call.parsed().has("--updates");
    String present = "";
    for (SequencedSet<String> kinds : update ? List.<SequencedSet<String>>of() : Kinds.likely()) {
      try (Workplace work = Workplace.open(call, kinds)) {
        Planned planned = work.plan(Manifests.desired(call));
        if (planned.plan().id().equals(id)) {
          return approve(call, work, planned, actor);
        }
        present = present.isEmpty() ? planned.plan().id() : present;
      } catch (Failure other) {
        if (other.exit() != Exit.BAD_MANIFEST || present.isEmpty()) {
          throw other;
        }
        // What kinds of things this folder has no manifest of, no plan of it is made of.
      }
    }
    try (Workplace work = Workplace.open(call)) {
      Planned planned = UpdatePlans.find(call, work, id, words.subList(1, words.size()));
      if (planned != null) {
        return approve(call, work, planned, actor);
      }
    }
    throw none(id, present);
  }

  private static Failure none(String id, String present) {
    String now = present.isEmpty() ? "" : ": it would be " + present + " now";
    return new Failure(
        Exit.FAILED,
        List.of("There is no plan " + id + " any more" + now + ".", "Look at it with: pivm plan"),
        null);
  }

  private static Exit approve(Call call, Workplace work, Planned planned, Actor actor)
      throws IOException, InterruptedException {
    PlanView.show(call, planned);
    if (!new Prompt(call).agreed()) {
      return Exit.UNCONFIRMED;
    }
    work.consents().approve(Approval.of(planned.reviewed(), actor, work.around().time().now()));
    call.output().line("Approved. It holds for one run, for 15 minutes, while nothing changes.");
    return Exit.DONE;
  }
}
