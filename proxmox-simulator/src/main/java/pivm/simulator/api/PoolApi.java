package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Pool;

/** {@code /pools}. */
final class PoolApi {
  private PoolApi() {}

  static void register(Router router) {
    router.get("/pools", PoolApi::list);
    router.post("/pools", PoolApi::create);
    router.put("/pools", PoolApi::update);
    router.delete("/pools", PoolApi::delete);
    router.get("/pools/{poolid}", c -> shown(c, c.need("poolid")).put("poolid", c.need("poolid")));
    router.put("/pools/{poolid}", PoolApi::update);
    router.delete("/pools/{poolid}", PoolApi::delete);
  }

  private static List<Doc> list(Call call) {
    var one = call.get("poolid");
    if (one != null) {
      call.permissions().check("/pool/" + one, "Pool.Audit");
      return List.of(shown(call, one).put("poolid", one));
    }
    List<Doc> found = new ArrayList<>();
    call.cluster()
        .pools()
        .forEach((name, pool) -> {
          if (call.permissions().may("/pool/" + name, "Pool.Audit")) {
            found.add(new Doc().put("poolid", name).putIfPresent("comment", pool.comment()));
          }
        });
    return found;
  }

  private static Pool existing(Call call, String name, String prefix) {
    var pool = call.cluster().pools().get(name);
    if (pool == null) {
      throw ApiError.die(prefix + "pool '" + name + "' does not exist");
    }
    return pool;
  }

  private static Doc shown(Call call, String name) {
    var pool = existing(call, name, "");
    List<Doc> members = new ArrayList<>();
    for (int vmid : pool.guests()) {
      var guest = call.cluster().findGuest(vmid);
      if (guest != null) {
        members.add(Figures.resource(call.cluster(), guest, null));
      }
    }
    for (String id : pool.storages()) {
      var storage = call.cluster().storages().find(id);
      for (var node : call.cluster().nodes()) {
        if (storage != null && storage.isOn(node.name())) {
          members.add(StorageApi.resource(storage, node));
        }
      }
    }
    return new Doc().putIfPresent("comment", pool.comment()).put("members", members);
  }

  private static @Nullable Void create(Call call) {
    String name = call.need("poolid");
    String prefix = "create pool failed: ";
    call.cluster().checkWritable(prefix, "user_cfg");
    if (call.cluster().pools().containsKey(name)) {
      throw ApiError.die(prefix + "pool '" + name + "' already exists");
    }
    int slash = name.lastIndexOf('/');
    if (slash > 0) {
      existing(call, name.substring(0, slash), prefix + "parent ");
    }
    var pool = new Pool();
    pool.comment(call.get("comment"));
    call.cluster().pools().put(name, pool);
    call.cluster().changed();
    return null;
  }

  private static @Nullable Void update(Call call) {
    String name = call.need("poolid");
    String prefix = "update pools failed: ";
    call.cluster().checkWritable(prefix, "user_cfg");
    var pool = existing(call, name, prefix);
    if (call.has("comment")) {
      pool.comment(call.get("comment"));
    }
    for (String vmid : Call.list(call.get("vms"))) {
      call.permissions().checkGuest(Integer.parseInt(vmid), null, "VM.Allocate");
      guest(call, name, pool, Integer.parseInt(vmid));
    }
    for (String storage : Call.list(call.get("storage"))) {
      storage(call, prefix, pool, storage);
    }
    call.cluster().changed();
    return null;
  }

  private static void guest(Call call, String name, Pool pool, int vmid) {
    String prefix = "update pools failed: ";
    if (call.flag("delete")) {
      if (!pool.guests().remove(vmid)) {
        throw ApiError.die(prefix + "VM " + vmid + " is not a pool member");
      }
      return;
    }
    if (pool.guests().contains(vmid)) {
      throw ApiError.die(prefix + "VM " + vmid + " is already a pool member");
    }
    for (var other : call.cluster().pools().entrySet()) {
      if (other.getValue().guests().contains(vmid)) {
        if (!call.flag("allow-move")) {
          throw ApiError.die(
              prefix
                  + "VM "
                  + vmid
                  + " belongs already to pool '"
                  + other.getKey()
                  + "' and 'allow-move' is not set");
        }
        other.getValue().guests().remove(vmid);
      }
    }
    existing(call, name, prefix).guests().add(vmid);
  }

  private static void storage(Call call, String prefix, Pool pool, String storage) {
    if (call.flag("delete")) {
      if (!pool.storages().remove(storage)) {
        throw ApiError.die(prefix + "Storage '" + storage + "' is not a pool member");
      }
    } else if (!pool.storages().add(storage)) {
      throw ApiError.die(prefix + "Storage '" + storage + "' is already a pool member");
    }
  }

  private static @Nullable Void delete(Call call) {
    String name = call.need("poolid");
    String prefix = "delete pool failed: ";
    call.cluster().checkWritable(prefix, "user_cfg");
    var pool = existing(call, name, prefix);
    String empty = prefix + "pool '" + name + "' is not empty (contains ";
    for (String other : call.cluster().pools().keySet()) {
      if (other.startsWith(name + "/")) {
        throw ApiError.die(empty + "pool '" + other + "')");
      }
    }
    pool.guests().removeIf(vmid -> call.cluster().findGuest(vmid) == null);
    if (!pool.guests().isEmpty()) {
      throw ApiError.die(empty + "VMs " + join(pool.guests()) + ")");
    }
    if (!pool.storages().isEmpty()) {
      throw ApiError.die(empty + "storage " + join(pool.storages()) + ")");
    }
    call.cluster().pools().remove(name);
    call.cluster().changed();
    return null;
  }

  private static String join(Iterable<?> items) {
    var text = new StringBuilder();
    items.forEach(i -> text.append(text.isEmpty() ? "" : ",").append(i));
    return text.toString();
  }
}
