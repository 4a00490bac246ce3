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
    return Pattern.compile("(?:" + java + ")\\n?", Pattern.DOTALL);
  }
}
