package pivm.simulator.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Digests;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Node;
import pivm.simulator.state.Storage;

/** {@code /storage} and {@code /nodes/{node}/storage}: storages and how full they are. */
final class StorageApi {
  static final long NEW_CAPACITY = 250L << 30;
  private static final Set<String> NUMBERS =
      Set.of("shared", "disable", "priority", "maxfiles", "port", "sparse", "mkdir", "krbd");

  private StorageApi() {}

  static void register(Router router) {
    router.get("/storage", StorageApi::list);
    router.post("/storage", StorageApi::create);
    router.get("/storage/{storage}", c -> shown(c.cluster(), existing(c, "")));
    router.put("/storage/{storage}", StorageApi::update);
    router.delete("/storage/{storage}", StorageApi::delete);
    router.get("/nodes/{node}/storage", StorageApi::onNode);
    router.get("/nodes/{node}/storage/{storage}/status", StorageApi::status);
    router.get("/nodes/{node}/storage/{storage}/rrddata", NodeApi::rrdData);
    ContentApi.register(router);
    UploadApi.register(router);
    DownloadApi.register(router);
  }

  static String digest(Cluster cluster) {
    var text = new StringBuilder();
    for (var storage : cluster.storages().all()) {
      text.append(storage.type()).append(": ").append(storage.id());
      storage.options().forEach((k, v) -> text.append("\n\t").append(k).append(' ').append(v));
      text.append("\n\n");
    }
    return Digests.sha1(text.toString());
  }

  private static Doc shown(Cluster cluster, Storage storage) {
    var doc = new Doc().put("storage", storage.id()).put("type", storage.type());
    storage
        .options()
        .forEach((name, value) ->
            doc.put(name, NUMBERS.contains(name) ? (Object) Long.valueOf(value) : value));
    if (storage.hasFiles()) {
      doc.put("path", storage.path());
    }
    if (storage.isShared()) {
      doc.put("shared", 1);
    }
    return doc.put("content", String.join(",", storage.content())).put("digest", digest(cluster));
  }

  private static List<Doc> list(Call call) {
    var type = call.get("type");
    List<Doc> found = new ArrayList<>();
    for (var storage : call.cluster().storages().all()) {
      if ((type == null || type.equals(storage.type())) && isVisible(call, storage)) {
        found.add(shown(call.cluster(), storage));
      }
    }
    return found;
  }

  private static boolean isVisible(Call call, Storage storage) {
    return call.permissions()
        .mayAny("/storage/" + storage.id(), "Datastore.Audit", "Datastore.AllocateSpace");
  }

  private static Storage existing(Call call, String prefix) {
    String id = call.need("storage");
    var storage = call.cluster().storages().find(id);
    if (storage == null) {
      throw ApiError.die(prefix + "storage '" + id + "' does not exist");
    }
    return storage;
  }

  private static Doc create(Call call) {
    String id = call.need("storage");
    String type = call.need("type");
    var options = new LinkedHashMap<>(call.rest());
    options.keySet().removeAll(Set.of("storage", "type"));
    required(type, options);
    call.cluster().checkWritable("create storage failed: ", "storage_cfg");
    if (call.cluster().storages().find(id) != null) {
      throw ApiError.die("create storage failed: storage ID '" + id + "' already defined");
    }
    call.cluster().storages().define(id, type, options, NEW_CAPACITY);
    call.cluster().changed();
    return new Doc().put("storage", id).put("type", type);
  }

  private static void required(String type, Map<String, String> options) {
    var needed =
        switch (type) {
          case "dir", "btrfs" -> List.of("path");
          case "nfs" -> List.of("server", "export");
          case "cifs" -> List.of("server", "share");
          case "lvm" -> List.of("vgname");
          case "lvmthin" -> List.of("vgname", "thinpool");
          case "zfspool" -> List.of("pool");
          default -> List.<String>of();
        };
    for (String name : needed) {
      if (!options.containsKey(name)) {
        throw ApiError.die("missing value for required option '" + name + "'");
      }
    }
  }

  private static Doc update(Call call) {
    var storage = existing(call, "update storage failed: ");
    var digest = call.get("digest");
    if (digest != null && !digest.equals(digest(call.cluster()))) {
      throw ApiError.die(
          "update storage failed: detected modified configuration - file changed by other user?"
              + " Try again.");
    }
    if (call.has("path") || call.has("vgname") || call.has("pool")) {
      String name = call.has("path") ? "path" : call.has("vgname") ? "vgname" : "pool";
      throw ApiError.parameter(
          name,
          "property is not defined in schema and the schema does not allow additional properties");
    }
    call.cluster().checkWritable("update storage failed: ", "storage_cfg");
    Call.list(call.get("delete")).forEach(storage.options()::remove);
    var options = call.rest();
    options.keySet().removeAll(Set.of("storage", "delete", "digest"));
    storage.options().putAll(options);
    call.cluster().changed();
    return new Doc().put("storage", storage.id()).put("type", storage.type());
  }

  private static @Nullable Void delete(Call call) {
    var storage = existing(call, "delete storage failed: ");
    call.cluster().checkWritable("delete storage failed: ", "storage_cfg");
    call.cluster().storages().remove(storage.id());
    call.cluster().changed();
    return null;
  }

  /** The state of a storage on a node. */
  private static Doc figures(Storage storage, Node node) {
    boolean enabled = storage.isOn(node.name()) && !storage.isDisabled();
    var space = storage.space(node.name());
    return new Doc()
        .put("type", storage.type())
        .put("content", String.join(",", storage.content()))
        .put("shared", storage.isShared() ? 1 : 0)
        .put("enabled", enabled ? 1 : 0)
        .put("active", enabled ? 1 : 0)
        .put("total", enabled ? space.total() : 0)
        .put("used", enabled ? space.used() : 0)
        .put("avail", enabled ? space.available() : 0);
  }

  private static List<Doc> onNode(Call call) {
    var node = call.cluster().node(call.node());
    var one = call.get("storage");
    if (one != null && call.cluster().storages().find(one) == null) {
      throw noSuchStorage();
    }
    var content = call.get("content");
    List<Doc> found = new ArrayList<>();
    for (var storage : call.cluster().storages().all()) {
      boolean usable = storage.isOn(node.name()) && !storage.isDisabled();
      if ((one == null || one.equals(storage.id()))
          && isVisible(call, storage)
          && (!call.flag("enabled") || usable)
          && (content == null || Call.list(content).stream().anyMatch(storage::allows))) {
        var doc = figures(storage, node).put("storage", storage.id());
        if (usable) {
          var space = storage.space(node.name());
          doc.put("used_fraction", (double) space.used() / space.total());
        }
        found.add(doc);
      }
    }
    return found;
  }

  private static ApiError noSuchStorage() {
    return ApiError.parameter("storage", "No such storage.");
  }

  private static Doc status(Call call) {
    var storage = call.cluster().storages().find(call.need("storage"));
    if (storage == null) {
      throw noSuchStorage();
    }
    return figures(storage, call.cluster().node(call.node()));
  }

  /** A storage as among the cluster's resources. */
  static Doc resource(Storage storage, Node node) {
    var doc =
        new Doc()
            .put("id", "storage/" + node.name() + "/" + storage.id())
            .put("type", "storage")
            .put("storage", storage.id())
            .put("node", node.name())
            .put("plugintype", storage.type())
            .put("content", String.join(",", storage.content()))
            .put("shared", storage.isShared() ? 1 : 0);
    if (!node.isFresh()) {
      return doc.put("status", "unknown");
    }
    var space = storage.space(node.name());
    return doc.put("status", "available").put("maxdisk", space.total()).put("disk", space.used());
  }
}
