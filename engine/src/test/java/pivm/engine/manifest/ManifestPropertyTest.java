package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

class ManifestPropertyTest {

  @Test
  void lenientFormsReadTheSame() {
    for (long seed = 1; seed <= 2000; seed++) {
      var random = new Random(seed);
      String strict = JsonText.write(Json.array(entries(random)));
      String lenient = loosened(strict, random);
      var result = ManifestReader.read("g", lenient);
      String context = "seed " + seed + ":\n" + lenient;
      assertThat(result.findings())
          .as(context)
          .isEqualTo(ManifestReader.read("g", strict).findings());
      assertThat(withoutPlaces(result))
          .as(context)
          .isEqualTo(withoutPlaces(ManifestReader.read("g", strict)));
    }
  }

  @Test
  void whateverIsWrongIsToldWithAPlaceInTheFile() {
    int wrong = 0;
    for (long seed = 1; seed <= 6000; seed++) {
      var random = new Random(seed);
      String text = damaged(ManifestWriter.manifest(entries(random)), random);
      var result = ManifestReader.read("g", text);
      List<String> lines = text.lines().toList();
      for (Finding finding : result.findings()) {
        wrong++;
        Place place = finding.place();
        String context = "seed " + seed + ", " + finding + ":\n" + text;
        assertThat(place.file()).isEqualTo("g");
        assertThat(place.line()).as(context).isBetween(1, lines.size() + 1);
        int width = place.line() > lines.size() ? 0 : lines.get(place.line() - 1).length();
        assertThat(place.column()).as(context).isBetween(1, width + 2);
        assertThat(finding.message()).as(context).isNotBlank();
      }
    }
    assertThat(wrong).isGreaterThan(2000);
  }

  @Test
  void numbersAndTextsOfAnySizeAreOnlyWrong() {
    for (String value :
        List.of(
            "1e999999999", "-1E-999999999", "9".repeat(900), "\"" + "a.".repeat(50_000) + "\"")) {
      for (String field :
          List.of("vmid", "hostname", "memory", "cores", "template", "storage", "net0", "node")) {
        String others = field.equals("hostname") ? "\"vmid\":100," : "\"hostname\":\"a\",";
        String text = "[{\"type\":\"vm\"," + others + "\"" + field + "\":" + value + "}]";
        assertThat(ManifestReader.read("g", text).hasErrors()).as(field).isTrue();
      }
    }
    String keys = "\"ssh-rsa " + "A".repeat(100_000) + "\"";
    String text =
        "[{\"type\":\"vm\",\"vmid\":100,\"hostname\":\"a\",\"options\":{\"sshkeys\":"
            + keys
            + "}}]";
    assertThat(ManifestReader.read("g", text).findings()).isEmpty();
  }

  private static List<Json.Obj> entries(Random random) {
    List<Json.Obj> entries = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      entries.add(new RandomEntry(random).json());
    }
    return entries;
  }

  private static List<String> withoutPlaces(ManifestReader.Result result) {
    return result.desired().guests().stream()
        .map(guest -> guest.toString().replaceAll("place=g:\\d+:\\d+", ""))
        .toList();
  }

  /** The same with comments, blanks, comment members and trailing commas. */
  private static String loosened(String strict, Random random) {
    var loose = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < strict.length(); i++) {
      char sign = strict.charAt(i);
      if (quoted && sign == '\\') {
        loose.append(sign).append(strict.charAt(++i));
        continue;
      }
      boolean empty = "{[".indexOf(i == 0 ? ' ' : strict.charAt(i - 1)) >= 0;
      if (!quoted && (sign == '}' || sign == ']') && !empty && random.nextInt(3) == 0) {
        loose.append(',');
      }
      loose.append(sign);
      quoted ^= sign == '"';
      if (!quoted && ",:{[".indexOf(sign) >= 0) {
        loose.append(List.of("", " ", "\n", "/* , } */", " // \"x\n").get(random.nextInt(5)));
      }
      if (!quoted && sign == '{' && strict.charAt(i + 1) != '}' && random.nextInt(3) == 0) {
        loose.append("\"//\": [\"a note\"], \"//\": 1,");
      }
    }
    return loose.toString();
  }

  private static String damaged(String text, Random random) {
    var damaged = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(damaged.length());
      switch (random.nextInt(4)) {
        case 0 -> damaged.deleteCharAt(at);
        case 1 -> damaged.setCharAt(at, "{}[]\",:0a x".charAt(random.nextInt(11)));
        case 2 ->
            damaged.insert(
                at, List.of("null", "-1", "\"", "true", "//", "é").get(random.nextInt(6)));
        default -> damaged.delete(at, Math.min(damaged.length(), at + random.nextInt(12)));
      }
    }
    return damaged.toString();
  }
}
