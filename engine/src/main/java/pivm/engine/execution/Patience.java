package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import pivm.proxmox.Time;

/** The waits of a run: they end early when a person asks the run to end. */
final class Patience {

  /** A person let go of what is running. */
  static final class Left extends RuntimeException {
    Left() {
      super("left running", null, false, false);
    }
  }

  /** A person asked the run to end before this step was sent. */
  static final class Stopped extends RuntimeException {
    Stopped() {
      super("stopped", null, false, false);
    }
  }

  private final Time time;
  private final StopSignal stop;

  Patience(Time time, StopSignal stop) {
    this.time = time;
    this.stop = stop;
  }

  Instant now() {
    return time.now();
  }

  /** Waits for something that runs already; goes on when asked once to end. */
  void whileRunning(Duration pause) {
    if (stop.leaving()) {
      throw new Left();
    }
    sleep(pause);
  }

  /** Waits before something is sent. */
  void beforeSending(Duration pause) {
    checkNotStopping();
    sleep(pause);
    checkNotStopping();
  }

  boolean stopping() {
    return stop.stopping();
  }

  void checkNotStopping() {
    if (stop.stopping()) {
      throw new Stopped();
    }
  }

  private void sleep(Duration pause) {
    try {
      time.sleep(pause);
    } catch (InterruptedException interrupted) {
      stop.ask();
    }
  }
}
