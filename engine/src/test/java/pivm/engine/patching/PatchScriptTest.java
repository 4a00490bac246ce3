package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The script that is sent into containers, as it is joined. */
class PatchScriptTest {
  private static final int LINES_AT_MOST = 400;

  /** More than that is refused as one word of a command (Linux, MAX_ARG_STRLEN). */
  private static final int ONE_WORD = 128 << 10;

  @TempDir Path folder;

  static Stream<String> parts() {
    return PatchScript.PARTS.stream();
  }

  private static String part(String name) throws IOException {
    try (InputStream text =
        Objects.requireNonNull(PatchScript.class.getResourceAsStream(name + ".sh"), name)) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String said(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? output : "failed: " + output;
  }

  private String joined() throws IOException {
    Path file = folder.resolve("joined.sh");
    Files.writeString(file, PatchScript.TEXT);
    return file.toString();
  }

  @ParameterizedTest
  @MethodSource("parts")
  void eachPartIsShortAndWholeByItself(String name) throws IOException, InterruptedException {
    String text = part(name);
    assertThat(text.lines().count()).as(name).isLessThanOrEqualTo(LINES_AT_MOST);
    Path file = folder.resolve(name);
    Files.writeString(file, text);
    assertThat(said("sh", "-n", file.toString())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("parts")
  void ofPackageManagersOnlyTheirOwnPartsAreInTheirFiles(String name) throws IOException {
    if (!List.of("common", "upgrade").contains(name)) {
      assertThat(part(name).lines().filter(line -> line.matches("[a-z_]+\\(\\) \\{.*")))
          .isNotEmpty()
          .allMatch(line -> line.startsWith(name + "_") || line.startsWith("rpm_"));
    }
  }

  @Test
  void everyFamilyHasWhatAnUpgradeTakes() {
    for (String family : List.of("apt", "apk", "dnf", "pacman", "zypper")) {
      for (String what : List.of("packages", "pending", "index", "upgrade")) {
        assertThat(PatchScript.TEXT).contains("\n" + family + "_" + what + "() {");
      }
    }
  }

  @Test
  void joinedItIsAPosixScriptThatFitsIntoACommand() throws IOException, InterruptedException {
    assertThat(PatchScript.TEXT).startsWith("#!/bin/sh\n");
    assertThat(PatchScript.TEXT.length()).isLessThan(ONE_WORD / 2);
    assertThat(said("sh", "-n", joined())).isEmpty();
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/shellcheck")), "there is no shellcheck");
    assertThat(said("/usr/bin/shellcheck", "--shell=sh", joined())).isEmpty();
  }

  @Test
  void aVerbThatIsNoneIsRefused() throws IOException, InterruptedException {
    assertThat(said("sh", joined(), "dance")).isEqualTo("failed: no such verb: dance\n");
  }
}
