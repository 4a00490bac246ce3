package pivm.engine.execution;

import java.util.concurrent.atomic.AtomicInteger;

/** How a person ends a run: asked once, it begins nothing new; asked twice, it lets go of all. */
public final class StopSignal {

  private final AtomicInteger asked = new AtomicInteger();

  /** Asks the run to end; safe from any thread and from signal handlers. */
  public void ask() {
    asked.incrementAndGet();
  }

  /** Whether no new step may begin. Running tasks are followed to their end. */
  public boolean stopping() {
    return asked.get() > 0;
  }

  /** Whether running tasks are left to themselves; the next run settles them. */
  public boolean leaving() {
    return asked.get() > 1;
  }
}
