package pivm.engine.manifest;

import java.util.List;
import pivm.proxmox.json.Json;

/** The JSON Schema (2020-12) of image manifests, from the table that reads them. */
public final class ImageSchema {

  /** The schema as a file's text. */
  public static String text() {
    return ManifestFormatter.layOut(root(), 1, 0) + "\n";
  }

  private static Json.Obj root() {
    Json.Obj entries = Json.object().put("type", "array").put("items", reference("entry")).build();
    var properties = properties(ImageFields.SETTINGS);
    properties.put("$schema", Json.object().put("type", "string").build());
    properties.put("images", entries);
    return Json.object()
        .put("$schema", "https://json-schema.org/draft/2020-12/schema")
        .put("title", "PIVM image manifest")
        .put("description", "ISO images, templates and disk images: a list, or an object")
        .put("type", Json.array(List.of(Json.of("array"), Json.of("object"))))
        .put("items", reference("entry"))
        .put("properties", properties.build())
        .put("patternProperties", comments())
        .put("required", Json.array(List.of(Json.of("images"))))
        .put("additionalProperties", false)
        .put("$defs", Json.object().put("entry", entry()).build())
        .build();
  }

  private static Json.Obj entry() {
    return Json.object()
        .put("type", "object")
        .put("properties", properties(ImageFields.ENTRY).build())
        .put("patternProperties", comments())
        .put("additionalProperties", false)
        .put("required", Json.array(List.of(Json.of("os"))))
        .put("oneOf", Json.array(List.of(required("url"), required("source_page", "pattern"))))
        .build();
  }

  private static Json.Obj required(String... names) {
    return Json.object()
        .put("required", Json.array(List.of(names).stream().map(Json::of).toList()))
        .build();
  }

  private static Json.Builder properties(Fields fields) {
    var properties = Json.object();
    new GuestSchema(KnownKeys.builtIn())
        .fields(fields, List.of())
        .get("properties")
        .asObject()
        .members()
        .forEach(properties::put);
    return properties;
  }

  private static Json.Obj comments() {
    return Json.object().put("^//", Json.object().build()).build();
  }

  private static Json.Obj reference(String definition) {
    return Json.object().put("$ref", "#/$defs/" + definition).build();
  }

  private ImageSchema() {}
}
