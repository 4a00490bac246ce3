package pivm.simulator.api;

import java.util.Map;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Kind;
import pivm.simulator.config.Sizes;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Storages;

/** Growing and moving the volumes of containers. */
final class LxcVolumeApi {
  private LxcVolumeApi() {}

  static void register(Router router) {
    router.put(LxcApi.ONE + "/resize", LxcVolumeApi::resize);
    router.post(LxcApi.ONE + "/move_volume", LxcVolumeApi::move);
  }

  private static String resize(Call call) {
    var guest = LxcApi.guest(call);
    String key = call.need("disk");
    var digest = call.get("digest");
    if (digest != null && !digest.equals(guest.config().digest())) {
      throw ApiError.die(
          "detected modified configuration - file changed by other user? Try again.");
    }
    guest.checkLock();
    var value = guest.config().get(key);
    if (value == null) {
      String missing = "property is missing and it is not optional";
      throw ApiError.format(Map.of("volume", missing, "mp", missing));
    }
    var drive = Drive.parse(value);
    var volume = Volumes.need(call.cluster(), guest.node(), drive.volume());
    long wanted = QemuDiskApi.wanted(call.need("size"), volume.size());
    if (wanted < volume.size()) {
      throw ApiError.die("unable to shrink disk size");
    }
    return call.task(
        "resize",
        guest,
        task -> {
          if (wanted == volume.size()) {
            return;
          }
          task.after(
              Pace.QUICK,
              t -> {
                volume.size(wanted);
                guest.config().put(key, drive.with("size", Sizes.format(wanted)).print());
                call.cluster().changed();
                t.log("Image resized.");
                t.log("resize2fs 1.47.2 (1-Jan-2025)");
              });
        });
  }

  private static String move(Call call) {
    var guest = LxcApi.guest(call);
    String key = call.need("volume");
    if (call.has("target-vmid")) {
      throw ApiError.die("reassigning volumes of containers is not simulated");
    }
    guest.checkLock();
    if (guest.isRunning()) {
      throw ApiError.die("cannot move volumes of a running container");
    }
    var value = guest.config().get(key);
    if (value == null) {
      throw ApiError.die("volume '" + key + "' does not exist");
    }
    var drive = Drive.parse(value);
    String target = call.need("storage");
    call.permissions().check("/storage/" + target, "Datastore.AllocateSpace");
    if (target.equals(drive.storage())) {
      throw ApiError.die("you can't move to the same storage");
    }
    var storage = call.cluster().storages().enabled(target, guest.node());
    var source = Volumes.need(call.cluster(), guest.node(), drive.volume());
    boolean delete = call.flag("delete");
    return call.task(
        "move_volume",
        guest,
        task -> {
          guest.config().put("lock", "disk");
          task.onEnd(() -> guest.config().remove("lock"));
          var made =
              call.cluster()
                  .storages()
                  .allocate(storage, guest.node(), Kind.LXC, guest.vmid(), null, source.size());
          task.log(Storages.creationLine(storage, made));
          LxcVolumes.fileSystem(call.cluster(), task, source.size());
          task.after(
              Pace.copy(source.size() / 4, 0),
              t -> {
                guest.config().put(key, drive.on(made.id()).print());
                if (guest.isTemplate()) {
                  QemuTemplate.base(call.cluster(), guest, key);
                }
                if (delete) {
                  Volumes.free(call.cluster(), guest, source.id());
                } else {
                  Volumes.retire(call.cluster(), guest, drive);
                }
                call.cluster().changed();
              });
        });
  }
}
