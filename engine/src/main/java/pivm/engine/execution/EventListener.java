package pivm.engine.execution;

/** Hears a run's events, one at a time, in the order in which they happen. */
@FunctionalInterface
public interface EventListener {

  void on(Event event);

  /** Hears nothing. */
  static EventListener none() {
    return _ -> {};
  }
}
