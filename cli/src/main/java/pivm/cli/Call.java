package pivm.cli;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Settings;

/** One call of a command: what was given, where it runs, how it answers. */
public final class Call {

  /** The forms of a result. */
  public enum Format {
    TABLE,
    JSON,
    MARKDOWN
  }

  private final Shell shell;
  private final Parsed parsed;
  private final Format format;
  private @Nullable Settings settings;

  Call(Shell shell, Parsed parsed) {
    this.shell = shell;
    this.parsed = parsed;
    this.format = format(parsed);
  }

  private static Format format(Parsed parsed) {
    String text = parsed.text("--output", parsed.has("--json") ? "json" : "table");
    try {
      return Format.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw parsed.usage("--output is " + text + "; it must be table, json or markdown");
    }
  }

  public Shell shell() {
    return shell;
  }

  public Parsed parsed() {
    return parsed;
  }

  public Format format() {
    return format;
  }

  public boolean quiet() {
    return parsed.has("--quiet");
  }

  /** Writes a result. */
  public Output output() {
    return new Output(shell, format);
  }

  /** Tells a person what goes on, unless told to be quiet. */
  public void say(String sentence) {
    if (!quiet()) {
      shell.err().println(sentence);
    }
  }

  /**
   * The settings, from options, environment, {@code variables.json} and defaults.
   *
   * @throws Failure when a value is wrong
   */
  public Settings settings() {
    Settings known = settings;
    if (known == null) {
      known = SettingsOfCall.read(shell, parsed, this::say);
      settings = known;
    }
    return known;
  }
}
