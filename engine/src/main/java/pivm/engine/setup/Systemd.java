package pivm.engine.setup;

import java.io.IOException;

/** The running service manager. */
public interface Systemd {

  /** Has units read anew. */
  void reload() throws IOException;

  /**
   * Starts a unit.
   *
   * @throws IOException when it refuses, with its words
   */
  void start(String unit) throws IOException;

  /** Stops a unit; one that does not run is stopped already. */
  void stop(String unit) throws IOException;

  /** None: in another root, or in a container without one. Timers run from the next start on. */
  static Systemd none() {
    return new Systemd() {
      @Override
      public void reload() {}

      @Override
      public void start(String unit) {}

      @Override
      public void stop(String unit) {}
    };
  }
}
