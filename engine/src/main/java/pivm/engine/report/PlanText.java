package pivm.engine.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.FieldChange;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Verdict;

/** A plan for a terminal: fitted to its width, with nothing cut that matters. */
public final class PlanText {

  /** Allowed verdicts of one rail that are shown before the rest is only counted. */
  private static final int SHOWN_ALLOWED = 4;

  private static final int SHOWN_FOREIGN = 6;
  private static final String INDENT = "    ";

  private final PlanReport report;
  private final int width;
  private final Style style;
  private final StringBuilder text = new StringBuilder();

  private PlanText(PlanReport report, int width, Style style) {
    this.report = report;
    this.width = Math.max(width, 40);
    this.style = style;
  }

  /**
   * @param commands whether to list every step's command
   */
  public static String of(PlanReport report, int width, Style style, boolean commands) {
    var text = new PlanText(report, width, style);
    text.head();
    report.changes().forEach(text::change);
    text.rails();
    if (commands) {
      text.commands();
    }
    text.rest();
    return text.text.toString();
  }

  private void head() {
    folded(
        "",
        "Plan "
            + report.id()
            + " · "
            + PlanWords.totals(report.summary())
            + " · "
            + PlanWords.seen(report.seen()),
        0);
    if (report.changes().isEmpty() && report.isEmpty()) {
      line(style.good("No differences: everything declared is as declared."));
    }
    line("");
  }

  private void change(Change change) {
    String sign = change.action().sign();
    var beside = new ArrayList<String>();
    String effects = PlanWords.effects(change);
    if (change.action() != Action.CREATE
        && change.action() != Action.DESTROY
        && !effects.isEmpty()) {
      beside.add(effects);
    }
    List<String> notes = new ArrayList<>(change.notes());
    if (beside.isEmpty() && !notes.isEmpty()) {
      beside.add("(" + notes.removeFirst() + ")");
    }
    String title = sign + " " + PlanWords.title(change);
    String more = String.join(" ", beside);
    if (title.length() + 5 + more.length() <= width) {
      line((dress(change.action(), title) + "     " + style.faint(more)).stripTrailing());
    } else {
      line(dress(change.action(), title));
      folded(INDENT, more, 0);
    }
    fields(change);
    notes.forEach(note -> folded(INDENT, note, 0));
  }

  private String dress(Action action, String title) {
    return switch (action) {
      case CREATE, START -> style.good(title);
      case DESTROY, STOP, RESTART -> style.bad(title);
      default -> style.warning(title);
    };
  }

  private void fields(Change change) {
    int path = 0;
    int values = 0;
    for (FieldChange field : change.fields()) {
      path = Math.max(path, field.path().length());
      String shown = PlanWords.values(change, field);
      values = shown.length() <= width / 2 ? Math.max(values, shown.length()) : values;
    }
    for (FieldChange field : change.fields()) {
      String start = INDENT + pad(field.path(), path) + "  ";
      String shown = PlanWords.values(change, field);
      boolean whole = change.action() == Action.CREATE || change.action() == Action.DESTROY;
      String effect = whole ? "" : PlanWords.effect(field);
      String line = (start + pad(shown, values) + (effect.isEmpty() ? "" : "  " + effect));
      if (line.length() <= width) {
        line(line.stripTrailing());
      } else {
        folded(start, shown, 0);
        folded(" ".repeat(start.length()), effect, 0);
      }
    }
  }

  private void rails() {
    List<Verdict> shown = report.verdicts().stream().filter(PlanText::isShown).toList();
    if (shown.isEmpty()) {
      return;
    }
    if (!report.changes().isEmpty()) {
      line("");
    }
    line(style.strong("Rails"));
    Map<Rail, List<Verdict>> byRail = new TreeMap<>();
    shown.forEach(
        verdict -> byRail.computeIfAbsent(verdict.rail(), _ -> new ArrayList<>()).add(verdict));
    int name = byRail.keySet().stream().mapToInt(rail -> rail.word().length()).max().orElse(0);
    byRail.forEach((rail, verdicts) -> rail(rail, pad(rail.word(), name), verdicts));
  }

  /** Foreign guests that are no trouble are listed on their own below. */
  private static boolean isShown(Verdict verdict) {
    return verdict.rail() != Rail.FOREIGN || verdict.result() != Verdict.Result.ALLOWED;
  }

  private void rail(Rail rail, String name, List<Verdict> verdicts) {
    int allowed = 0;
    String last = "";
    for (Verdict verdict : verdicts) {
      boolean fine = verdict.result() == Verdict.Result.ALLOWED;
      allowed += fine ? 1 : 0;
      if ((!fine || allowed <= SHOWN_ALLOWED) && !verdict.message().equals(last)) {
        folded(
            "  " + sign(rail, verdict) + " " + name + "  ", verdict.message(), colouring(verdict));
        last = verdict.message();
      }
    }
    if (allowed > SHOWN_ALLOWED) {
      line(
          "  "
              + style.good("✓")
              + " "
              + name
              + "  and "
              + (allowed - SHOWN_ALLOWED)
              + " more, all allowed (--json shows each)");
    }
  }

  /** How many characters of the sign are escape sequences. */
  private int colouring(Verdict verdict) {
    return sign(Rail.PLAN, verdict).length() - 1;
  }

  private String sign(Rail rail, Verdict verdict) {
    return switch (verdict.result()) {
      case ALLOWED -> style.good(rail == Rail.SNAPSHOT ? "+" : "✓");
      case CONFIRM -> style.warning("!");
      case BLOCKED -> style.bad("✗");
    };
  }

  private void commands() {
    if (report.steps().isEmpty()) {
      return;
    }
    line("");
    line(style.strong("Commands that would do the same"));
    report.steps().forEach(step -> line("  " + step.command()));
  }

  private void rest() {
    if (!report.confirmations().isEmpty()) {
      line("");
      line(style.strong("To confirm"));
      for (Confirmation open : report.confirmations()) {
        folded("  " + open.id() + "  ", open.question(), 0);
      }
    }
    if (!report.unknown().isEmpty()) {
      line("");
      line(style.strong("Unknown"));
      report.unknown().forEach(what -> folded("  ? ", what.subject() + ": " + what.reason(), 0));
    }
    if (!report.foreign().isEmpty()) {
      if (!report.isEmpty()) {
        line("");
      }
      int more = report.foreign().size() - SHOWN_FOREIGN;
      String names = String.join(", ", report.foreign().stream().limit(SHOWN_FOREIGN).toList());
      folded(
          "",
          "In no manifest, left alone: "
              + names
              + (more > 0 ? " and " + more + " more" : "")
              + " (pivm import adopts)",
          0);
    }
  }

  /** Text behind a start, its further lines below itself. */
  private void folded(String start, String words, int invisible) {
    if (words.isEmpty()) {
      return;
    }
    int indent = start.length() - invisible;
    boolean first = true;
    for (String part : Fold.fold(Printable.text(words), width - indent)) {
      line((first ? start : " ".repeat(indent)) + part);
      first = false;
    }
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private void line(String line) {
    text.append(line).append('\n');
  }
}
