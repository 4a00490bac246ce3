package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pivm.proxmox.json.Json;

class ManifestWriterTest {

  @Test
  void fieldsAreInTheUsualOrder() {
    Json.Obj entry =
        Json.object()
            .put("options", Json.object().put("onboot", 1).put("agent", 1).build())
            .put("net10", "virtio")
            .put("net2", "virtio")
            .put("memory", 512)
            .put("hostname", "a")
            .put("vmid", 100)
            .put("type", "vm")
            .build();
    assertThat(ManifestWriter.manifest(List.of(entry)))
        .isEqualTo(
            """
            [
              {
                "type": "vm",
                "vmid": 100,
                "hostname": "a",
                "memory": 512,
                "net2": "virtio",
                "net10": "virtio",
                "options": { "onboot": 1, "agent": 1 }
              }
            ]
            """);
    assertThat(ManifestWriter.manifest(List.of())).isEqualTo("[]\n");
  }

  @Test
  void readingWhatWasWrittenGivesTheSame() {
    for (long seed = 1; seed <= 3000; seed++) {
      var made = new RandomEntry(new Random(seed));
      String text = ManifestWriter.manifest(List.of(made.json()));
      var result = ManifestReader.read("g", text);
      String context = "seed " + seed + ":\n" + text;
      assertThat(result.findings()).as(context).isEmpty();
      assertThat(result.desired().guests())
          .as(context)
          .containsExactly(made.expected(new Place("g", 2, 3)));
      assertThat(ManifestFormatter.format(text)).as(context).isEqualTo(text);
    }
  }

  @Test
  void entriesAddedOneByOneReadAsThoseWrittenTogether() {
    for (long seed = 1; seed <= 300; seed++) {
      var random = new Random(seed);
      List<Json.Obj> entries = new ArrayList<>();
      String text = random.nextBoolean() ? "[]" : "{\n\t\"guests\": [\n\t]\n}";
      for (int i = 0; i < 3; i++) {
        Json.Obj entry = new RandomEntry(random).json();
        entries.add(entry);
        text = ManifestEditor.add(text, entry);
      }
      assertThat(withoutPlaces(text))
          .as("seed %d:\n%s", seed, text)
          .isEqualTo(withoutPlaces(ManifestWriter.manifest(entries)));
    }
  }

  private static List<String> withoutPlaces(String text) {
    var result = ManifestReader.read("g", text);
    assertThat(result.findings()).isEmpty();
    return result.desired().guests().stream()
        .map(guest -> guest.toString().replaceAll("place=g:\\d+:\\d+", ""))
        .toList();
  }
}
