package pivm.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Event;
import pivm.engine.report.Printable;
import pivm.engine.report.Style;

/**
 * Progress on a terminal: ended steps scroll up, those under way stand below with their time and
 * the last line of their task's log, and a bar shows how far the run is.
 */
final class LiveList implements Progress {
  private static final Duration REDRAW = Duration.ofMillis(250);
  private static final int BAR = 24;
  private static final int MOST = 12;

  private final Shell shell;
  private final Style style = Style.COLOUR;
  private final SequencedMap<String, Running> running = new LinkedHashMap<>();
  private final Thread ticker;
  private int drawn;
  private int ended;
  private int steps;
  private volatile boolean open = true;

  /**
   * A step that runs.
   *
   * @param progress how far it has come; null where it does not say
   */
  private record Running(Instant since, String line, Event.@Nullable StepProgress progress) {
    Running with(Event.StepProgress now) {
      return new Running(since, line, now);
    }

    /** The log's last line, or how far it has come. */
    String words() {
      return progress == null ? line.strip() : Units.progress(progress, since);
    }
  }

  LiveList(Shell shell) {
    this.shell = shell;
    this.ticker = Thread.ofVirtual().start(this::tick);
  }

  private void tick() {
    try {
      while (open) {
        Thread.sleep(REDRAW);
        synchronized (this) {
          redraw(null);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void on(Event event) {
    String above = null;
    switch (event) {
      case Event.RunStarted start -> steps = start.steps();
      case Event.StepStarted start ->
          running.put(start.step(), new Running(start.at(), "on " + start.node(), null));
      case Event.StepLog log -> say(log.step(), log.line());
      case Event.Waiting waiting -> say(waiting.step(), "waits: " + waiting.reason());
      case Event.StepProgress progress ->
          running.computeIfPresent(progress.step(), (_, one) -> one.with(progress));
      case Event.StepEnded end -> {
        running.remove(end.result().step());
        ended++;
        above = dressed(EventLines.ended(end.result()));
      }
      case Event.StepSkipped skipped -> {
        ended++;
        above = dressed(EventLines.ended(skipped.result()));
      }
      case Event.RunEnded _ -> {
        running.clear();
        open = false;
        above = EventLines.line(event);
      }
    }
    redraw(above);
  }

  private void say(String step, String line) {
    running.computeIfPresent(step, (_, one) -> new Running(one.since(), line, null));
  }

  private String dressed(String line) {
    return switch (line.charAt(0)) {
      case '✓' -> style.good("✓") + line.substring(1);
      case '✗' -> style.bad("✗") + line.substring(1);
      default -> line;
    };
  }

  /** Takes the list back, writes what has ended, and draws the list again. */
  private void redraw(@Nullable String above) {
    var text = new StringBuilder();
    if (drawn > 0) {
      text.append("\u001b[").append(drawn).append("A\u001b[J");
    }
    if (above != null) {
      text.append(above).append('\n');
    }
    drawn = 0;
    if (open && !running.isEmpty()) {
      for (Map.Entry<String, Running> one : running.entrySet()) {
        if (drawn == MOST) {
          break;
        }
        text.append(line(one.getKey(), one.getValue())).append('\n');
        drawn++;
      }
      text.append(bar()).append('\n');
      drawn++;
    }
    shell.err().print(text);
    shell.err().flush();
  }

  private String line(String step, Running one) {
    Duration took = Duration.between(one.since(), Instant.now());
    String line = "  " + step + "  " + Units.time(took) + "  " + Printable.line(one.words());
    int width = shell.terminal().width() - 1;
    return line.length() > width ? line.substring(0, width - 1) + "…" : line;
  }

  private String bar() {
    int full = steps == 0 ? 0 : BAR * ended / steps;
    return style.good("█".repeat(full))
        + style.faint("░".repeat(BAR - full))
        + " "
        + ended
        + " of "
        + steps;
  }

  @Override
  public void close() {
    open = false;
    ticker.interrupt();
    synchronized (this) {
      running.clear();
      redraw(null);
    }
  }
}
