package pivm.cli;

import java.util.List;

/** The commands with their summaries and examples. */
final class Commands {

  static List<Catalogue.Section> sections() {
    return List.of(
        new Catalogue.Section("Looking", looking()),
        new Catalogue.Section("Manifests", manifests()),
        new Catalogue.Section("Single guests", guests()),
        new Catalogue.Section("Installing and checking", checking()));
  }

  private static List<Entry> looking() {
    return List.of(
        Entry.of(
            "health",
            "nodes and storages at risk, as a Markdown table",
            "At risk is a node that is offline, uses more than 80 % of its processors or 90 % of its"
                + " memory, a storage that is more than 90 % full, and a cluster without quorum."
                + " Exits with 1 when there is any.",
            HealthCommand::new,
            "pivm health",
            "what needs attention",
            "pivm health --json",
            "for a monitoring system"));
  }

  private static List<Entry> manifests() {
    return List.of(
        Entry.of(
            "import",
            "adopt guests that are there into a manifest",
            "Changes nothing on Proxmox; planning afterwards shows no differences.",
            ImportCommand::new,
            "pivm import",
            "every guest that no manifest declares",
            "pivm import 105 106",
            "these two",
            "pivm import --print --minimal",
            "show entries with identity and sizes only, write nothing"),
        Entry.of(
            "validate",
            "check manifests without asking Proxmox",
            "Everything that is wrong is told at once, with file, line and column.",
            ValidateCommand::new,
            "pivm validate",
            "the manifests of this folder's tree",
            "pivm validate --manifest guests.json",
            "one file"),
        Entry.of(
            "fmt",
            "lay manifests out in the usual form, comments kept",
            "",
            FmtCommand::new,
            "pivm fmt",
            "format the manifests of this folder's tree",
            "pivm fmt --check",
            "exit with 1 when one would change"));
  }

  private static List<Entry> guests() {
    return List.of(
        Entry.of(
            "guest list",
            "all guests of the cluster, declared or not",
            "",
            GuestListCommand::new,
            "pivm guest list",
            "all of them",
            "pivm guest list --foreign",
            "those that no manifest declares"),
        Entry.of(
            "guest show",
            "one guest: what is, and what waits for a restart",
            "",
            GuestShowCommand::new,
            "pivm guest show 210",
            "the configuration of guest 210",
            "pivm guest show 210 --json",
            "for a program"),
        Entry.of(
            "next-id",
            "the lowest VMID that is free, given to nobody else for a while",
            "",
            NextIdCommand::new,
            "pivm next-id",
            "a number for a new guest"));
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
            "sim",
            "a simulated cluster behind the Proxmox VE API",
            "Runs until it is ended, and keeps nothing.",
            SimCommand::new,
            "pivm sim",
            "three nodes and 40 guests on port 8006 of this machine",
            "pivm sim --listen 127.0.0.1:0 --nodes 8 --guests 1000 --json",
            "for a test: any port, one line of JSON when it is ready"),
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
