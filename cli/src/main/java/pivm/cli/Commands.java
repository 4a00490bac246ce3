package pivm.cli;

import java.util.List;
import pivm.engine.guest.SingleAction;

/** The commands with their summaries and examples. */
final class Commands {

  static List<Catalogue.Section> sections() {
    return List.of(
        new Catalogue.Section("The main job", main()),
        new Catalogue.Section("Updates", updates()),
        new Catalogue.Section("Looking", looking()),
        new Catalogue.Section("Manifests", manifests()),
        new Catalogue.Section("Single guests", guests()),
        new Catalogue.Section("Networks of the nodes", NetworkCommands.entries()),
        new Catalogue.Section("Images", images()),
        new Catalogue.Section("Installing and checking", checking()));
  }

  private static List<Entry> main() {
    return List.of(
        Entry.of(
            "demo",
            "the whole way on a simulated cluster, in under a minute",
            "On a terminal the cluster stays to play with until Ctrl-C.",
            DemoCommand::new,
            "pivm demo",
            "declare, plan, apply, drift, rollback, destroy"),
        Entry.of(
            "init",
            "a new folder for manifests",
            "Makes what is missing, and overwrites nothing.",
            InitCommand::new,
            "pivm init infra",
            "an empty tree in the folder infra",
            "pivm init --import",
            "in the current folder, with every guest of the cluster adopted"),
        Entry.of(
            "plan",
            "what differs, what would be done, what the rails say",
            "Changes nothing.",
            PlanCommand::new,
            "pivm plan",
            "everything that the manifests of this folder's tree declare",
            "pivm plan --detailed-exitcode --json",
            "for a program: exit code 2 says that there are differences",
            "pivm plan --commands --save plan.json",
            "with the commands that would do the same; pivm apply plan.json applies just this",
            "pivm plan --html plan.html",
            "one page to look at or to pass on"),
        Entry.of(
            "apply",
            "plan, rails, confirm, run, verify",
            "Nothing is done when a rail blocks. What destroys something is asked for by the guest's"
                + " name.",
            ApplyCommand::new,
            "pivm apply",
            "make the cluster what the manifests say",
            "pivm apply guests --dry-run",
            "show what would be done",
            "pivm apply --confirm 1f2e3d4c",
            "answer a question that an earlier call asked, within 15 minutes"),
        Entry.of(
            "approve",
            "agree to a plan that an assistant or a timer will apply",
            "Asks at a terminal; nobody but a person can approve.",
            ApproveCommand::new,
            "pivm approve 7f3c2a9b01de",
            "look at that plan and agree to it"),
        Entry.of(
            "resume",
            "settle what a killed run left, then do the rest",
            "Every apply does the same first; this is the word for it.",
            ResumeCommand::new,
            "pivm resume",
            "after a crash"));
  }

  private static List<Entry> updates() {
    return List.of(
        Entry.of(
            "update containers",
            "patch containers by their own package managers, each behind a snapshot",
            "Run as root on a node: Proxmox has no call for what happens inside a container. Logs go"
                + " to update-logs in the manifests' folder.",
            UpdateContainersCommand::new,
            "pivm update containers",
            "all that proxmox_lxc_autoupdate.json means",
            "pivm update containers 210 211",
            "only these two",
            "pivm update containers --dry-run",
            "show what would be done",
            "pivm update containers --last",
            "what the last run did, and how long ago"),
        Entry.of(
            "update hosts",
            "update the nodes, the next only when the last is back, in quorum and well",
            "Run as root on a node. What the node is is archived first; guests are moved away and the"
                + " node restarted only where its upgrade needs that.",
            UpdateHostsCommand::new,
            "pivm update hosts --dry-run",
            "the packages of every node, security fixes marked",
            "pivm update hosts",
            "as proxmox_autoupdate.json says, this node last",
            "pivm update hosts pve-02",
            "only that node"));
  }

  private static List<Entry> looking() {
    return List.of(
        Entry.of(
            "status",
            "the state at a glance, and what to type next",
            "The same as pivm alone. In JSON ages and times to come are in seconds; timers is null"
                + " where PIVM is not set up, else its next has every timer that is on.",
            StatusCommand::new,
            "pivm status",
            "cluster, guests, drift, last run",
            "pivm status --json",
            "for a program"),
        Entry.of(
            "drift",
            "what differs from the manifests, field by field",
            "",
            DriftCommand::new,
            "pivm drift",
            "a table of differences",
            "pivm drift --detailed-exitcode --quiet",
            "for a timer: exit code 2 says that there are any"),
        Entry.of(
            "history",
            "past runs, and each step of one",
            "",
            HistoryCommand::new,
            "pivm history",
            "all runs, the newest first",
            "pivm history 7f3c2a9b01de",
            "one run: commands, tasks, results"),
        Entry.of(
            "health",
            "nodes and storages at risk, as a Markdown table",
            "At risk is a node that is offline, uses more than 80 % of its processors, uses at least"
                + " 90 % of its memory or has promised more than 80 % of it, has failed services or"
                + " waits for a reboot; a storage that is 90 % full, a task that runs for more than"
                + " 12 hours, a cluster without quorum. The limits stand in variables.json under"
                + " health. Exits with 2 when there is anything,"
                + " with 5 when something could not be seen.",
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
            "schema",
            "the JSON Schema of manifests, for editors",
            "",
            SchemaCommand::new,
            "pivm schema guest > guest.schema.json",
            "name it in a manifest as $schema",
            "pivm schema images > images.schema.json",
            "for " + ImageManifests.PLACE,
            "pivm schema network",
            "for " + NetworkManifest.FILE),
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
            "guest add",
            "declare a new guest in the manifest",
            "Writes the manifest only; pivm apply makes the guest.",
            () -> new GuestAddCommand(true),
            "pivm guest add 210 type=lxc hostname=proxy-01 memory=1024 storage=local-lvm:8"
                + " template=local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst state=running",
            "a container"),
        Entry.of(
            "guest set",
            "change a declared guest in the manifest",
            "Writes the manifest only; pivm apply changes the guest. A secret is never compared, so"
                + " it is sent again only by --secret-refresh.",
            GuestSetCommand::new,
            "pivm guest set 210 memory=2048 options.onboot=1",
            "two fields",
            "pivm guest set 210 pool=",
            "take a field out",
            "pivm guest set 310 --secret-refresh cloud_init.password",
            "after the secret has changed",
            "pivm guest set 105 memory=1024 --direct",
            "once, under the same rails, a guest that no manifest declares"),
        Entry.of(
            "guest remove",
            "destroy a guest, with its pre-flight check, and take its entry out",
            "",
            GuestRemoveCommand::new,
            "pivm guest remove 210",
            "shows what goes, and asks for the guest's name"),
        action(
            "start",
            "start a guest",
            GuestActionCommand.of(_ -> new SingleAction.Start(), "running")),
        action(
            "shutdown",
            "ask a guest to end",
            GuestActionCommand.of(
                call -> new SingleAction.Shutdown(GuestActionCommand.timeout(call)), "stopped")),
        action(
            "stop",
            "pull a guest's plug",
            GuestActionCommand.of(_ -> new SingleAction.Stop(), "stopped")),
        action(
            "reboot",
            "restart a guest; what waited for it takes effect",
            GuestActionCommand.of(
                call -> new SingleAction.Reboot(GuestActionCommand.timeout(call)), null)),
        Entry.of(
            "guest console",
            "a guest's own terminal, or where to find it",
            "Opens it on the guest's node; elsewhere prints the address of Proxmox's own console.",
            ConsoleCommand::new,
            "pivm guest console 210",
            "to log in without a network"),
        Entry.of(
            "guest hold",
            "leave a declared guest alone for now",
            "",
            () -> new HoldCommand(true),
            "pivm guest hold 210",
            "until its entry changes, or it is released"),
        Entry.of(
            "guest release",
            "end a hold",
            "",
            () -> new HoldCommand(false),
            "pivm guest release 210",
            "the next plan has it again"),
        Entry.of(
            "preflight",
            "what would be shown before a guest is destroyed",
            "",
            PreflightCommand::new,
            "pivm preflight 210",
            "state, services, disks, backups, what depends on it"),
        Entry.of(
            "snapshot",
            "take a snapshot of a guest",
            "",
            SnapshotCommand::new,
            "pivm snapshot 210 before-upgrade",
            "named before-upgrade",
            "pivm snapshot 210 before-upgrade --delete",
            "delete it again"),
        Entry.of(
            "rollback",
            "bring a guest back to a snapshot",
            "What came after the snapshot is lost, so it is asked for. The guest is then held.",
            RollbackCommand::new,
            "pivm rollback 210",
            "to the snapshot that the last change took first",
            "pivm rollback 210 --to before-upgrade",
            "to another one"),
        Entry.of(
            "next-id",
            "the lowest VMID that is free, given to nobody else for a while",
            "",
            NextIdCommand::new,
            "pivm next-id",
            "a number for a new guest"));
  }

  private static List<Entry> images() {
    return List.of(
        Entry.of(
            "images sync",
            "bring declared images onto the storages",
            "ISO images, container templates and disk images: fetched by the node where it can, else"
                + " by PIVM, which verifies, unpacks and uploads them.",
            ImagesSyncCommand::new,
            "pivm images sync",
            "fetch what is missing, delete what is obsolete where the manifest says so",
            "pivm images sync --dry-run",
            "show what would be done"),
        Entry.of(
            "images list",
            "what is declared, there, newest, and used by whom",
            "",
            ImagesListCommand::new,
            "pivm images list",
            "all declared images, and what PIVM brought before",
            "pivm images list --json",
            "for a program"));
  }

  private static Entry action(String word, String summary, Command command) {
    return Entry.of(
        "guest " + word,
        summary,
        "Under the same rails as every plan. A manifest that declares the guest's state is made to"
            + " say the new one.",
        () -> command,
        "pivm guest " + word + " 210",
        summary);
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
            "doctor",
            "check manifests, state folder, connection and privileges",
            "Exits with 1 when something is wrong.",
            DoctorCommand::new,
            "pivm doctor",
            "one line a check"),
        Entry.of(
            "setup",
            "make PIVM at home on this machine",
            "Makes the folder of manifests, timers, and on a node the user, role and token that PIVM"
                + " acts by. May be called again at any time, and overwrites nothing of yours.",
            SetupCommand::new,
            "pivm setup --dry-run",
            "show what would be done",
            "pivm setup",
            "do it",
            "pivm setup --enable-timers",
            "and have timers apply what is declared"),
        Entry.of(
            "uninstall",
            "take away what setup made",
            "Manifests and history stay, unless they are to be purged, which is asked for.",
            UninstallCommand::new,
            "pivm uninstall",
            "timers, user, role, token",
            "pivm uninstall --purge",
            "everything"),
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
