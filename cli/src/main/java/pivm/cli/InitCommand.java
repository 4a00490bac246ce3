package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code pivm init}: a folder with the tree of manifests. */
final class InitCommand implements Command {
  @Override
  public void declare(Options options) {
    options
        .parameters("FOLDER", 0, 1, "where; default: the current folder")
        .value("--storage", "ID", "where new guests' disks go (defaults.storage of the manifest)")
        .flag("--import", "adopt every guest of the cluster at once")
        .flag("--no-git", "make no git repository")
        .connection();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    List<String> named = call.parsed().parameters();
    Path folder =
        named.isEmpty()
            ? call.shell().directory()
            : call.shell().directory().resolve(named.getFirst()).normalize();
    var made = new ArrayList<String>();
    boolean there = Files.exists(folder.resolve(ManifestTree.GUESTS));
    String storage = there ? null : new StorageQuestion(call).answer();
    for (ManifestTree.Item item : ManifestTree.items(call.shell(), storage)) {
      // scripts belong to an installed tree, where the program is beside them
      if (!item.executable()) {
        make(folder, item, made);
      }
    }
    if (!call.parsed().has("--no-git") && !Files.exists(folder.resolve(".git"))) {
      git(folder, made);
    }
    call.output()
        .line(
            made.isEmpty()
                ? folder + " has all of it already."
                : "Made in " + folder + ": " + String.join(", ", made));
    if (call.parsed().has("--import")) {
      return new CommandLineInterface(call.shell().in(folder)).run("import");
    }
    call.output()
        .line("Next: pivm import, or declare guests in " + Manifests.FOLDER + "/" + Manifests.FILE);
    return Exit.DONE;
  }

  private static void make(Path folder, ManifestTree.Item item, List<String> made)
      throws IOException {
    Path file = folder.resolve(item.name());
    if (!Files.exists(file)) {
      SafeFile.write(file, item.text());
      made.add(item.name());
    }
  }

  private static void git(Path folder, List<String> made) throws InterruptedException {
    try {
      Process git =
          new ProcessBuilder("git", "init", "--quiet", folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (git.waitFor() == 0) {
        made.add("a git repository");
      }
    } catch (IOException absent) {
      made.add("no git repository, since git is not installed");
    }
  }
}
