package pivm.proxmox.files;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A section of a config file such as {@code storage.cfg}: a line {@code TYPE: ID}, then indented
 * lines {@code KEY VALUE} (pve-common, src/PVE/SectionConfig.pm).
 *
 * @param type the word before the colon
 * @param values by key; a key without value is a flag that is on
 */
public record SectionFile(String type, String id, SortedMap<String, String> values) {

  /** The sections of a file in order. */
  static List<SectionFile> read(@Nullable String text) {
    List<SectionFile> sections = new ArrayList<>();
    if (text != null) {
      text.lines().forEach(line -> line(line, sections));
    }
    return Collections.unmodifiableList(sections);
  }

  private static void line(String line, List<SectionFile> sections) {
    String content = line.strip();
    if (content.isEmpty() || content.startsWith("#")) {
      return;
    }
    if (!Character.isWhitespace(line.charAt(0))) {
      int colon = content.indexOf(':');
      if (colon > 0) {
        String id = content.substring(colon + 1).strip();
        sections.add(new SectionFile(content.substring(0, colon), id, new TreeMap<>()));
      }
    } else if (!sections.isEmpty()) {
      String[] parts = content.split("\\s+", 2);
      sections.getLast().values.put(parts[0], parts.length == 1 ? "1" : parts[1]);
    }
  }

  /** The lines {@code KEY: VALUE} of a file without sections. */
  static SortedMap<String, String> options(@Nullable String text) {
    var options = new TreeMap<String, String>();
    for (SectionFile line : read(text)) {
      options.put(line.type(), line.id());
    }
    return options;
  }

  /** A value; null when the section does not have it. */
  public @Nullable String value(String key) {
    return values.get(key);
  }

  public boolean flag(String key) {
    return "1".equals(values.get(key));
  }
}
