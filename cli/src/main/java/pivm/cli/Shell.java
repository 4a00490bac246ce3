package pivm.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a command meets of the world outside.
 *
 * @param directory the folder that it was called in
 * @param home the folder that PIVM stands in: launcher, shipped manifests, {@code variables.json},
 *     or the folder of manifests where it is installed
 * @param shipped the folder with the tree as it is shipped
 */
public record Shell(
    Path directory,
    Path home,
    Path shipped,
    Map<String, String> environment,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Terminal terminal) {

  static Shell ofProcess() {
    Map<String, String> environment = System.getenv();
    Path directory = Path.of("").toAbsolutePath();
    Path home = property("pivm.home", directory);
    return new Shell(
        directory,
        home,
        property("pivm.shipped", home),
        environment,
        new FileInputStream(FileDescriptor.in),
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Terminal.of(
            System.getProperty("pivm.terminals", ""),
            System.getProperty("pivm.columns", ""),
            environment));
  }

  private static Path property(String name, Path otherwise) {
    String path = System.getProperty(name, "");
    return path.isEmpty() ? otherwise : Path.of(path);
  }

  /** The folder of manifests that the current folder is in; null when it is in none. */
  public @Nullable Path tree() {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("compute/guest"))) {
        return folder;
      }
    }
    return null;
  }

  /** The same in another folder. */
  Shell in(Path folder) {
    return new Shell(folder, home, shipped, environment, in, out, err, terminal);
  }

  /** The path as people see it from the current folder. */
  public String relative(Path path) {
    return path.startsWith(directory) ? directory.relativize(path).toString() : path.toString();
  }

  /** The home folder of the user; the current folder where there is none. */
  Path userHome() {
    String home = environment.getOrDefault("HOME", "");
    return home.isEmpty() ? directory : Path.of(home);
  }

  /** UTF-8 whatever the locale says: the signs of a plan are not in ASCII, and files are UTF-8. */
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 1 << 16),
        true,
        StandardCharsets.UTF_8);
  }
}
