package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;

/**
 * Runs the pages about updates and compares what is printed with what they show; {@code
 * -Dpivm.docs.write=true} writes them anew.
 */
class UpdatePagesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path SHIPPED = Path.of("..", "compute");

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Simulation simulation;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(20).withSeed(7));
    environment.putAll(InProcess.onNode(simulation, folder));
    environment.put("PIVM_ACTOR", "human");
    for (String file : List.of(UpdateFiles.CONTAINERS, UpdateFiles.HOSTS)) {
      Path here = folder.resolve("infra").resolve(file);
      Files.createDirectories(here.resolveSibling("."));
      Files.copy(SHIPPED.resolve("..").resolve(file), here);
    }
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private void check(String name) throws IOException {
    new ConsolePage(DOCS.resolve(name)).check(this::run, UpdatePagesTest::plain);
  }

  /** Without progress, whose order is chance: each container ends when it does. */
  private static List<String> plain(List<String> lines) {
    List<String> kept = new ArrayList<>(ConsolePage.withoutChance(lines));
    kept.removeIf(line -> line.startsWith("✓") || line.startsWith("▸") || line.startsWith("…"));
    return kept;
  }

  private String run(String command) {
    List<String> words = Arrays.asList(command.split(" "));
    assertThat(words.getFirst()).isEqualTo("pivm");
    return InProcess.in(folder.resolve("infra"))
        .onScreen()
        .with(environment)
        .run(words.subList(1, words.size()).toArray(String[]::new))
        .out();
  }

  @Test
  void thePageAboutContainersShowsWhatItsCommandsPrint() throws IOException {
    check("update-containers.md");
  }

  @Test
  void thePageAboutNodesShowsWhatItsCommandsPrint() throws IOException {
    check("update-hosts.md");
  }
}
