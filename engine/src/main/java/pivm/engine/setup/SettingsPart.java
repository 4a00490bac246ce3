package pivm.engine.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import pivm.engine.config.Variables;
import pivm.engine.manifest.SectionEditor;
import pivm.proxmox.json.Json;

/**
 * Settings in {@code variables.json}, each with the text that its value has when read. One that is
 * set otherwise is the operator's and left alone, but for those that follow the machine.
 *
 * @param wanted by {@code section.name}
 * @param following paths whose value is mended when it differs
 */
public record SettingsPart(
    Path place, String path, SequencedMap<String, Json> wanted, List<String> following)
    implements Part {

  @Override
  public String what() {
    return "settings";
  }

  @Override
  public String name() {
    return path;
  }

  @Override
  public boolean kept() {
    return true;
  }

  @Override
  public Look look() throws IOException {
    if (!Files.exists(place)) {
      return Look.of(State.MISSING);
    }
    Map<String, Json> missing = missing();
    return missing.isEmpty()
        ? Look.of(State.THERE)
        : new Look(State.MISSING, String.join(", ", missing.keySet()));
  }

  private SequencedMap<String, Json> missing() throws IOException {
    Variables now = Variables.read(path, Files.readString(place));
    if (!now.findings().isEmpty()) {
      throw new IOException(now.findings().getFirst().toString());
    }
    var missing = new LinkedHashMap<String, Json>();
    wanted.forEach((key, value) -> {
      Variables.Entry entry = now.entries().get(key);
      boolean other = entry != null && !entry.text().equals(text(value));
      if (entry == null || (other && following.contains(key))) {
        missing.put(key, value);
      }
    });
    return missing;
  }

  private static String text(Json value) {
    return value instanceof Json.Obj reference
        ? reference.text("secret", "")
        : String.valueOf(value.asText());
  }

  @Override
  public void make() throws IOException {
    String text = Files.readString(place);
    for (var setting : missing().entrySet()) {
      List<String> steps = new ArrayList<>(List.of(setting.getKey().split("\\.", 2)));
      text = SectionEditor.set(text, steps.getFirst(), steps.getLast(), setting.getValue());
    }
    new FilePart(place, path, text, "rw-r--r--", "", true).make();
  }

  /** They go with their file, or stay in one that is the operator's: they mean nothing alone. */
  @Override
  public String remove() {
    return "";
  }
}
