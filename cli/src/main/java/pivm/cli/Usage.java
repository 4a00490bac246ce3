package pivm.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Writes help: of one command, and of all. */
final class Usage {
  private final Terminal terminal;

  Usage(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The help of one command, with examples. */
  String of(Entry entry, CommandLine line) {
    UsageMessageSpec message = line.getCommandSpec().usageMessage();
    message.width(Math.clamp(terminal.width(), 60, 100));
    String more = entry.description().isEmpty() ? "." : ". " + entry.description();
    message.description(Options.escape(capital(entry.summary()) + more));
    message.abbreviateSynopsis(true);
    message.parameterListHeading("%n");
    boolean colour = terminal.out() && terminal.colour();
    String text = line.getUsageMessage(colour ? Help.Ansi.ON : Help.Ansi.OFF);
    var examples = new StringBuilder(text);
    examples.append(System.lineSeparator()).append("Examples:").append(System.lineSeparator());
    for (Entry.Example example : entry.examples()) {
      examples.append("  ").append(example.line()).append(System.lineSeparator());
      examples.append("      ").append(example.purpose()).append(System.lineSeparator());
    }
    return examples.toString();
  }

  private static String capital(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  /**
   * The list of commands.
   *
   * @param group to list only that group's commands; null for all
   */
  String overview(Catalogue catalogue, @Nullable String group) {
    var text = new StringBuilder();
    if (group == null) {
      text.append(
          "PIVM turns JSON manifests into running guests on Proxmox VE: plan, safety rails, apply,"
              + " verify.\n\n");
    }
    text.append("Usage: pivm ").append(group == null ? "COMMAND" : group + " COMMAND");
    text.append(" [OPTIONS]\n");
    int width = catalogue.longestName() + 4;
    for (Catalogue.Section section : catalogue.sections()) {
      List<Entry> entries =
          section.entries().stream()
              .filter(entry -> group == null || entry.name().startsWith(group + " "))
              .toList();
      if (!entries.isEmpty()) {
        text.append('\n').append(section.title()).append('\n');
        entries.forEach(entry -> {
          text.append("  ").append(entry.name());
          text.append(" ".repeat(width - entry.name().length()));
          text.append(entry.summary()).append('\n');
        });
      }
    }
    text.append("\nHelp and examples of each: pivm COMMAND --help\n");
    return text.toString();
  }
}
