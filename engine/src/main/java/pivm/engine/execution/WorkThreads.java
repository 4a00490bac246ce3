package pivm.engine.execution;

/** The one place where threads are made. */
final class WorkThreads {

  private WorkThreads() {}

  /** Starts a virtual thread; the work must handle its own failures. */
  static Thread start(String name, Runnable work) {
    return Thread.ofVirtual().name(name).start(work);
  }
}
