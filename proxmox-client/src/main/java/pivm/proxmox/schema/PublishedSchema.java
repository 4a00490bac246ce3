package pivm.proxmox.schema;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * The API's schema as a node publishes it for the API viewer: a script that begins with {@code
 * const apiSchema = [...]} (pve-docs, {@code scripts/extractapi.pl}).
 */
public final class PublishedSchema {
  /** Where a node serves it. */
  public static final String PATH = "/pve-docs/api-viewer/apidoc.js";

  /** Where it is on a node. */
  public static final String FILE = "/usr/share/pve-docs/api-viewer/apidoc.js";

  /** Parameters that say how the call is made, not what the guest is. */
  private static final Set<String> OF_THE_CALL =
      Set.of(
          "node",
          "vmid",
          "digest",
          "delete",
          "revert",
          "force",
          "skiplock",
          "background_delay",
          "import-working-storage");

  /**
   * The config keys that the node knows and PIVM's table lacks, {@code net[n]} for numbered ones.
   *
   * @throws IllegalArgumentException when the script holds no such schema
   */
  public static Map<GuestType, Set<String>> newerKeys(byte[] script) {
    Json tree = tree(script);
    return Map.of(
        GuestType.QEMU, newer(GuestType.QEMU, tree), GuestType.LXC, newer(GuestType.LXC, tree));
  }

  private static Json tree(byte[] script) {
    int name = new String(script, StandardCharsets.ISO_8859_1).indexOf("apiSchema");
    int start = name;
    while (start >= 0 && start < script.length && script[start] != '[') {
      start++;
    }
    if (start < 0 || start == script.length) {
      throw new IllegalArgumentException("there is no apiSchema in it");
    }
    try {
      return JsonText.read(new ByteArrayInputStream(script, start, script.length - start));
    } catch (JsonText.Malformed malformed) {
      throw new IllegalArgumentException(
          "its apiSchema is no JSON: " + malformed.getMessage(), malformed);
    }
  }

  private static Set<String> newer(GuestType type, Json tree) {
    String path = "/nodes/{node}/" + type.apiName() + "/{vmid}/config";
    Json.Obj call = find(tree, path);
    if (call == null) {
      throw new IllegalArgumentException("there is no " + path + " in its apiSchema");
    }
    var keys = new TreeSet<String>();
    Json.Obj method = call.get("info").asObject().get("PUT").asObject();
    keys.addAll(
        method.get("parameters").asObject().get("properties").asObject().members().keySet());
    keys.removeAll(OF_THE_CALL);
    GuestKeys.of(type).all().forEach(key -> keys.remove(key.pattern()));
    return keys;
  }

  private static Json.@Nullable Obj find(Json nodes, String path) {
    for (Json.Obj node : nodes.objects()) {
      String here = node.text("path", "");
      if (here.equals(path)) {
        return node;
      }
      if (path.startsWith(here + "/")) {
        Json.Obj found = find(node.get("children"), path);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private PublishedSchema() {}
}
