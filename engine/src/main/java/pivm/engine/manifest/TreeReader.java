package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** Reads JSON with comments and trailing commas into a {@link Tree}. */
final class TreeReader {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  /** The text is not JSON; line and column are counted from 1. */
  static final class Malformed extends RuntimeException {
    private final int line;
    private final int column;

    Malformed(int line, int column, String message) {
      super(message);
      this.line = line;
      this.column = column;
    }

    int line() {
      return line;
    }

    int column() {
      return column;
    }
  }

  private final String text;
  private final JsonParser parser;

  private TreeReader(String text, JsonParser parser) {
    this.text = text;
    this.parser = parser;
  }

  /**
   * Reads the one value of a text.
   *
   * @throws Malformed when the text is not JSON
   */
  static Tree read(String text) {
    // A byte order mark is dropped without moving what follows.
    String plain = text.startsWith("\uFEFF") ? " " + text.substring(1) : text;
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), plain)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw new Malformed(1, 1, "holds nothing; write [] or a list");
      }
      Tree tree = new TreeReader(plain, parser).value(first);
      if (parser.nextToken() != null) {
        TokenStreamLocation more = parser.currentTokenLocation();
        throw new Malformed(
            more.getLineNr(), more.getColumnNr(), "something follows the end of the manifest");
      }
      return tree;
    } catch (JacksonException malformed) {
      TokenStreamLocation place = malformed.getLocation();
      throw new Malformed(
          place == null ? 1 : Math.max(1, place.getLineNr()),
          place == null ? 1 : Math.max(1, place.getColumnNr()),
          "is not JSON: " + JsonFault.words(malformed));
    }
  }

  private int start() {
    return (int) parser.currentTokenLocation().getCharOffset();
  }

  private Tree value(JsonToken token) {
    int start = start();
    return switch (token) {
      case START_OBJECT -> object(start);
      case START_ARRAY -> array(start);
      case VALUE_STRING -> {
        // Jackson finds a missing closing quote only when it reads the text.
        String content = parser.getString();
        yield new Tree.Text(start, stringEnd(start), content);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        String literal = parser.getString();
        yield new Tree.Num(start, start + literal.length(), literal);
      }
      case VALUE_TRUE -> new Tree.Flag(start, start + 4, true);
      case VALUE_FALSE -> new Tree.Flag(start, start + 5, false);
      default -> new Tree.Nothing(start, start + 4);
    };
  }

  private Tree object(int start) {
    List<Tree.Member> members = new ArrayList<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      int nameStart = start();
      String name = parser.currentName();
      Tree value = value(parser.nextToken());
      members.add(new Tree.Member(nameStart, stringEnd(nameStart), name, value));
    }
    return new Tree.Obj(start, start() + 1, members);
  }

  private Tree array(int start) {
    List<Tree> elements = new ArrayList<>();
    for (JsonToken next = parser.nextToken();
        next != JsonToken.END_ARRAY;
        next = parser.nextToken()) {
      elements.add(value(next));
    }
    return new Tree.Arr(start, start() + 1, elements);
  }

  /** After the closing quote of the string that begins there. */
  private int stringEnd(int start) {
    int at = start + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }
}
