package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.GuestSchema;
import pivm.engine.manifest.KnownKeys;
import pivm.engine.manifest.ManifestFormatter;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** {@code pivm init}: a folder with the tree of manifests. */
final class InitCommand implements Command {
  private static final String IGNORED = "update-logs/\n";
  private static final String SCHEMA = "schemas/guest.json";

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
    String manifest = Manifests.FOLDER + "/" + Manifests.FILE;
    if (!Files.exists(folder.resolve(manifest))) {
      make(folder, manifest, manifest(new StorageQuestion(call).answer()), made);
    }
    make(folder, SCHEMA, GuestSchema.text(KnownKeys.builtIn()).stripTrailing() + "\n", made);
    make(folder, "variables.json", variables(call.shell()), made);
    make(folder, ".gitignore", IGNORED, made);
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

  private static String manifest(@Nullable String storage) {
    Json.Builder manifest = Json.object().put("$schema", "../../" + SCHEMA);
    if (storage != null) {
      manifest.put("defaults", Json.object().put("storage", storage).build());
    }
    Json.Obj whole = manifest.put("guests", Json.array(List.of())).build();
    return ManifestFormatter.format(JsonText.write(whole));
  }

  private static String variables(Shell shell) throws IOException {
    Path shipped = shell.home().resolve("variables.json");
    return Files.isRegularFile(shipped) ? Files.readString(shipped) : "{}\n";
  }

  private static void make(Path folder, String name, String text, List<String> made)
      throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      SafeFile.write(file, text);
      made.add(name);
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
