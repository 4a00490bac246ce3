package pivm.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** What stood on the command line after the command's name. */
public final class Parsed {
  private final String command;
  private final ParseResult result;

  Parsed(String command, ParseResult result) {
    this.command = command;
    this.result = result;
  }

  /** The command's name. */
  String command() {
    return command;
  }

  public boolean has(String option) {
    return result.hasMatchedOption(option);
  }

  /** The option's value, null when it was not given. */
  public @Nullable String text(String option) {
    return result.matchedOptionValue(option, (String) null);
  }

  /** Like {@link #text}, also for options that this command does not have: null then. */
  @Nullable String given(String option) {
    return has(option) ? text(option) : null;
  }

  public String text(String option, String otherwise) {
    String given = text(option);
    return given == null ? otherwise : given;
  }

  /**
   * The option's value as a whole number.
   *
   * @throws Failure when it is none, or outside the bounds
   */
  public int number(String option, int otherwise, int least, int most) {
    String given = text(option);
    return given == null ? otherwise : number(option, given, least, most);
  }

  public List<String> texts(String option) {
    return result.matchedOptionValue(option, List.of());
  }

  /** The ids given with {@code --confirm}, where the command takes any. */
  List<String> confirmations() {
    return has("--confirm") ? texts("--confirm") : List.of();
  }

  public List<String> parameters() {
    return result.matchedPositionalValue(0, List.of());
  }

  /**
   * A parameter that is a VMID.
   *
   * @throws Failure when it is none
   */
  public int vmid(int index) {
    return number("VMID", parameters().get(index), 100, 999_999_999);
  }

  /** All parameters as VMIDs. */
  public List<Integer> vmids() {
    return parameters().stream().map(text -> number("VMID", text, 100, 999_999_999)).toList();
  }

  private int number(String name, String text, int least, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // told below, with the bounds
    }
    throw usage(name + " is " + text + "; it must be a whole number from " + least + " to " + most);
  }

  /** The failure for a wrong use of this command. */
  public Failure usage(String sentence) {
    return usage(command, sentence, null);
  }

  static Failure usage(String command, String sentence, @Nullable Throwable cause) {
    return new Failure(
        Exit.WRONG_USAGE,
        List.of(
            "pivm " + command + ": " + sentence + ".",
            "What it takes: pivm " + command + " --help"),
        cause);
  }
}
