package pivm.proxmox.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import pivm.proxmox.json.Json;

/** Makes {@code api-calls.tsv} from the recorded schema of the API. */
final class ApiCallTable {

  /** The part of the API that a manager of guests, images, host network and updates calls. */
  private static final Pattern IN_USE =
      Pattern.compile(
          "/version|/pools.*|/storage.*|/nodes"
              + "|/access/(ticket|permissions|users.*|roles.*|acl)"
              + "|/cluster/(resources|status|nextid|options|tasks|backup.*|ha/.*|replication.*"
              + "|config/(nodes|join)|log|mapping/.*)"
              + "|/nodes/\\{node\\}/(status|version|tasks.*|storage.*|vzdump.*|network.*|dns|hosts"
              + "|apt/(update|versions)|certificates/info|rrddata|replication.*|time|services.*|config|lxc.*|qemu.*"
              + "|query-url-metadata|query-oci-repo-tags|aplinfo|capabilities/.*|hardware/.*)");

  private static final Pattern LEFT_OUT =
      Pattern.compile(".*(/firewall.*|mtunnel.*|websocket|dbus-vmstate|/rrd|file-restore.*)");

  private ApiCallTable() {}

  static String make(Json.Obj schema, Json.Obj guests) {
    List<String> lines = new ArrayList<>();
    lines.add("# Calls of the API in use, with their parameters. Made by TableTool; do not edit.");
    schema.list("methods").stream()
        .map(Json::asObject)
        .filter(method -> inUse(method.text("path", "")))
        .sorted(
            Comparator.comparing((Json.Obj method) -> method.text("path", ""))
                .thenComparing(method -> method.text("method", "")))
        .forEach(method -> add(lines, method, guests));
    return String.join("\n", lines) + "\n";
  }

  private static boolean inUse(String path) {
    return IN_USE.matcher(path).matches() && !LEFT_OUT.matcher(path).matches();
  }

  private static void add(List<String> lines, Json.Obj method, Json.Obj guests) {
    String path = method.text("path", "");
    Json.Obj parameters = method.get("parameters").asObject().get("properties").asObject();
    boolean config =
        path.matches("/nodes/\\{node\\}/(qemu|lxc)(/\\{vmid\\}/config)?")
            && !"GET".equals(method.text("method"));
    Set<String> guestKeys =
        config
            ? guests.get(path.contains("/qemu") ? "qemu" : "lxc").asObject().members().keySet()
            : Set.of();
    var missing = new TreeSet<>(guestKeys);
    missing.removeAll(parameters.members().keySet());
    lines.add(
        new LineWriter(method.text("method", ""))
            .field(path)
            .flag(config, "guest-keys")
            .attribute("but", missing.isEmpty() ? null : String.join("|", missing))
            .toString());
    new TreeMap<>(parameters.members())
        .forEach((name, parameter) -> {
          if (!guestKeys.contains(name)) {
            lines.add(parameter(name, parameter.asObject()));
          }
        });
  }

  private static String parameter(String name, Json.Obj parameter) {
    ValueKind kind = Kinds.of(name, parameter);
    List<Json> index = parameter.list("index");
    return new LineWriter("")
        .field(name)
        .field((kind == ValueKind.PROPERTY_STRING ? ValueKind.TEXT : kind).name())
        .flag(!parameter.flag("optional"), "required")
        .attribute("requires", parameter.text("requires"))
        .attribute(
            "index", index.isEmpty() ? null : index.get(0).asText() + "-" + index.get(1).asText())
        .constraint(parameter, kind, parameter.text("default"))
        .toString();
  }
}
