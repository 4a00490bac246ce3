package pivm.engine.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HealthLimits;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.Nearest;
import pivm.engine.manifest.Place;
import pivm.engine.rails.RailPolicy;

/** Every setting's value with where it came from. */
public final class Settings {

  /**
   * A value.
   *
   * @param text null when nobody set it and there is no default
   */
  public record Value(Key key, @Nullable String text, Source source) {

    /** For people: secrets are hidden, references to secrets are shown. */
    public String shown() {
      if (text == null) {
        return "";
      }
      return key.secret() ? hidden(text) : text;
    }

    private static String hidden(String token) {
      if (new Kind.Secret().fault(token) == null) {
        return token;
      }
      int end = token.indexOf('=');
      return (end < 0 ? "" : token.substring(0, end + 1)) + "(hidden)";
    }
  }

  private final SequencedMap<Key, Value> values;
  private final List<Finding> findings;

  private Settings(SequencedMap<Key, Value> values, List<Finding> findings) {
    this.values = Collections.unmodifiableSequencedMap(values);
    this.findings = List.copyOf(findings);
  }

  /**
   * Puts the sources together: an option wins over the environment, that over the file, that over
   * the default.
   *
   * @param options by key, the option's name and value
   */
  public static Settings resolve(
      Map<Key, Map.Entry<String, String>> options,
      Map<String, String> environment,
      Variables variables) {
    var findings = new ArrayList<>(variables.findings());
    var values = new LinkedHashMap<Key, Value>();
    for (Key key : Keys.ALL) {
      Value value = value(key, options, environment, variables);
      String fault = fault(value);
      if (fault != null) {
        findings.add(finding(Finding.Severity.ERROR, value.source(), key, value, fault));
      }
      values.put(key, value);
    }
    unknown(variables, findings);
    return new Settings(values, findings);
  }

  private static Value value(
      Key key,
      Map<Key, Map.Entry<String, String>> options,
      Map<String, String> environment,
      Variables variables) {
    Map.Entry<String, String> option = options.get(key);
    if (option != null) {
      return new Value(key, option.getValue(), new Source.Option(option.getKey()));
    }
    String shortName = Keys.shortVariable(key);
    for (String variable :
        shortName == null ? List.of(key.variable()) : List.of(shortName, key.variable())) {
      String set = environment.get(variable);
      if (set != null && !set.isEmpty()) {
        return new Value(key, set, new Source.Environment(variable));
      }
    }
    Variables.Entry entry = variables.entries().get(key.path());
    return entry == null
        ? new Value(key, key.otherwise(), new Source.Default())
        : new Value(key, entry.text(), new Source.File(entry.place()));
  }

  /** The environment may hold the token itself; anywhere else it would be kept or seen. */
  private static @Nullable String fault(Value value) {
    String text = value.text();
    boolean tokenInEnvironment =
        value.key().secret() && value.source() instanceof Source.Environment;
    return text == null || tokenInEnvironment ? null : value.key().value().fault(text);
  }

  private static Finding finding(
      Finding.Severity severity, Source source, Key key, Value value, String fault) {
    String shown = key.secret() ? "" : " is " + value.text();
    Place place = source instanceof Source.File(Place at) ? at : new Place(source.label(), 0, 0);
    return new Finding(severity, place, "", key.path() + shown + "; " + fault);
  }

  private static void unknown(Variables variables, List<Finding> findings) {
    List<String> known = Keys.ALL.stream().map(Key::path).toList();
    variables
        .sections()
        .forEach((section, place) -> {
          if (!Keys.SECTIONS.contains(section)) {
            findings.add(unknown(place, "section " + section, near(section, Keys.SECTIONS)));
          }
        });
    variables
        .entries()
        .forEach((path, entry) -> {
          String section = path.substring(0, path.indexOf('.'));
          if (Keys.SECTIONS.contains(section) && !known.contains(path)) {
            findings.add(unknown(entry.place(), "setting " + path, near(path, known)));
          }
        });
  }

  private static Finding unknown(Place place, String what, @Nullable String near) {
    return new Finding(
        Finding.Severity.WARNING,
        place,
        "",
        "there is no " + what + (near == null ? "" : "; did you mean " + near + "?"));
  }

  private static @Nullable String near(String word, List<String> known) {
    return Nearest.find(word, known);
  }

  public List<Value> all() {
    return List.copyOf(values.values());
  }

  /** Errors and warnings. */
  public List<Finding> findings() {
    return findings;
  }

  /** The value's text; null when not set. */
  public @Nullable String text(Key key) {
    Value value = values.get(key);
    return value == null ? null : value.text();
  }

  /** Where the value came from. */
  public Source source(Key key) {
    Value value = values.get(key);
    return value == null ? new Source.Default() : value.source();
  }

  private String required(Key key) {
    String text = text(key);
    if (text == null) {
      throw new IllegalStateException(key.path() + " has no default");
    }
    return text;
  }

  public int whole(Key key) {
    return Integer.parseInt(required(key));
  }

  public boolean flag(Key key) {
    String text = text(key);
    return "true".equals(text) || "1".equals(text);
  }

  public Duration duration(Key key) {
    return Kind.Duration.read(required(key));
  }

  /** From where on something counts as at risk. */
  public HealthLimits healthLimits() {
    return new HealthLimits(
        whole(Keys.CPU_LIMIT) / 100.0,
        whole(Keys.MEMORY_LIMIT) / 100.0,
        whole(Keys.PROMISED_LIMIT) / 100.0,
        whole(Keys.STORAGE_LIMIT) / 100.0,
        duration(Keys.TASK_LIMIT));
  }

  /** What is set about the rails. */
  public RailPolicy railPolicy() {
    String window = text(Keys.WINDOW);
    return new RailPolicy(
        whole(Keys.RAM_HEADROOM),
        RailPolicy.RamBasis.valueOf(required(Keys.RAM_BASIS).toUpperCase(Locale.ROOT)),
        RailPolicy.Foreign.valueOf(required(Keys.FOREIGN).toUpperCase(Locale.ROOT)),
        required(Keys.REQUIRE_BACKUP).equals("block"),
        duration(Keys.RECENT_BACKUP),
        duration(Keys.FALLBACK_AGE),
        text(Keys.BACKUP_STORAGE),
        whole(Keys.BLAST_SHARE),
        whole(Keys.BLAST_MINIMUM),
        whole(Keys.MAX_FAILURES),
        duration(Keys.LOCK_WAIT),
        window == null
            ? null
            : new RailPolicy.MaintenanceWindow(window, duration(Keys.WINDOW_DURATION)));
  }
}
