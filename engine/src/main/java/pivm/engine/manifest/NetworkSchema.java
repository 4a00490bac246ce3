package pivm.engine.manifest;

import java.util.List;
import pivm.proxmox.json.Json;

/** The JSON Schema (2020-12) of network manifests, made from the tables that read them. */
public final class NetworkSchema {

  private NetworkSchema() {}

  /** The schema as a file's text. */
  public static String text() {
    return ManifestFormatter.layOut(root(), 1, 0) + "\n";
  }

  private static Json.Obj root() {
    return Json.object()
        .put("$schema", "https://json-schema.org/draft/2020-12/schema")
        .put("title", "PIVM network manifest")
        .put(
            "description",
            "The networks of the nodes: by node, with * for every one, or a list for a single node")
        .put("type", Json.array(List.of(Json.of("array"), Json.of("object"))))
        .put("items", GuestSchema.reference("interface"))
        .put(
            "properties",
            Json.object()
                .put("$schema", Json.object().put("type", "string").build())
                .put("nodes", nodes())
                .build())
        .put("patternProperties", GuestSchema.comments().build())
        .put("required", Json.array(List.of(Json.of("nodes"))))
        .put("additionalProperties", false)
        .put("$defs", definitions())
        .build();
  }

  private static Json.Obj list(String of) {
    return Json.object().put("type", "array").put("items", GuestSchema.reference(of)).build();
  }

  private static Json.Obj nodes() {
    Json.Obj node =
        Json.object()
            .put("anyOf", Json.array(List.of(list("interface"), GuestSchema.reference("node"))))
            .build();
    return GuestSchema.object(
        Json.object().put("*", node).build(),
        GuestSchema.comments().put("^" + Fields.NODE_NAME + "$", node).build(),
        List.of());
  }

  private static Json.Obj definitions() {
    Json.Obj node =
        GuestSchema.object(
            Json.object()
                .put("interfaces", list("interface"))
                .put("dns", fields(NetworkFields.DNS, List.of()))
                .put("hosts", list("host"))
                .build(),
            GuestSchema.comments().build(),
            List.of());
    return Json.object()
        .put("node", node)
        .put("interface", fields(NetworkFields.INTERFACE_FIELDS, List.of("iface")))
        .put("host", fields(NetworkFields.HOST, List.of("address")))
        .build();
  }

  private static Json.Obj fields(Fields fields, List<String> required) {
    Json.Obj schema = new GuestSchema(KnownKeys.builtIn()).fields(fields, List.of());
    var object = Json.object();
    schema.members().forEach(object::put);
    return object.put("required", Json.array(required.stream().map(Json::of).toList())).build();
  }
}
