package pivm.simulator.api;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import pivm.simulator.json.Doc;
import pivm.simulator.json.JsonOut;
import pivm.simulator.schema.ApiTable;
import pivm.simulator.schema.Method;

/**
 * The script that the API viewer reads: the tree of calls as the constant {@code apiSchema}, then
 * the viewer's own code (pve-docs, {@code Makefile} and {@code scripts/extractapi.pl}). Of
 * parameters it gives the names alone.
 */
public final class PublishedSchema {
  public static final String PATH = "/pve-docs/api-viewer/apidoc.js";

  private final String path;
  private final Doc info = new Doc();
  private final TreeMap<String, PublishedSchema> below = new TreeMap<>();

  private PublishedSchema(String path) {
    this.path = path;
  }

  /**
   * The script.
   *
   * @param newerKeys config keys of guests beyond the table
   */
  public static String script(Set<String> newerKeys) {
    var top = new PublishedSchema("");
    ApiTable.get().methods().forEach(method -> top.add(method, newerKeys));
    String tree = JsonOut.writePretty(top.children());
    return "const apiSchema = " + tree + "\n;\n\nExt.onReady(function() {\n});\n";
  }

  private void add(Method method, Set<String> newerKeys) {
    PublishedSchema at = this;
    for (String segment : method.path().substring(1).split("/")) {
      String parent = at.path;
      at = at.below.computeIfAbsent(segment, name -> new PublishedSchema(parent + "/" + name));
    }
    var properties = new Doc();
    method.names().forEach(name -> properties.put(name, new Doc().put("type", "string")));
    if (method.path().endsWith("/{vmid}/config") && method.verb().equals("PUT")) {
      newerKeys.forEach(name -> properties.put(name, new Doc().put("type", "string")));
    }
    at.info.put(
        method.verb(),
        new Doc()
            .put("method", method.verb())
            .put(
                "parameters",
                new Doc().put("additionalProperties", 0).put("properties", properties)));
  }

  private List<Doc> children() {
    return below.entrySet().stream().map(child -> child.getValue().doc(child.getKey())).toList();
  }

  private Doc doc(String text) {
    var doc = new Doc();
    if (!below.isEmpty()) {
      doc.put("children", children());
    }
    return doc.put("info", info)
        .put("leaf", below.isEmpty() ? 1 : 0)
        .put("path", path)
        .put("text", text);
  }
}
