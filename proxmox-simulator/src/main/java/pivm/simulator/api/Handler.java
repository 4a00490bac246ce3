package pivm.simulator.api;

import org.jspecify.annotations.Nullable;

/** Does what a call asks for. */
@FunctionalInterface
interface Handler {

  /**
   * @return the {@code data} of the answer
   */
  @Nullable Object handle(Call call);
}
