package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;

/** Every command in {@code GEMINI.md} works, for an assistant, on a cluster. */
class CharterTest {
  private static final Path CHARTER = Path.of("..", "GEMINI.md");
  private static final Pattern INLINE = Pattern.compile("`(pivm [^`]+)`");

  /** What is found, or left to a person, is no fault of a command. */
  private static final Set<Exit> WORKS =
      Set.of(Exit.DONE, Exit.DIFFERENCES, Exit.UNCONFIRMED, Exit.PARTLY_DONE);

  @TempDir Path folder;

  @Test
  void theWorkflowsRunAsTheyAreWritten() throws IOException {
    try (Simulation simulation = simulation()) {
      InProcess here = here(simulation);
      for (String command : blocks()) {
        InProcess.Result result = here.run(words(command));
        // Without a root shell on the nodes, what takes one says so.
        boolean takesShell = command.startsWith("pivm update");
        assertThat(
                WORKS.contains(result.exit())
                    || (takesShell && result.exit() == Exit.NOT_PERMITTED))
            .as("%s: %s", command, result)
            .isTrue();
      }
      assertThat(here.run("guest", "list").out()).contains("auto-web-105", "auto-web-106");
    }
  }

  @Test
  void everyCommandThatIsNamedIsThere() throws IOException {
    List<String> named = new ArrayList<>(blocks());
    Matcher inline = INLINE.matcher(Files.readString(CHARTER));
    while (inline.find()) {
      named.add(inline.group(1));
    }
    assertThat(named).hasSizeGreaterThan(30);
    InProcess nowhere = InProcess.in(folder);
    for (String command : named) {
      if (command.contains("COMMAND")) {
        continue;
      }
      List<String> words = new ArrayList<>(List.of(words(command)));
      words.removeIf(word -> word.contains("=") || word.matches("\\d+|ID|--.*|guests|network"));
      if (command.startsWith("pivm network")) {
        words.addFirst("network");
      }
      words.add("--help");
      InProcess.Result result = nowhere.run(words.toArray(String[]::new));
      assertThat(result.exit()).as("%s: %s", command, result).isEqualTo(Exit.DONE);
    }
  }

  private static Simulation simulation() throws IOException {
    return Simulation.start(Simulation.Options.standard().withGuests(4).withSpeed(100));
  }

  /** The tree as it is shipped. */
  private InProcess here(Simulation simulation) throws IOException {
    Path shipped = Path.of("..");
    for (String part : List.of("compute", "storage", "network")) {
      try (var files = Files.walk(shipped.resolve(part))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = folder.resolve(shipped.relativize(file));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    return InProcess.in(folder)
        .with(
            Map.of(
                "PIVM_ENDPOINT", simulation.endpoint(),
                "PIVM_TOKEN", simulation.token(),
                "PIVM_FINGERPRINT", simulation.fingerprint(),
                "PIVM_SETUP_STATE_DIR", folder.resolve("state").toString(),
                "PIVM_ACTOR", "assistant:gemini-cli"));
  }

  private static List<String> blocks() throws IOException {
    List<String> commands = new ArrayList<>();
    boolean shell = false;
    for (String line : Files.readAllLines(CHARTER)) {
      if (line.startsWith("```")) {
        shell = line.equals("```sh");
      } else if (shell && line.startsWith("pivm ")) {
        commands.add(line);
      }
    }
    return commands;
  }

  private static String[] words(String command) {
    return command.substring("pivm ".length()).split(" ");
  }
}
