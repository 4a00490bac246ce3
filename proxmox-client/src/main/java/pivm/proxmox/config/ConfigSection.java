package pivm.proxmox.config;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One part of a guest's config file.
 *
 * @param values as they are written, by key
 * @param description decoded, its lines parted by line feeds; null when there is none
 * @param environment {@code NAME=VALUE} of a container's processes
 * @param raw a container's lines for LXC itself, in order
 */
public record ConfigSection(
    SortedMap<String, String> values,
    @Nullable String description,
    List<String> environment,
    List<RawLine> raw) {

  /** A line that is passed to LXC as it is. */
  public record RawLine(String key, String value) {}

  public ConfigSection {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    environment = List.copyOf(environment);
    raw = List.copyOf(raw);
  }

  /** The raw lines as one text. */
  public String rawText() {
    var text = new StringBuilder();
    writeRaw(text);
    return text.toString();
  }

  /**
   * Writes the section without its header.
   *
   * @param keepEmpty whether an empty description leaves a mark: it removes the one in effect
   */
  void write(StringBuilder text, boolean keepEmpty) {
    if (description != null && (!description.isEmpty() || keepEmpty)) {
      for (String line : description.split("\n", -1)) {
        text.append('#').append(Escapes.line(line)).append('\n');
      }
    }
    values.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
    for (String variable : environment) {
      text.append(ConfigFileReader.ENVIRONMENT).append(": ").append(variable).append('\n');
    }
    writeRaw(text);
  }

  private void writeRaw(StringBuilder text) {
    for (RawLine line : raw) {
      text.append(line.key()).append(": ").append(line.value()).append('\n');
    }
  }
}
