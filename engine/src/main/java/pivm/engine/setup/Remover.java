package pivm.engine.setup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.setup.SetupRecord.Progress;

/** Takes away what the record says, the last thing first. */
public final class Remover {

  /**
   * How it went with one thing.
   *
   * @param stayed why it stayed; empty when it is gone
   * @param failed whether it should have gone
   */
  public record Gone(SetupRecord.Entry entry, String stayed, boolean failed) {}

  private final SetupRecord made;

  /** Makes the part that an entry stands for; null for a kind that is not known. */
  private final Function<SetupRecord.Entry, @Nullable Part> parts;

  public Remover(SetupRecord made, Function<SetupRecord.Entry, @Nullable Part> parts) {
    this.made = made;
    this.parts = parts;
  }

  /** What there is to take away. */
  public List<SetupRecord.Entry> plan(boolean purge) {
    return made.entries().reversed().stream().filter(entry -> purge || !entry.kept()).toList();
  }

  /**
   * Takes it away, whatever becomes of single things.
   *
   * @param tell is told each
   * @return what stayed
   */
  public List<Gone> carryOut(List<SetupRecord.Entry> planned, Consumer<Gone> tell)
      throws IOException {
    List<Gone> stayed = new ArrayList<>();
    for (SetupRecord.Entry entry : planned) {
      Gone gone = remove(entry);
      if (gone.stayed().isEmpty()) {
        made.write(
            new SetupRecord.Entry(entry.what(), entry.name(), Progress.REMOVED, "", entry.kept()));
      } else {
        stayed.add(gone);
      }
      tell.accept(gone);
    }
    return stayed;
  }

  private Gone remove(SetupRecord.Entry entry) {
    Part part = parts.apply(entry);
    if (part == null) {
      return new Gone(entry, "a newer PIVM made it; this one can't remove it", true);
    }
    try {
      return new Gone(entry, part.remove(), false);
    } catch (IOException failed) {
      return new Gone(entry, String.valueOf(failed.getMessage()), true);
    }
  }
}
