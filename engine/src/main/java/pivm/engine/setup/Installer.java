package pivm.engine.setup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import pivm.engine.setup.SetupRecord.Progress;

/** Makes parts in their order, each with a line in the record before it and after it. */
public final class Installer {

  /** What is done about a part. */
  public enum Action {
    MAKE,
    /** It is made again, as it is ours and differs. */
    CHANGE,
    /** It is there, and is written down as ours. */
    CLAIM,
    NOTHING,
    LEAVE
  }

  /**
   * What is going to be done about a part.
   *
   * @param words why, or what differs; may be empty
   */
  public record Intent(Part part, Action action, String words) {
    public boolean changes() {
      return action == Action.MAKE || action == Action.CHANGE;
    }
  }

  private final SetupRecord made;

  public Installer(SetupRecord made) {
    this.made = made;
  }

  /** What there is to do. Changes nothing. */
  public List<Intent> plan(List<? extends Part> parts) throws IOException {
    List<Intent> intents = new ArrayList<>();
    for (Part part : parts) {
      intents.add(intent(part));
    }
    return intents;
  }

  private Intent intent(Part part) throws IOException {
    SetupRecord.Entry known = made.find(part);
    Part.Look look = part.look();
    return switch (look.state()) {
      case MISSING ->
          known != null && known.progress() == Progress.MADE && part.respectsRemoval()
              ? new Intent(part, Action.LEAVE, "it was taken away since, and stays so")
              : new Intent(part, Action.MAKE, look.words());
      case THERE -> {
        boolean ours = known == null ? part.fromOtherSetup() : known.progress() == Progress.MAKING;
        yield new Intent(part, ours ? Action.CLAIM : Action.NOTHING, look.words());
      }
      case OTHER ->
          new Intent(
              part,
              known != null || part.fromOtherSetup() ? Action.CHANGE : Action.LEAVE,
              look.words());
      case BARRED -> new Intent(part, Action.LEAVE, look.words());
    };
  }

  /**
   * Does what was planned; each part is looked at again right before.
   *
   * @param tell is told each intent that changed something
   */
  public void carryOut(List<Intent> planned, Consumer<Intent> tell) throws IOException {
    for (Intent before : planned) {
      if (before.action() == Action.NOTHING || before.action() == Action.LEAVE) {
        continue;
      }
      Intent now = intent(before.part());
      if (now.changes()) {
        made.write(now.part(), Progress.MAKING);
        now.part().make();
      }
      if (now.changes() || now.action() == Action.CLAIM) {
        made.write(now.part(), Progress.MADE);
        tell.accept(now);
      }
    }
  }
}
