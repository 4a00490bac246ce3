package pivm.engine.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How HA is to treat a guest; a null field is not managed.
 *
 * @param state {@code started}, {@code stopped}, {@code disabled} or {@code ignored}
 * @param rules names of HA rules that must hold this guest
 */
public record HighAvailability(
    @Nullable String state,
    @Nullable Boolean failback,
    @Nullable Integer maxRestart,
    @Nullable Integer maxRelocate,
    List<String> rules) {

  /** HA must not manage the guest. */
  public static final HighAvailability NONE =
      new HighAvailability("none", null, null, null, List.of());

  public HighAvailability {
    rules = List.copyOf(rules);
  }
}
