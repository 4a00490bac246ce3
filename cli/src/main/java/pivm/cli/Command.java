package pivm.cli;

import java.io.IOException;

/** One command: its options, and what it does. */
public interface Command {

  /** Declares options and parameters; those that every command has are there already. */
  default void declare(Options options) {}

  /**
   * Does it.
   *
   * @throws Failure when it cannot be done, with sentences for a person
   */
  Exit run(Call call) throws IOException, InterruptedException;
}
