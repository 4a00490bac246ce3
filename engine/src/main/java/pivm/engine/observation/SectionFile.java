package pivm.engine.observation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file of sections, such as {@code storage.cfg}: a line {@code TYPE: ID}, then
 * indented lines {@code KEY VALUE} (pve-common, src/PVE/SectionConfig.pm).
 *
 * @param type the word before the colon
 * @param values by key; a key without value is a flag that is on
 */
record SectionFile(String type, String id, Map<String, String> values) {

  static List<SectionFile> read(@Nullable String text) {
    List<SectionFile> sections = new ArrayList<>();
    if (text == null) {
      return sections;
    }
    text.lines().forEach(line -> line(line, sections));
    return sections;
  }

  private static void line(String line, List<SectionFile> sections) {
    String content = line.strip();
    if (content.isEmpty() || content.startsWith("#")) {
      return;
    }
    if (Character.isWhitespace(line.charAt(0))) {
      if (!sections.isEmpty()) {
        int blank = content.indexOf(' ') < 0 ? content.indexOf('\t') : content.indexOf(' ');
        sections
            .getLast()
            .values
            .put(
                blank < 0 ? content : content.substring(0, blank),
                blank < 0 ? "1" : content.substring(blank).strip());
      }
      return;
    }
    int colon = content.indexOf(':');
    if (colon > 0) {
      sections.add(
          new SectionFile(
              content.substring(0, colon), content.substring(colon + 1).strip(), new TreeMap<>()));
    }
  }

  @Nullable String value(String key) {
    return values.get(key);
  }

  boolean flag(String key) {
    return "1".equals(values.get(key));
  }
}
