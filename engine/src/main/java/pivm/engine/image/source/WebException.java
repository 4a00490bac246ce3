package pivm.engine.image.source;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Something on the web cannot be had. The message names the address, without its secrets. */
public final class WebException extends IOException {
  private final boolean lasting;

  /**
   * @param lasting whether asking again soon makes no sense
   */
  WebException(String message, boolean lasting, @Nullable Throwable cause) {
    super(message, cause);
    this.lasting = lasting;
  }

  boolean lasting() {
    return lasting;
  }
}
