package pivm.engine.network.live;

import org.jspecify.annotations.Nullable;

/** Whoever sits before the run, and may keep a network that waits to be confirmed. */
public interface Attendant {
  /** What they have said. */
  enum Word {
    KEEP,
    TAKE_BACK
  }

  /** Nobody is there. */
  Attendant NOBODY =
      new Attendant() {
        @Override
        public String offer(String node) {
          return "";
        }

        @Override
        public @Nullable Word said(String node) {
          return null;
        }
      };

  /** How it can be said, to go before the other way; empty when nobody is there. */
  String offer(String node);

  /** What was said about a node's network by now; null for nothing. Does not wait. */
  @Nullable Word said(String node);
}
