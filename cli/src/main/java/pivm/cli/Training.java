package pivm.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the build runs once to make the AOT cache: the real commands, so that the classes they load
 * are the ones that the cache holds.
 */
final class Training {

  public static void main(String[] args) {
    Path here = Path.of("").toAbsolutePath();
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var shell =
        new Shell(
            here,
            here,
            Map.of(),
            new ByteArrayInputStream(new byte[0]),
            nowhere,
            nowhere,
            Terminal.none());
    for (List<String> line :
        List.of(
            List.of("version"),
            List.of("--help"),
            List.of("config", "--json"),
            List.of("config"),
            List.of("config", "--help"),
            List.of("nonsense"))) {
      new CommandLineInterface(shell).run(line.toArray(String[]::new));
    }
  }

  private Training() {}
}
