package pivm.engine.plan;

import org.jspecify.annotations.Nullable;

/**
 * One difference between what is declared and what is.
 *
 * @param path a config key ({@code memory}) or a part of one ({@code net0.tag}); {@code node},
 *     {@code power}, {@code pool}, {@code ha.state} for what is no config key
 * @param from null when not set now
 * @param to null when it is to be unset
 * @param why the reason of the effect where it is not plain: {@code restart: never; memory is not
 *     in hotplug}; may be empty
 */
public record FieldChange(
    String path, @Nullable String from, @Nullable String to, Effect effect, String why) {

  /** What its values are counted in, {@code MiB}; empty where they tell it themselves. */
  public String unit() {
    return path.equals("memory") || path.equals("swap") ? "MiB" : "";
  }

  /** One of its values with what it is counted in: {@code 8192 MiB}. */
  public String counted(String value) {
    return unit().isEmpty() ? value : value + " " + unit();
  }
}
