package pivm.simulator.api;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import pivm.simulator.config.Sizes;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Storage;
import pivm.simulator.state.Task;

/** {@code /nodes/{node}/vzdump}: backups. */
final class VzdumpApi {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy_MM_dd-HH_mm_ss").withZone(ZoneOffset.UTC);

  private VzdumpApi() {}

  static void register(Router router) {
    router.post("/nodes/{node}/vzdump", VzdumpApi::backup);
    router.get("/nodes/{node}/vzdump/extractconfig", VzdumpApi::extract);
    router.get("/nodes/{node}/vzdump/defaults", c -> defaults());
  }

  private static Doc defaults() {
    return new Doc()
        .put("storage", "local")
        .put("mode", "snapshot")
        .put("compress", "0")
        .put("dumpdir", "/var/lib/vz/dump")
        .put("prune-backups", "keep-all=1")
        .put("remove", 1)
        .put("all", 0)
        .put("quiet", 0)
        .put("stop", 0)
        .put("stdexcludes", 1)
        .put("pigz", 0)
        .put("zstd", 1)
        .put("ionice", 7)
        .put("bwlimit", 0)
        .put("lockwait", 180)
        .put("stopwait", 10)
        .put("mailnotification", "always")
        .put("notification-mode", "auto")
        .put("fleecing", Doc.of("enabled", 0))
        .put("performance", new Doc().put("max-workers", 16).put("pbs-entries-max", 1_048_576));
  }

  private static String extract(Call call) {
    var saved = Volumes.need(call.cluster(), call.node(), call.need("volume")).savedConfig();
    return saved == null ? "" : saved;
  }

  private static String backup(Call call) {
    if (!call.has("vmid") && !call.flag("all") && !call.has("pool")) {
      throw ApiError.parameter("vmid", "property is missing");
    }
    String id = call.get("vmid", "");
    var ids = Call.list(id);
    ids.forEach(vmid -> call.permissions().checkGuest(Integer.parseInt(vmid), null, "VM.Backup"));
    String storage = call.get("storage", "local");
    return call.task(
        call.node(),
        "vzdump",
        ids.size() == 1 ? id : "",
        task -> {
          var target = call.cluster().storages().enabled(storage, call.node());
          if (!target.allows("backup")) {
            throw ApiError.die("storage '" + storage + "' does not support backups");
          }
          task.log("INFO: starting new backup job: vzdump " + id + " --storage " + storage);
          for (String vmid : ids) {
            var guest = call.cluster().findGuest(Integer.parseInt(vmid));
            if (guest == null || !guest.node().equals(call.node())) {
              throw ApiError.die("unable to find VM '" + vmid + "'");
            }
            dump(call, task, guest, target);
          }
        });
  }

  private static void dump(Call call, Task task, Guest guest, Storage storage) {
    guest.checkLock();
    String now = STAMP.format(call.cluster().time().now());
    task.log("INFO: Starting Backup of VM " + guest.vmid() + " (" + guest.kind().word() + ")");
    task.log("INFO: status = " + (guest.isRunning() ? "running" : "stopped"));
    task.log("INFO: backup mode: " + call.get("mode", "snapshot"));
    guest.config().put("lock", "backup");
    task.onEnd(() -> guest.config().remove("lock"));
    boolean container = guest.kind() == pivm.simulator.config.Kind.LXC;
    String compress = call.get("compress", "0");
    String suffix = compress.equals("zstd") ? ".zst" : compress.equals("gzip") ? ".gz" : "";
    String format = (container ? "tar" : "vma") + suffix;
    String file = "vzdump-" + guest.kind().word() + "-" + guest.vmid() + "-" + now + "." + format;
    task.log("INFO: creating vzdump archive '" + storage.pathOf("backup/" + file) + "'");
    long size = Math.max(Sizes.MIB, guest.bootDiskSize() / 100);
    task.after(
        Pace.copy(guest.bootDiskSize() / 8, 0),
        t -> {
          guest.config().remove("lock");
          var volume =
              call.cluster().storages().putFile(storage, call.node(), "backup", file, format, size);
          volume.savedConfig(guest.config().copyOfValues().text());
          volume.notes(notes(call.get("notes-template", "{{guestname}}"), guest));
          volume.protect(call.flag("protected"));
          call.cluster().changed();
          t.log("INFO: archive file size: " + size / Sizes.MIB + "MB");
          t.log("INFO: adding notes to backup");
          t.log("INFO: Finished Backup of VM " + guest.vmid() + " (00:00:01)");
          t.log("INFO: Backup job finished successfully");
        });
  }

  private static String notes(String template, Guest guest) {
    return template
        .replace("{{guestname}}", guest.name())
        .replace("{{vmid}}", Integer.toString(guest.vmid()))
        .replace("{{node}}", guest.node());
  }
}
