package pivm.engine.rails;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The maintenance window as it stands now.
 *
 * @param opens when it opens next; null when it is not known or there is no window
 */
public record Window(boolean open, @Nullable Instant opens) {

  /** No window is configured: what may only happen in one never happens by itself. */
  public static final Window NONE = new Window(false, null);
}
