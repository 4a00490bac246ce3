package pivm.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** {@code pivm completion}. */
final class CompletionCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("SHELL", 1, 1, "bash or zsh");
  }

  @Override
  public Exit run(Call call) {
    String shell = call.parsed().parameters().getFirst();
    if (!shell.equals("bash") && !shell.equals("zsh")) {
      throw call.parsed().usage("SHELL is " + shell + "; it must be bash or zsh");
    }
    call.output().text(AutoComplete.bash("pivm", all()));
    return Exit.DONE;
  }

  /** Every command in one tree; the script that comes of it serves zsh too. */
  private static CommandLine all() {
    var top = new CommandLine(CommandSpec.create().name("pivm"));
    Map<String, CommandLine> groups = new LinkedHashMap<>();
    for (Catalogue.Section section : new Catalogue().sections()) {
      for (Entry entry : section.entries()) {
        String[] words = entry.name().split(" ");
        CommandSpec spec = CommandSpec.create().name(words[words.length - 1]);
        Options.of(entry.command().get(), spec);
        var line = new CommandLine(spec);
        if (words.length == 1) {
          top.addSubcommand(words[0], line);
        } else {
          groups.computeIfAbsent(words[0], CompletionCommand::group).addSubcommand(words[1], line);
        }
      }
    }
    groups.forEach(top::addSubcommand);
    return top;
  }

  private static CommandLine group(String name) {
    return new CommandLine(CommandSpec.create().name(name));
  }
}
