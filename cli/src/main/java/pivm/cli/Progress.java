package pivm.cli;

import pivm.engine.execution.Event;
import pivm.engine.execution.EventForm;
import pivm.engine.execution.EventListener;

/** Tells what a run does while it goes on. */
interface Progress extends EventListener, AutoCloseable {

  @Override
  void close();

  /**
   * JSON lines on standard output, a live list on a terminal, or one line an event on standard
   * error.
   */
  static Progress of(Call call) {
    Shell shell = call.shell();
    if (call.output().json()) {
      return new Plain(event -> call.output().json(EventForm.write(event)));
    }
    if (call.quiet()) {
      return new Plain(EventListener.none());
    }
    boolean live = shell.terminal().err() && shell.terminal().colour();
    return live ? new LiveList(shell) : new Plain(new EventLines(shell.err()));
  }

  /** Hands events on. */
  record Plain(EventListener to) implements Progress {
    @Override
    public void on(Event event) {
      synchronized (this) {
        to.on(event);
      }
    }

    @Override
    public void close() {}
  }
}
