package pivm.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import pivm.engine.manifest.Nearest;

/** From arguments to an exit code: finds the command, reads its options, runs it, tells errors. */
public final class CommandLineInterface {
  private final Shell shell;
  private final Catalogue catalogue = new Catalogue();

  public CommandLineInterface(Shell shell) {
    this.shell = shell;
  }

  /** Runs one command line; never throws. */
  public Exit run(String... args) {
    boolean debug = Arrays.asList(args).contains("--debug");
    Exit exit = ended(args, debug);
    if (shell.out().checkError()) {
      return Exit.of(
          List.of(
              exit,
              new Errors(shell, debug)
                  .tell(
                      new Failure(
                          Exit.FAILED,
                          "The results could not be written to standard output, so that they are"
                              + " not whole."))));
    }
    return exit;
  }

  private Exit ended(String[] args, boolean debug) {
    try {
      return dispatch(Arrays.asList(args));
    } catch (Failure failure) {
      return new Errors(shell, debug).tell(failure);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Errors(shell, debug).tell(new Failure(Exit.FAILED, "Interrupted."));
    } catch (IOException | RuntimeException | StackOverflowError unexpected) {
      return new Errors(shell, debug).tell(unexpected);
    } finally {
      shell.out().flush();
      shell.err().flush();
    }
  }

  private Exit dispatch(List<String> args) throws IOException, InterruptedException {
    List<String> words = namesFirst(args);
    if (!words.isEmpty() && words.getFirst().equals("help")) {
      words = new ArrayList<>(words.subList(1, words.size()));
      words.add("--help");
    }
    if (words.isEmpty() || words.getFirst().startsWith("-")) {
      return withoutCommand(words);
    }
    Entry entry = catalogue.find(words);
    if (entry != null) {
      return run(entry, words.subList(entry.name().split(" ").length, words.size()));
    }
    String first = words.getFirst();
    if (!catalogue.isGroup(first)) {
      throw catalogue.unknown(first);
    }
    if (words.size() > 1 && !words.get(1).startsWith("-")) {
      throw catalogue.unknown(first + " " + words.get(1));
    }
    boolean asked = asksForHelp(words);
    (asked ? shell.out() : shell.err()).print(overview(first));
    return asked ? Exit.DONE : Exit.WRONG_USAGE;
  }

  /** Options may stand before the command: {@code pivm --json plan}. */
  private List<String> namesFirst(List<String> args) {
    int at = 0;
    while (at < args.size() && args.get(at).startsWith("-")) {
      at += Catalogue.takesValue(args.get(at)) ? 2 : 1;
    }
    if (at == 0 || at >= args.size()) {
      return args;
    }
    var words = new ArrayList<>(args.subList(at, args.size()));
    words.addAll(args.subList(0, at));
    return words;
  }

  private Exit withoutCommand(List<String> options) throws IOException, InterruptedException {
    if (asksForHelp(options)) {
      shell.out().print(overview(null));
      return Exit.DONE;
    }
    if (options.contains("--version") || options.contains("-V")) {
      return run(catalogue.entry("version"), List.of());
    }
    return run(catalogue.entry("status"), options);
  }

  private String overview(@Nullable String group) {
    return new Usage(shell.terminal()).overview(catalogue, group);
  }

  private static boolean asksForHelp(List<String> words) {
    return words.contains("--help") || words.contains("-h");
  }

  private Exit run(Entry entry, List<String> args) throws IOException, InterruptedException {
    Command command = entry.command().get();
    CommandSpec spec = CommandSpec.create().name("pivm " + entry.name());
    Options options = Options.of(command, spec);
    CommandLine line = new CommandLine(spec);
    if (asksForHelp(args)) {
      shell.out().print(new Usage(shell.terminal()).of(entry, line));
      return Exit.DONE;
    }
    Parsed parsed = parse(entry, line, args);
    String fault = options.fault(parsed.parameters());
    if (fault != null) {
      throw parsed.usage(fault);
    }
    return command.run(new Call(shell, parsed));
  }

  private static Parsed parse(Entry entry, CommandLine line, List<String> args) {
    try {
      return new Parsed(entry.name(), line.parseArgs(args.toArray(String[]::new)));
    } catch (ParameterException wrong) {
      throw Parsed.usage(entry.name(), sentence(wrong), wrong);
    }
  }

  private static String sentence(ParameterException wrong) {
    return switch (wrong) {
      case UnmatchedArgumentException unmatched -> {
        String word = unmatched.getUnmatched().getFirst();
        String near = nearest(unmatched);
        yield (word.startsWith("-") ? "there is no option " : "too many words: ")
            + word
            + (near == null ? "" : "; did you mean " + near + "?");
      }
      default -> String.valueOf(wrong.getMessage());
    };
  }

  private static @Nullable String nearest(UnmatchedArgumentException unmatched) {
    String word = unmatched.getUnmatched().getFirst();
    return word.startsWith("-")
        ? Nearest.find(word, unmatched.getCommandLine().getCommandSpec().optionsMap().keySet())
        : null;
  }
}
