package pivm.engine.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.FieldChange;
import pivm.engine.rails.Verdict;

/**
 * A plan as one page that needs nothing else: no scripts, no other files. It fits a phone, follows
 * the reader's choice of light or dark, and says by words and signs what it says by colour.
 */
public final class PlanHtml {
  private final PlanReport report;
  private final StringBuilder html = new StringBuilder();

  private PlanHtml(PlanReport report) {
    this.report = report;
  }

  public static String of(PlanReport report) {
    var page = new PlanHtml(report);
    page.head();
    page.body();
    return page.html.toString();
  }

  private void head() {
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.append("<meta http-equiv=\"Content-Security-Policy\"");
    html.append(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
    html.append("<title>").append(escape("Plan " + report.id())).append("</title>\n");
    html.append("<style>\n").append(css()).append("</style>\n</head>\n");
  }

  private void body() {
    html.append("<body>\n<header>\n<h1>Plan <span class=\"id\">");
    html.append(escape(report.id())).append("</span></h1>\n");
    element("p", "faint", PlanWords.seen(report.seen()));
    counts();
    html.append("</header>\n<main>\n");
    if (report.isEmpty()) {
      element("p", "good", "✓ No differences: everything declared is as declared.");
    }
    changes();
    rails();
    list(
        "To confirm",
        "warning",
        report.confirmations().stream().map(one -> one.id() + "  " + one.question()).toList());
    list(
        "Unknown",
        "warning",
        report.unknown().stream().map(one -> one.subject() + ": " + one.reason()).toList());
    folded("In no manifest, left alone", report.foreign());
    commands();
    html.append("</main>\n</body>\n</html>\n");
  }

  private void counts() {
    html.append("<ul class=\"counts\">\n");
    for (String part : PlanWords.totals(report.summary()).split(", ")) {
      String tone =
          part.startsWith("0 ")
              ? "faint"
              : part.endsWith("blocked") || part.endsWith("destroy") ? "bad" : "";
      element("li", tone, part);
    }
    html.append("</ul>\n");
  }

  private void changes() {
    if (report.changes().isEmpty()) {
      return;
    }
    html.append("<h2>Changes</h2>\n");
    report.changes().forEach(this::change);
  }

  private void change(Change change) {
    html.append("<section class=\"card\">\n");
    element(
        "h3",
        tone(change.action()),
        change.action().sign() + " " + change.action().word() + " " + PlanWords.title(change));
    boolean whole = change.action() == Action.CREATE || change.action() == Action.DESTROY;
    if (!whole) {
      paragraph(PlanWords.effects(change));
    }
    change.notes().forEach(this::paragraph);
    if (!change.fields().isEmpty()) {
      html.append("<table>\n<thead><tr><th>Field</th><th>Value</th>");
      html.append(whole ? "" : "<th>Effect</th>").append("</tr></thead>\n<tbody>\n");
      change.fields().forEach(field -> field(change, field, whole));
      html.append("</tbody>\n</table>\n");
    }
    html.append("</section>\n");
  }

  private void field(Change change, FieldChange field, boolean whole) {
    html.append("<tr>");
    element("td", "path", field.path());
    html.append("<td><code>")
        .append(escape(PlanWords.values(change, field)))
        .append("</code></td>");
    if (!whole) {
      element("td", "faint", PlanWords.effect(field));
    }
    html.append("</tr>\n");
  }

  private static String tone(Action action) {
    return switch (action) {
      case CREATE, START -> "good";
      case DESTROY, STOP, RESTART -> "bad";
      default -> "warning";
    };
  }

  /** The worst first; the same sentence about several steps is said once. */
  private void rails() {
    SequencedMap<String, Verdict> shown = new LinkedHashMap<>();
    report.verdicts().stream()
        .sorted(Comparator.comparing(Verdict::result).reversed())
        .forEach(verdict -> shown.putIfAbsent(sentence(verdict), verdict));
    if (shown.isEmpty()) {
      return;
    }
    html.append("<h2>Rails</h2>\n<ul class=\"plain card\">\n");
    for (Map.Entry<String, Verdict> entry : shown.entrySet()) {
      Verdict verdict = entry.getValue();
      html.append("<li>");
      element("strong", tone(verdict), sign(verdict) + " " + verdict.rail().word());
      html.append(' ').append(escape(verdict.message())).append("</li>\n");
    }
    html.append("</ul>\n");
  }

  private static String sentence(Verdict verdict) {
    return verdict.result() + verdict.rail().word() + verdict.message();
  }

  private static String tone(Verdict verdict) {
    return switch (verdict.result()) {
      case ALLOWED -> "good";
      case CONFIRM -> "warning";
      case BLOCKED -> "bad";
    };
  }

  private static String sign(Verdict verdict) {
    return switch (verdict.result()) {
      case ALLOWED -> "✓";
      case CONFIRM -> "! to confirm:";
      case BLOCKED -> "✗ blocked:";
    };
  }

  private void list(String title, String tone, List<String> entries) {
    if (!entries.isEmpty()) {
      element("h2", "", title);
      html.append("<ul class=\"plain card\">\n");
      entries.forEach(entry -> element("li", tone, entry));
      html.append("</ul>\n");
    }
  }

  private void folded(String title, List<String> entries) {
    if (!entries.isEmpty()) {
      html.append("<details class=\"card\">\n");
      element("summary", "", title + " (" + entries.size() + ")");
      html.append("<ul>\n");
      entries.forEach(entry -> element("li", "", entry));
      html.append("</ul>\n</details>\n");
    }
  }

  private void commands() {
    if (!report.steps().isEmpty()) {
      var lines = new ArrayList<String>();
      report.steps().forEach(step -> lines.add(step.command()));
      html.append("<details class=\"card\">\n");
      element("summary", "", "Commands that would do the same (" + lines.size() + ")");
      html.append("<pre>").append(escape(String.join("\n", lines))).append("</pre>\n</details>\n");
    }
  }

  private void paragraph(@Nullable String words) {
    if (words != null && !words.isEmpty()) {
      element("p", "faint", words);
    }
  }

  private void element(String name, String tone, String words) {
    html.append('<').append(name);
    if (!tone.isEmpty()) {
      html.append(" class=\"").append(tone).append('"');
    }
    html.append('>').append(escape(words)).append("</").append(name).append(">\n");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String css() {
    try (InputStream style = PlanHtml.class.getResourceAsStream("plan.css")) {
      if (style == null) {
        throw new IllegalStateException("plan.css is missing");
      }
      return new String(style.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
