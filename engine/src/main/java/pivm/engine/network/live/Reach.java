package pivm.engine.network.live;

import org.jspecify.annotations.Nullable;

/** Finds out whether a node can be reached from outside, over a connection that is made for it. */
@FunctionalInterface
public interface Reach {

  /**
   * Tries once.
   *
   * @return null when the node answers; else why it does not
   */
  @Nullable String problem(String node) throws InterruptedException;
}
