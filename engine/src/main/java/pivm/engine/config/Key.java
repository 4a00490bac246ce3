package pivm.engine.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A setting that PIVM knows.
 *
 * @param section of {@code variables.json}
 * @param name in that section; upper case in the sections that come from PIVM's first version
 * @param value what is accepted
 * @param otherwise the default; null when there is none
 * @param help one line
 */
public record Key(
    String section, String name, Kind value, @Nullable String otherwise, String help) {

  /** How people name it: {@code rails.ramHeadroomPercent}. */
  public String path() {
    return section + "." + name;
  }

  /** Its environment variable: {@code PIVM_RAILS_RAM_HEADROOM_PERCENT}. */
  public String variable() {
    String words = name.equals(name.toUpperCase(Locale.ROOT)) ? name : separated(name);
    return "PIVM_" + section.toUpperCase(Locale.ROOT) + "_" + words.toUpperCase(Locale.ROOT);
  }

  private static String separated(String camel) {
    return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2");
  }

  /** Whether the value must not be shown. */
  public boolean secret() {
    return value instanceof Kind.Secret;
  }
}
