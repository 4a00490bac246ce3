package pivm.simulator.schema;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** Perl's patterns as Java's: the schema holds them as Perl prints them. */
final class Patterns {
  private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

  private Patterns() {}

  static boolean matches(String perl, String text) {
    return COMPILED.computeIfAbsent(perl, Patterns::compile).matcher(text).matches();
  }

  private static Pattern compile(String perl) {
    String java = perl.replaceAll("\\(\\?\\^([a-z]*):", "(?:").replace("(?:^(", "(?:(");
    // Perl 5.34 and later takes an open lower bound for none at all.
    return Pattern.compile(
        "(?:" + java.replace("{,", "{0,").replace("\\0\\w", "\\x00\\w") + ")\\n?", Pattern.DOTALL);
  }
}
