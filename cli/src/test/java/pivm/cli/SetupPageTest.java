package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the page {@code docs/setup.md} and compares what is printed with what it shows; {@code
 * -Dpivm.docs.write=true} writes it anew.
 */
class SetupPageTest {
  private static final Path PAGE = Path.of("..", "docs", "setup.md");

  @TempDir Path folder;

  @Test
  void thePageShowsWhatItsCommandsPrint() throws IOException {
    for (String made : List.of("etc/systemd/system", "etc/default", "var/lib", "var/log")) {
      Files.createDirectories(folder.resolve("machine").resolve(made));
    }
    new ConsolePage(PAGE).check(this::run, SetupPageTest::lasting);
  }

  /** Without the files and timers, of which each new kind of thing brings more. */
  private static List<String> lasting(List<String> page) {
    return ConsolePage.withoutChance(page).stream()
        .filter(line -> !line.matches("(.? ?)(make|remove) (file|folder|timer) .*"))
        .map(line -> line.replaceAll("\\d+ files", "N files"))
        .map(line -> line.replaceAll("pivm-[a-z]+\\.timer(, )?", ""))
        .toList();
  }

  private String run(String command) {
    List<String> words = Arrays.asList(command.split(" "));
    assertThat(words.getFirst()).isEqualTo("pivm");
    InProcess.Result result =
        InProcess.in(folder).onScreen().run(words.subList(1, words.size()).toArray(String[]::new));
    return (result.out() + result.err()).replace(folder + "/", "");
  }
}
