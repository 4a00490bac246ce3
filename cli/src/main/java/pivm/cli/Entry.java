package pivm.cli;

import java.util.List;
import java.util.function.Supplier;

/**
 * A command's place in the catalogue. The command itself is only made when it is called, so that a
 * start pays for one command.
 *
 * @param name as it is typed; of a command in a group with the group's: {@code guest add}
 * @param summary one line, lower case
 * @param description for its help; may be empty
 * @param examples command lines with what each does
 */
public record Entry(
    String name,
    String summary,
    String description,
    List<Example> examples,
    Supplier<Command> command) {

  /** A command line and what it is for. */
  public record Example(String line, String purpose) {}

  public Entry {
    examples = List.copyOf(examples);
  }

  static Entry of(
      String name, String summary, String description, Supplier<Command> command, String... pairs) {
    var examples = new java.util.ArrayList<Example>();
    for (int i = 0; i + 1 < pairs.length; i += 2) {
      examples.add(new Example(pairs[i], pairs[i + 1]));
    }
    return new Entry(name, summary, description, examples, command);
  }
}
