package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;

/** {@code /cluster/backup}: the backup jobs. */
final class BackupApi {
  private BackupApi() {}

  static void register(Router router) {
    router.get("/cluster/backup", BackupApi::list);
    router.post("/cluster/backup", BackupApi::create);
    router.get("/cluster/backup/{id}", c -> shown(c.need("id"), existing(c)));
    router.put("/cluster/backup/{id}", BackupApi::update);
    router.delete("/cluster/backup/{id}", BackupApi::delete);
  }

  private static Doc shown(String id, Map<String, String> job) {
    var doc = new Doc().put("id", id).put("type", "vzdump");
    job.forEach((name, value) ->
        doc.put(
            name,
            value.matches("\\d+") && !name.equals("vmid") ? (Object) Long.valueOf(value) : value));
    return doc;
  }

  private static List<Doc> list(Call call) {
    List<Doc> found = new ArrayList<>();
    long now = call.cluster().time().seconds();
    call.cluster()
        .backupJobs()
        .forEach((id, job) -> {
          var doc = shown(id, job);
          if (job.containsKey("schedule")) {
            doc.put("next-run", now - now % 86_400 + 86_400);
          }
          found.add(doc);
        });
    return found;
  }

  private static Map<String, String> existing(Call call) {
    var job = call.cluster().backupJobs().get(call.need("id"));
    if (job == null) {
      throw ApiError.parameter("id", "No such job '" + call.need("id") + "'");
    }
    return job;
  }

  private static @Nullable Void create(Call call) {
    var id = call.take("id");
    call.cluster().checkWritable("", "jobs_cfg");
    String name = id == null ? "backup-" + call.cluster().random().uuid().substring(0, 8) : id;
    call.cluster().backupJobs().put(name, new TreeMap<>(call.rest()));
    call.cluster().changed();
    return null;
  }

  private static @Nullable Void update(Call call) {
    var job = existing(call);
    Call.list(call.take("delete")).forEach(job::remove);
    call.take("id");
    job.putAll(call.rest());
    call.cluster().changed();
    return null;
  }

  private static @Nullable Void delete(Call call) {
    existing(call);
    call.cluster().backupJobs().remove(call.need("id"));
    call.cluster().changed();
    return null;
  }
}
