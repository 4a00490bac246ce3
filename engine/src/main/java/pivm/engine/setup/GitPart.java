package pivm.engine.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.command.CommandRunner;

/**
 * The repository that the folder of manifests is.
 *
 * @param repository what it is a clone of; null for one that begins here
 */
public record GitPart(Path place, String path, @Nullable String repository, CommandRunner commands)
    implements Part {

  @Override
  public String what() {
    return "git";
  }

  @Override
  public String name() {
    return path;
  }

  @Override
  public boolean kept() {
    return true;
  }

  @Override
  public Look look() throws IOException {
    if (Files.exists(place.resolve(".git"))) {
      return Look.of(State.THERE);
    }
    if (repository != null && Files.isDirectory(place)) {
      try (var inside = Files.newDirectoryStream(place)) {
        if (inside.iterator().hasNext()) {
          return new Look(
              State.BARRED, "there are files in it, so that " + repository + " can't be cloned");
        }
      }
    }
    return run("--version") == null
        ? Look.of(State.MISSING)
        : new Look(State.BARRED, "git is not installed");
  }

  @Override
  public void make() throws IOException {
    String failed =
        repository == null
            ? run("init", "--quiet", place.toString())
            : run("clone", "--quiet", repository, place.toString());
    if (failed != null) {
      throw new IOException("git can't make a repository in " + path + ": " + failed);
    }
  }

  /** What went wrong; null for nothing. */
  private @Nullable String run(String... words) throws IOException {
    var command = new java.util.ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    try {
      CommandRunner.Result result = commands.run(command);
      return result.exitCode() == 0 ? null : result.errors().strip();
    } catch (IOException absent) {
      return "git is not installed";
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }

  /** It goes with its folder, or stays with what others put there. */
  @Override
  public String remove() {
    return Files.exists(place.resolve(".git")) ? "it holds the history of the manifests" : "";
  }
}
