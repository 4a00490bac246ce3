package pivm.simulator.api;

import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.config.Sizes;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Storages;
import pivm.simulator.state.Task;

/** Growing, moving, reassigning and unlinking the disks of VMs. */
final class QemuDiskApi {
  private QemuDiskApi() {}

  static void register(Router router) {
    router.put(QemuApi.ONE + "/resize", QemuDiskApi::resize);
    router.post(QemuApi.ONE + "/move_disk", QemuDiskApi::move);
    router.put(QemuApi.ONE + "/unlink", QemuDiskApi::unlink);
    router.get(QemuApi.ONE + "/feature", QemuDiskApi::feature);
  }

  private static String resize(Call call) {
    String key = call.need("disk");
    String size = call.need("size");
    var digest = call.get("digest");
    var guest = QemuApi.guest(call);
    return call.task(
        "resize",
        guest,
        task -> {
          if (digest != null && !digest.equals(guest.config().digest())) {
            throw ApiError.die("checksum mismatch (file change by other user?)");
          }
          guest.checkLock();
          var drive = Drive.parse(guest.config().get(key, "none"));
          if (!guest.config().has(key)) {
            throw ApiError.die("disk '" + key + "' does not exist");
          }
          if (drive.isCdrom()) {
            throw ApiError.die("you can't resize a cdrom");
          }
          var volume = Volumes.need(call.cluster(), guest.node(), drive.volume());
          long wanted = wanted(size, volume.size());
          if (wanted < volume.size()) {
            throw ApiError.die("shrinking disks is not supported");
          }
          if (wanted > volume.size()) {
            task.after(
                Pace.QUICK,
                t -> {
                  volume.size(wanted);
                  guest.config().put(key, drive.with("size", Sizes.format(wanted)).print());
                  call.cluster().changed();
                  if (!guest.isRunning()) {
                    t.log("Image resized.");
                  }
                });
          }
        });
  }

  /** The new size: a plain one, or one to add. */
  static long wanted(String text, long now) {
    return text.startsWith("+") ? now + Sizes.parse(text.substring(1)) : Sizes.parse(text);
  }

  private static String move(Call call) {
    var guest = QemuApi.guest(call);
    String key = call.need("disk");
    if (call.has("target-vmid")) {
      return reassign(call, guest, key);
    }
    var digest = call.get("digest");
    if (digest != null && !digest.equals(guest.config().digest())) {
      throw ApiError.die(
          "missing replicate feature on volume or checksum mismatch (file change by other user?)");
    }
    guest.checkLock();
    var value = guest.config().get(key);
    if (value == null) {
      throw ApiError.die("disk '" + key + "' does not exist");
    }
    var drive = Drive.parse(value);
    if (drive.isCdrom()) {
      throw ApiError.die("you can't move a cdrom");
    }
    String target = call.need("storage");
    call.permissions().check("/storage/" + target, "Datastore.AllocateSpace");
    var storage = call.cluster().storages().enabled(target, guest.node());
    var source = Volumes.need(call.cluster(), guest.node(), drive.volume());
    String format = call.get("format", storage.hasFiles() ? source.format() : "raw");
    if (target.equals(drive.storage()) && format.equals(source.format())) {
      throw ApiError.die("you can't move to the same storage with same format");
    }
    boolean delete = call.flag("delete");
    long limit = call.number("bwlimit", 0) * 1024;
    return call.task(
        "qmmove",
        guest,
        task -> {
          guest.checkLock();
          task.log(
              "copying volume '"
                  + source.id()
                  + "' from current storage '"
                  + drive.storage()
                  + "' to target storage '"
                  + target
                  + "'");
          task.log("create full clone of drive " + key + " (" + source.id() + ")");
          var made =
              call.cluster()
                  .storages()
                  .allocate(storage, guest.node(), Kind.QEMU, guest.vmid(), format, source.size());
          task.log(Storages.creationLine(storage, made));
          task.log("allocated target volume '" + made.id() + "'");
          boolean[] done = {false};
          task.onEnd(() -> {
            if (!done[0]) {
              call.cluster().storages().free(storage, guest.node(), made);
            }
          });
          copy(
              task,
              source.size(),
              limit,
              t -> {
                done[0] = true;
                guest.config().put(key, drive.on(made.id()).print());
                if (guest.isTemplate()) {
                  QemuTemplate.base(call.cluster(), guest, key);
                }
                if (delete) {
                  t.log("removing source volume '" + source.id() + "' after successful copy");
                  Volumes.free(call.cluster(), guest, source.id());
                } else {
                  Volumes.retire(call.cluster(), guest, drive);
                }
                call.cluster().changed();
              });
        });
  }

  /** Copies bytes with the progress lines of qemu-img. */
  static void copy(Task task, long bytes, long limit, Task.Work then) {
    task.log("transferred 0.0 B of " + Sizes.human(bytes) + " (0.00%)");
    task.after(
        Pace.copy(bytes, limit),
        t -> {
          t.log("transferred " + Sizes.human(bytes) + " of " + Sizes.human(bytes) + " (100.00%)");
          then.run(t);
        });
  }

  private static String reassign(Call call, Guest guest, String key) {
    int toId = Integer.parseInt(call.need("target-vmid"));
    String toKey = call.get("target-disk", key);
    call.permissions().checkGuest(toId, null, "VM.Config.Disk");
    var target = call.cluster().findGuest(toId);
    if (target == null || target.kind() != Kind.QEMU) {
      throw ApiError.die(
          "unable to find configuration file for VM " + toId + " on node '" + call.node() + "'");
    }
    if (!target.node().equals(guest.node())) {
      throw ApiError.die(
          "Both VMs need to be on the same node ("
              + guest.node()
              + ") but target VM is on "
              + target.node()
              + ".");
    }
    if (target.config().has(toKey)) {
      throw ApiError.die("Target disk key '" + toKey + "' is already in use for VM '" + toId + "'");
    }
    guest.checkLock();
    target.checkLock();
    var value = guest.config().get(key);
    if (value == null) {
      throw ApiError.die("Disk '" + key + "' for VM '" + guest.vmid() + "' does not exist");
    }
    if (guest.isRunning() && !Keys.isUnused(key)) {
      throw ApiError.die("Can't move disk '" + key + "' of running VM");
    }
    return call.task(
        guest.node(),
        "qmmove",
        guest.vmid() + "-" + key + ">" + toId + "-" + toKey,
        task ->
            task.after(
                Pace.QUICK,
                t -> {
                  t.log(
                      "reassign disk '"
                          + key
                          + "' from VM '"
                          + guest.vmid()
                          + "' as '"
                          + toKey
                          + "' to VM '"
                          + toId
                          + "'");
                  t.log("removing disk '" + key + "' from VM '" + guest.vmid() + "' config");
                  var drive = Drive.parse(value);
                  var volume = Volumes.need(call.cluster(), guest.node(), drive.volume());
                  guest.config().remove(key);
                  call.cluster()
                      .storages()
                      .reassign(
                          Volumes.storageOf(call.cluster(), volume), guest.node(), volume, toId);
                  String moved = drive.on(volume.id()).print();
                  target.config().put(toKey, moved);
                  t.log("update VM " + toId + ": -" + toKey + " " + moved);
                  call.cluster().changed();
                }));
  }

  private static @Nullable Object unlink(Call call) {
    var list = call.take("idlist");
    boolean force = call.takeFlag("force");
    var inner =
        new Call(
            call.cluster(),
            call.entryNode(),
            call.who(),
            call.parametersWith("delete", list == null ? "" : list, force));
    return QemuConfig.update(inner, () -> QemuApi.guest(call), null);
  }

  private static pivm.simulator.json.Doc feature(Call call) {
    var guest = QemuApi.guest(call);
    boolean has = Features.has(call.cluster(), guest, call.need("feature"), call.get("snapname"));
    return new pivm.simulator.json.Doc()
        .put("hasFeature", has ? 1 : 0)
        .put("nodes", java.util.List.of(guest.node()));
  }
}
