package pivm.engine.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.JsonFault;
import pivm.engine.manifest.Place;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/**
 * What a {@code variables.json} says.
 *
 * @param entries by {@code section.name}
 * @param sections by name, where each begins
 */
public record Variables(
    SortedMap<String, Entry> entries, SortedMap<String, Place> sections, List<Finding> findings) {

  /**
   * @param text the value; a secret reference as {@code env:NAME}
   */
  public record Entry(String text, Place place) {}

  public Variables {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
    sections = Collections.unmodifiableSortedMap(new TreeMap<>(sections));
    findings = List.copyOf(findings);
  }

  public static Variables none() {
    return new Variables(new TreeMap<>(), new TreeMap<>(), List.of());
  }

  /** Reads a file's text. Comments and trailing commas harm nobody and are accepted. */
  public static Variables read(String file, String text) {
    var reader = new Reader(file);
    JsonFactory factory =
        JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            .build();
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      reader.root(parser);
    } catch (JacksonException malformed) {
      TokenStreamLocation at = malformed.getLocation();
      reader.error(
          at == null ? new Place(file, 1, 1) : new Place(file, at.getLineNr(), at.getColumnNr()),
          "this is not JSON: " + JsonFault.words(malformed));
    }
    return new Variables(reader.entries, reader.sections, reader.findings);
  }

  private static final class Reader {
    private final String file;
    private final TreeMap<String, Entry> entries = new TreeMap<>();
    private final TreeMap<String, Place> sections = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();

    Reader(String file) {
      this.file = file;
    }

    void root(JsonParser parser) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        error(place(parser), "the file must be an object of sections");
        return;
      }
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        Place place = place(parser);
        JsonToken token = parser.nextToken();
        if (name.equals("$schema") || name.equals("//")) {
          parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
          if (sections.put(name, place) != null) {
            error(place, "the section " + name + " stands here a second time");
          }
          section(parser, name);
        } else {
          error(place, name + " must be an object: a section with settings");
          parser.skipChildren();
        }
      }
    }

    private void section(JsonParser parser, String section) {
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        Place place = place(parser);
        JsonToken token = parser.nextToken();
        String path = section + "." + name;
        String text = token.isStructStart() ? reference(parser, token) : parser.getString();
        if (name.equals("//") || token == JsonToken.VALUE_NULL) {
          continue;
        }
        if (text == null) {
          error(place, path + " must be a text, a number, true or false");
        } else if (entries.put(path, new Entry(text, place)) != null) {
          error(place, path + " stands here a second time");
        }
      }
    }

    /** The text of {@code {"secret": "env:NAME"}}; null for any other structure. */
    private static @Nullable String reference(JsonParser parser, JsonToken start) {
      if (start != JsonToken.START_OBJECT) {
        parser.skipChildren();
        return null;
      }
      String found = null;
      int members = 0;
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken token = parser.nextToken();
        if (name.equals("secret") && token == JsonToken.VALUE_STRING) {
          found = parser.getString();
        }
        parser.skipChildren();
        members++;
      }
      return members == 1 ? found : null;
    }

    private Place place(JsonParser parser) {
      TokenStreamLocation at = parser.currentTokenLocation();
      return new Place(file, at.getLineNr(), at.getColumnNr());
    }

    void error(Place place, String message) {
      findings.add(new Finding(Finding.Severity.ERROR, place, "", message));
    }
  }
}
