package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import pivm.engine.history.History;
import pivm.engine.inventory.Digests;
import pivm.engine.plan.Counted;
import pivm.engine.setup.Layout;
import pivm.engine.setup.SetupRecord;
import pivm.proxmox.command.CommandRunner;

/** What goes for good with a purge, shown before it goes and bound to the confirmation. */
final class PurgePreflight {
  private final Machine machine;
  private final Layout layout;

  PurgePreflight(Machine machine) {
    this.machine = machine;
    this.layout = machine.layout();
  }

  /** The folders that go with all that is in them: those that set-up made, and PIVM's state. */
  List<Path> folders() {
    List<Path> folders = new ArrayList<>();
    for (SetupRecord.Entry entry : machine.made().entries()) {
      boolean whole = entry.name().equals(layout.install()) || entry.name().equals(layout.logs());
      if (entry.what().equals("folder") && whole && Files.exists(layout.at(entry.name()))) {
        folders.add(layout.at(entry.name()));
      }
    }
    if (Files.exists(layout.stateFolder())) {
      folders.add(layout.stateFolder());
    }
    return folders;
  }

  String text() throws IOException {
    var text = new StringBuilder("Pre-flight check: this goes for good\n");
    for (Path folder : folders()) {
      List<String> files = files(folder);
      text.append("  ")
          .append(folder)
          .append("  ")
          .append(Counted.of(files.size(), "file"))
          .append('\n');
    }
    int runs = new History(layout.stateFolder()).runs().size();
    text.append("  history  ").append(Counted.of(runs, "run")).append('\n');
    Path tree = layout.at(layout.install());
    if (Files.exists(tree.resolve(".git"))) {
      text.append("  git      ").append(git(tree)).append('\n');
    }
    return text.toString();
  }

  /** What exists nowhere else, as far as git knows. */
  private static String git(Path tree) throws IOException {
    String changed = output(tree, "status", "--porcelain");
    String unpushed = output(tree, "log", "--oneline", "--branches", "--not", "--remotes");
    return Counted.of(changed.lines().count(), "file")
        + " changed or new since the last commit, "
        + Counted.of(unpushed.lines().count(), "commit")
        + " that no other repository has";
  }

  private static String output(Path tree, String... words) throws IOException {
    var command = new ArrayList<>(List.of("git", "-C", tree.toString()));
    command.addAll(List.of(words));
    try {
      return CommandRunner.local(null).run(command).output();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** Every file with its size and time; the lock and the record change with each call. */
  private List<String> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<String> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(file -> !Files.isDirectory(file)).sorted().toList()) {
        if (!file.startsWith(layout.stateFolder()) || !file.endsWith("pivm.lock")) {
          var facts =
              Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          files.add(file + " " + facts.size() + " " + facts.lastModifiedTime());
        }
      }
    }
    return files;
  }

  /** Void as soon as anything in the folders changes. */
  private String id() throws IOException {
    var digest = new Digests();
    for (Path folder : folders()) {
      for (String file : files(folder)) {
        digest.add(file);
      }
    }
    return digest.hex(4);
  }

  /** A person types the folder's name, or gives the id that an earlier call showed. */
  boolean confirmed(Call call) throws IOException {
    String id = id();
    String given = call.parsed().text("--confirm");
    if (id.equals(given)) {
      return true;
    }
    if (given != null) {
      call.say("\nThe id " + given + " is void: what it was given for has changed since.");
    }
    String typed =
        new Prompt(call)
            .answer(
                "\nType " + layout.install() + " to remove all of it, anything else to decline: ");
    if (layout.install().equals(typed)) {
      return true;
    }
    call.say(
        typed != null
            ? "Declined. Nothing was changed."
            : "\nNothing was changed: this needs confirmation. The same command with --confirm "
                + id
                + " gives it.");
    return false;
  }
}
