package pivm.engine.pipeline;

import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.rails.Preflight;

/** Gathers the pre-flight facts of a guest that something destructive would be done to. */
@FunctionalInterface
public interface PreflightSource {

  /**
   * Reads what can be read; what can't be is said in the result.
   *
   * @throws InterruptedException when the waiting for a guest's answer is ended
   */
  Preflight of(ObservedGuest guest, Inventory inventory) throws InterruptedException;
}
