package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManifestFormatterTest {

  @Test
  void anEntryTakesALineForEachField() {
    assertThat(
            ManifestFormatter.format(
                "[{\"type\":\"vm\",\"vmid\":1,\"options\":{\"onboot\":1,\"tags\":[\"a\",\"b\"],},},]"))
        .isEqualTo(
            """
            [
              {
                "type": "vm",
                "vmid": 1,
                "options": { "onboot": 1, "tags": ["a", "b"] }
              }
            ]
            """);
  }

  @Test
  void theOtherFormIsLaidOutTheSameWay() {
    assertThat(
            ManifestFormatter.format(
                "{\"defaults\":{\"memory\":1},\"guests\":[{\"guests\":{\"x\":1}}]}"))
        .isEqualTo(
            """
            {
              "defaults": {
                "memory": 1
              },
              "guests": [
                {
                  "guests": { "x": 1 }
                }
              ]
            }
            """);
  }

  @Test
  void commentsAndSingleBlankLinesStay() {
    assertThat(
            ManifestFormatter.format(
                """
                // head


                /* of
                   all */
                [ // first
                  {"vmid":1, // one
                   "memory" /* MiB */ : 512 /* small */,


                   // about cores
                   "cores": 2, /* a */ "swap": 3
                   // end of entry
                   }, // after
                   // end of list
                ] // close
                // tail
                """))
        .isEqualTo(
            """
            // head

            /* of
               all */
            [
              // first
              {
                "vmid": 1, // one
                /* MiB */
                "memory": 512, /* small */

                // about cores
                "cores": 2,
                /* a */
                "swap": 3
                // end of entry
              } // after
              // end of list
            ] // close
            // tail
            """);
  }

  @Test
  void longValuesAreBroken() {
    String formatted =
        ManifestFormatter.format("[{\"options\":{\"a\":\"" + "x".repeat(90) + "\",\"b\":[]}}]");
    assertThat(formatted)
        .contains("    \"options\": {\n      \"a\": \"xxx")
        .contains("\n      \"b\": []\n    }\n");
  }

  @Test
  void anEmptyManifestStaysOne() {
    assertThat(ManifestFormatter.format("\uFEFF [ ]")).isEqualTo("[]\n");
    assertThat(ManifestFormatter.format("[ // none\r\n]")).isEqualTo("[\n  // none\n]\n");
  }

  @Test
  void whatIsNotJsonIsRefusedWithItsPlace() {
    assertThatThrownBy(() -> ManifestFormatter.format("[\n {]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 2, column ");
  }

  @Test
  void formattingChangesNoMeaningLosesNoCommentAndIsDoneOnce() {
    for (long seed = 1; seed <= 3000; seed++) {
      String text = new RandomText(new Random(seed)).manifest();
      String formatted = ManifestFormatter.format(text);
      assertThat(Shown.of(formatted)).as("seed %d:\n%s", seed, text).isEqualTo(Shown.of(text));
      assertThat(Shown.comments(formatted))
          .as("seed %d:\n%s", seed, text)
          .isEqualTo(Shown.comments(text));
      assertThat(ManifestFormatter.format(formatted)).as("seed %d", seed).isEqualTo(formatted);
    }
  }

  @Test
  void theExamplesAreCanonical() throws IOException {
    for (ManifestReader.Source example : Examples.sources()) {
      assertThat(ManifestFormatter.format(example.text()))
          .as(example.file())
          .isEqualTo(example.text());
    }
  }
}
