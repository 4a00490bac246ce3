package pivm.proxmox.json;

import java.io.InputStream;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Reads and writes {@link Json}. */
public final class JsonText {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonText() {}

  /** Thrown when a text is not JSON; the message holds line and column. */
  public static final class Malformed extends RuntimeException {
    Malformed(JacksonException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /**
   * Reads one value.
   *
   * @throws Malformed when the text is not JSON
   */
  public static Json read(String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      return read(parser);
    } catch (JacksonException malformed) {
      throw new Malformed(malformed);
    }
  }

  /**
   * Reads one value of UTF-8 text.
   *
   * @throws Malformed when the text is not JSON
   */
  public static Json read(byte[] utf8) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      return read(parser);
    } catch (JacksonException malformed) {
      throw new Malformed(malformed);
    }
  }

  /**
   * Reads one value of UTF-8 text; the stream is left open.
   *
   * @throws Malformed when the text is not JSON, or the stream breaks
   */
  public static Json read(InputStream utf8) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      return read(parser);
    } catch (JacksonException malformed) {
      throw new Malformed(malformed);
    }
  }

  private static Json read(JsonParser parser) {
    JsonToken token = parser.nextToken();
    return token == null ? Json.Null.NULL : value(parser, token);
  }

  private static Json value(JsonParser parser, JsonToken token) {
    return switch (token) {
      case START_OBJECT -> {
        var members = new LinkedHashMap<String, Json>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
          members.put(name, value(parser, parser.nextToken()));
        }
        yield new Json.Obj(members);
      }
      case START_ARRAY -> {
        List<Json> values = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          values.add(value(parser, next));
        }
        yield new Json.Arr(values);
      }
      case VALUE_STRING -> new Json.Str(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Num(parser.getString());
      case VALUE_TRUE -> new Json.Bool(true);
      case VALUE_FALSE -> new Json.Bool(false);
      default -> Json.Null.NULL;
    };
  }

  /** The value on one line. */
  public static String write(Json json) {
    var text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      write(generator, json);
    }
    return text.toString();
  }

  private static void write(JsonGenerator generator, Json json) {
    switch (json) {
      case Json.Obj object -> {
        generator.writeStartObject();
        object
            .members()
            .forEach((name, value) -> {
              generator.writeName(name);
              write(generator, value);
            });
        generator.writeEndObject();
      }
      case Json.Arr array -> {
        generator.writeStartArray();
        array.values().forEach(value -> write(generator, value));
        generator.writeEndArray();
      }
      case Json.Str(String value) -> generator.writeString(value);
      case Json.Num(String literal) -> generator.writeNumber(literal);
      case Json.Bool(boolean value) -> generator.writeBoolean(value);
      case Json.Null _ -> generator.writeNull();
    }
  }
}
