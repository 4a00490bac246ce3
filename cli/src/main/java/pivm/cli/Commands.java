package pivm.cli;

import java.util.List;

/** The commands with their summaries and examples. */
final class Commands {

  static List<Catalogue.Section> sections() {
    return List.of(new Catalogue.Section("Installing and checking", checking()));
  }

  private static List<Entry> checking() {
    return List.of(
        Entry.of(
            "config",
            "each setting with its value and where it came from",
            "Values come from options, then the environment, then variables.json, then defaults."
                + " Secrets are hidden.",
            ConfigCommand::new,
            "pivm config",
            "all settings",
            "pivm config rails",
            "only those of one section",
            "pivm config --json",
            "for a program"),
        Entry.of(
            "completion",
            "completion for bash or zsh",
            "",
            CompletionCommand::new,
            "source <(pivm completion bash)",
            "complete commands and options with the Tab key, in this shell"),
        Entry.of(
            "version",
            "what runs here",
            "",
            VersionCommand::new,
            "pivm version",
            "PIVM's version, and Java's"));
  }

  private Commands() {}
}
