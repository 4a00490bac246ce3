package pivm.engine.manifest;

import java.util.List;
import pivm.proxmox.json.Json;

/**
 * The JSON Schemas (2020-12) of the manifests of container patching and host update, made from the
 * tables that read them.
 */
public final class UpdateSchema {

  private UpdateSchema() {}

  /** That of container patching, as a file's text. */
  public static String containers() {
    return text("PIVM container patching", UpdateFields.CONTAINERS);
  }

  /** That of host update, as a file's text. */
  public static String hosts() {
    return text("PIVM host update", UpdateFields.HOSTS);
  }

  private static String text(String title, Fields fields) {
    Json.Obj read = new GuestSchema(KnownKeys.builtIn()).fields(fields, List.of());
    var schema =
        Json.object()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("title", title);
    read.members()
        .forEach((name, value) -> schema.put(name, name.equals("properties") ? all(value) : value));
    return ManifestFormatter.layOut(schema.build(), 1, 0) + "\n";
  }

  /** VMIDs may stand as numbers among the words that name guests. */
  private static Json all(Json properties) {
    var all = Json.object().put("$schema", Json.object().put("type", "string").build());
    properties
        .asObject()
        .members()
        .forEach(
            (name, value) -> all.put(name, guests(name) ? selectors(value.asObject()) : value));
    return all.build();
  }

  private static boolean guests(String name) {
    return name.equals("include") || name.equals("exclude");
  }

  private static Json.Obj selectors(Json.Obj field) {
    var either = Json.array(List.of(Json.of("string"), Json.of("integer")));
    var any = Json.array(List.of(Json.of("string"), Json.of("integer"), Json.of("array")));
    return Json.object()
        .put("type", any)
        .put("items", Json.object().put("type", either).build())
        .put("description", field.text("description"))
        .build();
  }
}
