package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CommandLineInterfaceTest {
  @TempDir Path folder;

  static Stream<Entry> everyCommand() {
    return new Catalogue().sections().stream().flatMap(section -> section.entries().stream());
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void everyCommandHasHelpWithExamplesOfItself(Entry entry) {
    var words = new java.util.ArrayList<>(List.of(entry.name().split(" ")));
    words.add("--help");
    InProcess.Result result = InProcess.in(folder).run(words.toArray(String[]::new));

    assertThat(result.exit()).isEqualTo(Exit.DONE);
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("Usage: pivm " + entry.name(), "Examples:", "--help");
    assertThat(result.out()).doesNotContain("%%");
    assertThat(entry.examples()).isNotEmpty();
    assertThat(entry.examples())
        .allSatisfy(example -> assertThat(example.line()).contains("pivm " + entry.name()));
  }

  @Test
  void theOverviewNamesEveryCommand() {
    String out = InProcess.in(folder).run("--help").out();

    assertThat(everyCommand()).allSatisfy(entry -> assertThat(out).contains("  " + entry.name()));
  }

  @Test
  void anUnknownCommandNamesTheNearest() {
    InProcess.Result result = InProcess.in(folder).run("versoin");

    assertThat(result.exit()).isEqualTo(Exit.WRONG_USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("There is no command versoin; did you mean version?");
  }

  @Test
  void anUnknownOptionNamesTheNearest() {
    InProcess.Result result = InProcess.in(folder).run("config", "--endpiont", "x");

    assertThat(result.exit()).isEqualTo(Exit.WRONG_USAGE);
    assertThat(result.err()).contains("no option --endpiont; did you mean --endpoint?");
  }

  @Test
  void tooFewAndTooManyWordsAreRefused() {
    assertThat(InProcess.in(folder).run("completion").err()).contains("SHELL is missing");
    assertThat(InProcess.in(folder).run("completion", "bash", "zsh").err())
        .contains("too many words: zsh");
  }

  @Test
  void optionsMayStandBeforeTheCommand() {
    assertThat(InProcess.in(folder).run("--output", "json", "version").out())
        .startsWith("{\"pivm\"");
    assertThat(InProcess.in(folder).run("--json", "version").out()).startsWith("{\"pivm\"");
  }

  @Test
  void aStackTraceIsShownOnlyWhenAskedFor() {
    assertThat(InProcess.in(folder).run("version", "--output", "xml").err())
        .contains("it must be table, json or markdown")
        .doesNotContain("\tat ");
    assertThat(InProcess.in(folder).run("version", "--output", "xml", "--debug").err())
        .contains("\tat ");
  }

  @Test
  void coloursAreOnlyUsedOnATerminalThatWantsThem() {
    var terminal = new Terminal(true, true, true, 80, true);
    var plain = new Terminal(true, true, true, 80, false);

    assertThat(InProcess.in(folder).on(terminal).run("config").out()).contains("\u001b[");
    assertThat(InProcess.in(folder).on(plain).run("config").out()).doesNotContain("\u001b");
    assertThat(InProcess.in(folder).run("config").out()).doesNotContain("\u001b");
    assertThat(Terminal.of("012", "80", Map.of("NO_COLOR", "1")).colour()).isFalse();
    assertThat(Terminal.of("012", "80", Map.of()).colour()).isTrue();
  }

  @Test
  void aTableFitsTheTerminalAndCutsNothing() throws Exception {
    Files.writeString(
        folder.resolve("variables.json"),
        "{\"rails\": {\"backupStorage\": \"a-storage-with-a-long-name\"}}");
    String out =
        InProcess.in(folder).on(new Terminal(false, true, true, 60, false)).run("config").out();

    assertThat(out.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(60));
    assertThat(out).contains("a-storage-").contains("name");
  }

  @Test
  void aTokenIsNeverShown() {
    InProcess here = InProcess.in(folder).with(Map.of("PIVM_TOKEN", "root@pam!a=canary-7"));
    for (String[] line :
        List.of(
            new String[] {"config"},
            new String[] {"config", "--json", "--debug"},
            new String[] {"config", "--token", "root@pam!a=canary-7"},
            new String[] {"config", "nonsense", "--debug"})) {
      InProcess.Result result = here.run(line);
      assertThat(result.out() + result.err()).doesNotContain("canary-7");
    }
  }

  @Test
  void ofSeveralEndsTheGravestIsTold() {
    assertThat(Exit.of(List.of(Exit.DONE, Exit.BLOCKED, Exit.PARTLY_DONE))).isEqualTo(Exit.BLOCKED);
    assertThat(Exit.of(List.of(Exit.FAILED, Exit.UNREACHABLE))).isEqualTo(Exit.UNREACHABLE);
    assertThat(Exit.of(List.of(Exit.DIFFERENCES, Exit.DONE))).isEqualTo(Exit.DIFFERENCES);
    assertThat(Exit.of(List.of())).isEqualTo(Exit.DONE);
  }

  @Test
  void completionKnowsEveryCommand() {
    String script = InProcess.in(folder).run("completion", "bash").out();

    assertThat(everyCommand())
        .allSatisfy(entry -> assertThat(script).contains(entry.name().split(" ")[0]));
  }
}
