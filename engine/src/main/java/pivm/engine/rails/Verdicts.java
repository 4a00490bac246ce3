package pivm.engine.rails;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be said about several verdicts. */
public final class Verdicts {

  private record Key(Rail rail, @Nullable String step) {}

  private Verdicts() {}

  /**
   * The verdicts that are worse now than they were: a rail that was content with a step (or said
   * nothing about it) asks for a confirmation or blocks, or one that asked now blocks.
   */
  public static List<Verdict> worse(Collection<Verdict> before, Collection<Verdict> now) {
    Map<Key, Verdict.Result> known = new HashMap<>();
    for (Verdict verdict : before) {
      known.merge(new Key(verdict.rail(), verdict.step()), verdict.result(), Verdicts::worseOf);
    }
    return now.stream()
        .filter(verdict ->
            verdict
                    .result()
                    .compareTo(
                        known.getOrDefault(
                            new Key(verdict.rail(), verdict.step()), Verdict.Result.ALLOWED))
                > 0)
        .toList();
  }

  private static Verdict.Result worseOf(Verdict.Result one, Verdict.Result other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
