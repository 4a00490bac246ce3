package pivm.engine.report;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Counted;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;

/** The words in which every rendering for people says the same things. */
final class PlanWords {

  /** {@code 2 to create, 1 to change, 0 to destroy}, with what else there is. */
  static String totals(PlanReport.Summary summary) {
    var parts = new ArrayList<String>();
    parts.add(summary.create() + " to create");
    parts.add(summary.change() + " to change");
    parts.add(summary.destroy() + " to destroy");
    more(parts, summary.start(), " to start");
    more(parts, summary.stop(), " to stop");
    more(parts, summary.blocked(), " blocked");
    more(parts, summary.confirm(), " to confirm");
    more(parts, summary.unknown(), " unknown");
    return String.join(", ", parts);
  }

  private static void more(List<String> parts, int count, String words) {
    if (count > 0) {
      parts.add(count + words);
    }
  }

  /** {@code 3 nodes, 41 guests observed in 0.2 s}. */
  static String seen(PlanReport.Seen seen) {
    return Counted.of(seen.nodes(), "node")
        + ", "
        + Counted.of(seen.guests(), "guest")
        + " observed"
        + (seen.took() == null ? "" : " in " + seconds(seen.took()));
  }

  static String seconds(Duration duration) {
    double seconds = duration.toMillis() / 1000.0;
    return String.format(Locale.ROOT, seconds < 10 ? "%.1f s" : "%.0f s", seconds);
  }

  /** What a change does to the running guest. */
  static String effect(FieldChange field) {
    String words =
        switch (field.effect()) {
          case NONE -> "no disturbance";
          case LIVE -> "live";
          case PENDING -> "pending until restart";
          case RESTART -> "restart";
          case RECREATE -> "recreate";
        };
    return field.why().isEmpty() ? words : words + " (" + field.why() + ")";
  }

  /** {@code 1 live, 2 pending until restart}; empty for a change without fields. */
  static String effects(Change change) {
    return Stream.of(Effect.LIVE, Effect.PENDING, Effect.RESTART, Effect.RECREATE)
        .map(effect -> effects(change, effect))
        .filter(words -> !words.isEmpty())
        .reduce((one, other) -> one + ", " + other)
        .orElse("");
  }

  private static String effects(Change change, Effect effect) {
    long count = change.fields().stream().filter(field -> field.effect() == effect).count();
    return count == 0
        ? ""
        : count
            + switch (effect) {
              case LIVE -> " live";
              case PENDING -> " pending until restart";
              case RESTART -> " by a restart";
              default -> " only by making it anew";
            };
  }

  /** {@code 4096 → 8192 MiB}, and for a new guest only what it gets. */
  static String values(Change change, FieldChange field) {
    String to = field.to() == null ? "(unset)" : field.counted(Printable.line(field.to()));
    if (change.action() == Action.CREATE && field.from() == null) {
      return to;
    }
    String from = field.from() == null ? "(none)" : Printable.line(field.from());
    return field.to() == null && field.from() != null
        ? field.counted(from) + " → (none)"
        : from + " → " + to;
  }

  /** {@code lxc 210 proxy-01 on pve-02}. */
  static String title(Change change) {
    return change.subject() + where(change.node());
  }

  private static String where(@Nullable String node) {
    return node == null ? "" : " on " + node;
  }

  private PlanWords() {}
}
