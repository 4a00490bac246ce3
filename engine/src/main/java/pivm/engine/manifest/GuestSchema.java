package pivm.engine.manifest;

import java.util.List;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;
import pivm.proxmox.schema.GuestKey;

/**
 * The JSON Schema (2020-12) of guest manifests, for editors. It is made from the table that reads
 * manifests, and is stricter than reading in form only: numbers as numbers, no repeated names.
 */
public final class GuestSchema {
  private static final Json.Obj SECRET =
      object(
          Json.object()
              .put(
                  "secret",
                  Json.object()
                      .put("type", "string")
                      .put("pattern", "^(env|file|systemd):.+$")
                      .put(
                          "description",
                          "Where the secret is kept: env:NAME, file:PATH or systemd:NAME")
                      .build())
              .build(),
          Json.object().build(),
          List.of("secret"));

  private final KnownKeys keys;

  GuestSchema(KnownKeys keys) {
    this.keys = keys;
  }

  /** The schema as a file's text. */
  public static String text(KnownKeys keys) {
    return ManifestFormatter.layOut(new GuestSchema(keys).root(), 1, 0) + "\n";
  }

  private Json.Obj root() {
    Json.Obj list = Json.object().put("type", "array").put("items", reference("entry")).build();
    return Json.object()
        .put("$schema", "https://json-schema.org/draft/2020-12/schema")
        .put("title", "PIVM guest manifest")
        .put(
            "description", "The guests of a Proxmox VE cluster: a list, or an object with defaults")
        .put("type", Json.array(List.of(Json.of("array"), Json.of("object"))))
        .put("items", reference("entry"))
        .put(
            "properties",
            Json.object()
                .put("$schema", Json.object().put("type", "string").build())
                .put("defaults", reference("defaults"))
                .put("guests", list)
                .build())
        .put("patternProperties", comments().build())
        .put("required", Json.array(List.of(Json.of("guests"))))
        .put("additionalProperties", false)
        .put("$defs", definitions())
        .build();
  }

  private Json.Obj definitions() {
    return Json.object()
        .put("entry", entry())
        .put("defaults", defaults())
        .put("secret", SECRET)
        .put("options-lxc", options(GuestType.LXC))
        .put("options-vm", options(GuestType.QEMU))
        .build();
  }

  private Json.Obj entry() {
    Json.Obj both = fields(Fields.ENTRY, List.of());
    var entry = Json.object();
    both.members().forEach(entry::put);
    return entry
        .put("required", Json.array(List.of(Json.of("type"), Json.of("vmid"))))
        .put("allOf", Json.array(List.of(only(GuestType.LXC), only(GuestType.QEMU))))
        .build();
  }

  private Json.Obj defaults() {
    return fields(Fields.ENTRY, List.of("type", "vmid", "hostname"));
  }

  /** What holds for entries of one type: its options, and no field of the other type. */
  private static Json.Obj only(GuestType type) {
    var properties = Json.object();
    for (Field field : Fields.ENTRY.all()) {
      if (!field.types().contains(type)) {
        properties.put(field.name(), false);
      }
    }
    properties.put("options", reference("options-" + type.manifestName()));
    return Json.object()
        .put(
            "if",
            Json.object()
                .put(
                    "properties",
                    Json.object()
                        .put("type", Json.object().put("const", type.manifestName()).build())
                        .build())
                .build())
        .put("then", Json.object().put("properties", properties.build()).build())
        .build();
  }

  private Json.Obj options(GuestType type) {
    var names = new OptionNames(type, keys);
    var properties = Json.object();
    var patterns = comments();
    for (GuestKey key : keys.all(type)) {
      if (names.problem(key.numbered() ? key.base() + key.firstIndex() : key.pattern()) == null) {
        Json.Obj schema =
            key.pattern().equals("cipassword") ? reference("secret") : KeySchema.of(key, null);
        if (key.numbered()) {
          patterns.put("^" + key.base() + "[0-9]+$", schema);
        } else {
          properties.put(key.pattern(), schema);
        }
      }
    }
    for (String newer : keys.newer(type)) {
      if (newer.endsWith("[n]")) {
        patterns.put("^" + newer.replace("[n]", "[0-9]+$"), Json.object().build());
      } else {
        properties.put(newer, Json.object().build());
      }
    }
    return object(properties.build(), patterns.build(), List.of());
  }

  Json.Obj fields(Fields fields, List<String> but) {
    var properties = Json.object();
    var patterns = comments();
    for (Field field : fields.all()) {
      if (!but.contains(field.name())) {
        if (field.name().endsWith("[n]")) {
          patterns.put("^" + field.name().replace("[n]", "[0-9]+$"), field(field));
        } else {
          properties.put(field.name(), field(field));
        }
      }
    }
    return object(properties.build(), patterns.build(), List.of());
  }

  private Json.Obj field(Field field) {
    Json.Obj schema =
        switch (field.shape()) {
          case Shape.Choice(List<String> words) ->
              Json.object().put("enum", Json.array(words.stream().map(Json::of).toList())).build();
          case Shape.Whole(long least, long most) ->
              Json.object()
                  .put("type", "integer")
                  .put("minimum", least)
                  .put("maximum", most)
                  .build();
          case Shape.Flag _ ->
              Json.object()
                  .put(
                      "enum",
                      Json.array(
                          List.of(
                              KeySchema.yes(), KeySchema.no(), KeySchema.one(), KeySchema.zero())))
                  .build();
          case Shape.Pattern(String regex, _) ->
              Json.object().put("type", "string").put("pattern", "^(?:" + regex + ")$").build();
          case Shape.Names _, Shape.SshKeys _ -> texts();
          case Shape.Template _ -> template();
          case Shape.Key(String key) -> keyed(field, key);
          case Shape.RootDisk _ -> Json.object().put("type", "string").build();
          case Shape.Options _ -> Json.object().put("type", "object").build();
          case Shape.Secret _ -> reference("secret");
          case Shape.Group(Fields group) -> fields(group, List.of());
        };
    return described(field, schema);
  }

  private static Json.Obj texts() {
    return Json.object()
        .put("type", Json.array(List.of(Json.of("string"), Json.of("array"))))
        .put("items", Json.object().put("type", "string").build())
        .build();
  }

  private static Json.Obj template() {
    Json.Obj number =
        Json.object()
            .put("type", "integer")
            .put("minimum", 100)
            .put("maximum", 999_999_999)
            .build();
    Json.Obj text =
        Json.object()
            .put("type", "string")
            .put("pattern", "^(.+:(vztmpl|iso|import)/.+|(.*/)?EXISTING|[1-9][0-9]+)$")
            .build();
    return Json.object().put("anyOf", Json.array(List.of(number, text))).build();
  }

  /** A field that both types have may differ in its bounds, which reading tells. */
  private Json.Obj keyed(Field field, String name) {
    GuestType type = field.types().contains(GuestType.QEMU) ? GuestType.QEMU : GuestType.LXC;
    GuestKey key = keys.find(type, name.replace("[n]", "0"));
    return key == null ? Json.object().build() : KeySchema.of(key, field.description());
  }

  private static Json.Obj described(Field field, Json.Obj schema) {
    var described = Json.object();
    boolean fits = !field.nullable() || field.shape() instanceof Shape.Key;
    if (fits) {
      schema.members().forEach(described::put);
    } else {
      Json.Obj nothing = Json.object().put("type", "null").build();
      described.put("anyOf", Json.array(List.of(schema, nothing)));
    }
    return schema.has("description")
        ? described.build()
        : described.put("description", field.description()).build();
  }

  static Json.Obj object(Json.Obj properties, Json.Obj patterns, List<String> required) {
    var object =
        Json.object()
            .put("type", "object")
            .put("properties", properties)
            .put("patternProperties", patterns)
            .put("additionalProperties", false);
    return required.isEmpty()
        ? object.build()
        : object.put("required", Json.array(required.stream().map(Json::of).toList())).build();
  }

  /** Members that only comment. */
  static Json.Builder comments() {
    return Json.object().put("^//", Json.object().build());
  }

  static Json.Obj reference(String definition) {
    return Json.object().put("$ref", "#/$defs/" + definition).build();
  }
}
