package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;
import pivm.proxmox.schema.Constraint;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/** The JSON Schema of a config key's value. */
final class KeySchema {
  private static final Json NULL = Json.Null.NULL;

  private KeySchema() {}

  static Json.Obj of(GuestKey key, @Nullable String description) {
    var schema = Json.object().put("description", description(key, description));
    switch (key.kind()) {
      case BOOLEAN -> schema.put("enum", Json.array(List.of(yes(), no(), one(), zero(), NULL)));
      case ENUM -> schema.put("enum", words(key.constraint()));
      case INTEGER, NUMBER -> numbers(schema, key.constraint(), key.kind());
      case TAGS, ORDERED_LIST, NAME_SET, HOTPLUG, NUMBER_SET, URL_ENCODED ->
          types(schema, "string", "array", "integer", "null")
              .put("items", types(Json.object(), "string", "integer").build());
      case PROPERTY_STRING -> property(schema, key);
      case TEXT, PCI_ADDRESSES, SIZE, MAC, UUID, ADDRESS, VOLUME ->
          types(schema, "string", "number", "null");
      case PROSE -> types(schema, "string", "null");
    }
    return schema.build();
  }

  private static void property(Json.Builder schema, GuestKey key) {
    SubKey part = key.defaultPart();
    ValueKind kind = part == null ? ValueKind.TEXT : part.constraint().kind();
    switch (kind) {
      case BOOLEAN -> types(schema, "string", "boolean", "integer", "null");
      case INTEGER, NUMBER -> {
        types(schema, "string", "number", "null");
        bounds(schema, part == null ? key.constraint() : part.constraint());
      }
      default -> types(schema, "string", "null");
    }
  }

  private static void numbers(Json.Builder schema, Constraint constraint, ValueKind kind) {
    types(schema, kind == ValueKind.INTEGER ? "integer" : "number", "null");
    bounds(schema, constraint);
  }

  private static void bounds(Json.Builder schema, Constraint constraint) {
    if (constraint.minimum() != null) {
      schema.put("minimum", new Json.Num(constraint.minimum()));
    }
    if (constraint.maximum() != null) {
      schema.put("maximum", new Json.Num(constraint.maximum()));
    }
  }

  private static Json words(Constraint constraint) {
    List<Json> words = new ArrayList<>();
    for (String word : constraint.words()) {
      words.add(Json.of(word));
      if (word.matches("\\d+")) {
        words.add(new Json.Num(word));
      }
    }
    words.add(NULL);
    return Json.array(words);
  }

  private static String description(GuestKey key, @Nullable String description) {
    String text = description == null ? what(key) : description;
    String standard = key.defaultText();
    return standard == null || standard.isEmpty()
        ? text
        : text + ". Proxmox's default: " + standard;
  }

  private static String what(GuestKey key) {
    if (!key.parts().isEmpty()) {
      List<String> parts = new ArrayList<>();
      for (SubKey part : key.parts().values()) {
        if (part.alias() == null && !part.createOnly()) {
          parts.add(part.name());
        }
      }
      return (key.holdsVolume() ? "STORAGE:SIZE, STORAGE:VOLUME or a path, with " : "Parts: ")
          + String.join(", ", parts);
    }
    return switch (key.kind()) {
      case BOOLEAN -> "True or false";
      case INTEGER -> "A whole number";
      case NUMBER -> "A number";
      case TAGS, NAME_SET, NUMBER_SET, HOTPLUG -> "A set, as a list or in one text";
      case ORDERED_LIST -> "A list, or one text";
      case PROSE -> "Text of several lines";
      default -> "Text";
    };
  }

  static Json.Builder types(Json.Builder schema, String... names) {
    return schema.put("type", Json.array(List.of(names).stream().map(Json::of).toList()));
  }

  static Json yes() {
    return Json.of(true);
  }

  static Json no() {
    return Json.of(false);
  }

  static Json one() {
    return Json.of(1);
  }

  static Json zero() {
    return Json.of(0);
  }
}
