package pivm.simulator.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Kind;
import pivm.simulator.config.Sizes;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Storage;
import pivm.simulator.state.Volume;

/** {@code /nodes/{node}/storage/{storage}/content}: volumes. */
final class ContentApi {
  private static final String PATH = "/nodes/{node}/storage/{storage}/content";
  private static final String ONE = PATH + "/{volume}";

  private static final java.util.regex.Pattern OWNED =
      java.util.regex.Pattern.compile("(?:vm|base|subvol|vzdump-lxc|vzdump-qemu)-(\\d+)-");

  private ContentApi() {}

  static void register(Router router) {
    router.get(PATH, ContentApi::list);
    router.post(PATH, ContentApi::allocate);
    router.get(ONE, ContentApi::read);
    router.put(ONE, ContentApi::update);
    router.delete(ONE, ContentApi::delete);
    router.get("/nodes/{node}/storage/{storage}/prunebackups", ContentApi::pruneList);
  }

  private static Storage storage(Call call) {
    return call.cluster().storages().enabled(call.need("storage"), call.node());
  }

  private static List<Doc> list(Call call) {
    var storage = storage(call);
    var content = call.get("content");
    long vmid = call.number("vmid", 0);
    List<Doc> found = new ArrayList<>();
    for (var volume : storage.space(call.node()).volumes()) {
      if ((content == null || content.equals(volume.content()))
          && (vmid == 0 || volume.owner() == vmid)
          && isVisible(call, volume)) {
        found.add(entry(volume));
      }
    }
    return found;
  }

  private static boolean isVisible(Call call, Volume volume) {
    return switch (volume.content()) {
      case "images", "rootdir" ->
          call.permissions().may("/storage/" + volumeStorage(volume), "Datastore.Allocate")
              || call.permissions().may("/vms/" + volume.owner(), "VM.Config.Disk")
              || call.isRoot();
      case "backup" ->
          call.permissions().may("/storage/" + volumeStorage(volume), "Datastore.Allocate")
              || call.permissions().may("/vms/" + volume.owner(), "VM.Backup");
      default -> true;
    };
  }

  private static String volumeStorage(Volume volume) {
    return volume.id().substring(0, volume.id().indexOf(':'));
  }

  private static Doc entry(Volume volume) {
    var doc = new Doc().put("volid", volume.id()).put("content", volume.content());
    doc.put("format", volume.format()).put("size", volume.size()).put("ctime", volume.created());
    if (volume.content().equals("images") || volume.content().equals("rootdir")) {
      doc.put("parent", volume.parent()).put("used", volume.used());
    }
    if (volume.owner() > 0) {
      doc.put("vmid", volume.owner());
    }
    if (volume.content().equals("backup")) {
      doc.put("subtype", volume.name().contains("vzdump-lxc") ? "lxc" : "qemu");
      if (volume.isProtected()) {
        doc.put("protected", 1);
      }
    }
    return doc.putIfPresent("notes", volume.notes());
  }

  private static String allocate(Call call) {
    var storage = storage(call);
    String file = call.need("filename");
    int vmid = call.vmid();
    int dot = file.lastIndexOf('.');
    String format = call.get("format", dot < 0 ? "raw" : file.substring(dot + 1));
    String name = dot > 0 && storage.hasFiles() ? file.substring(0, dot) : file;
    String full = storage.hasFiles() ? vmid + "/" + name + "." + format : name;
    if (storage.space(call.node()).find(full) != null) {
      throw ApiError.die("disk image '" + storage.pathOf(full) + "' already exists");
    }
    String text = call.need("size");
    long size = text.matches("\\d+") ? Long.parseLong(text) * 1024 : Sizes.parse(text);
    var volume =
        call.cluster().storages().put(storage, call.node(), Kind.QEMU, vmid, name, format, size);
    call.cluster().changed();
    return volume.id();
  }

  /** The volume id, whether the path gave it with or without the storage. */
  private static String volumeId(Call call) {
    String volume = call.need("volume");
    return volume.indexOf(':') > 0 ? volume : call.need("storage") + ":" + volume;
  }

  private static Volume existing(Call call) {
    storage(call);
    var volume = call.cluster().storages().find(call.node(), volumeId(call));
    if (volume == null) {
      throw ApiError.die("volume_size_info on '" + volumeId(call) + "' failed - no format");
    }
    return volume;
  }

  private static Doc read(Call call) {
    var volume = existing(call);
    boolean isImage = volume.content().equals("images") || volume.content().equals("rootdir");
    var doc = new Doc().put("path", storage(call).pathOf(volume.name()));
    doc.put("format", isImage ? volume.format() : "raw");
    doc.put("size", volume.size()).put("used", volume.used());
    if (volume.content().equals("backup")) {
      doc.put("protected", volume.isProtected() ? 1 : 0).putIfPresent("notes", volume.notes());
    }
    return doc;
  }

  private static @Nullable Void update(Call call) {
    var volume = existing(call);
    var notes = call.get("notes");
    if (!volume.content().equals("backup")) {
      throw ApiError.die("only backups can have notes");
    }
    if (notes != null) {
      volume.notes(notes);
    }
    if (call.has("protected")) {
      volume.protect(call.flag("protected"));
    }
    return null;
  }

  private static String delete(Call call) {
    var storage = storage(call);
    String id = volumeId(call);
    var owner = OWNED.matcher(id);
    String who = owner.find() ? owner.group(1) : "";
    if (id.contains(":backup/") && !who.isEmpty()) {
      call.permissions().check("/storage/" + storage.id(), "Datastore.AllocateSpace");
      call.permissions().check("/vms/" + who, "VM.Backup");
    } else {
      call.permissions().check("/storage/" + storage.id(), "Datastore.Allocate");
    }
    return call.task(
        call.node(),
        "imgdel",
        who + "@" + storage.id(),
        task ->
            task.after(
                Duration.ofMillis(300),
                t -> {
                  var volume = call.cluster().storages().find(call.node(), id);
                  if (volume == null) {
                    String name = id.substring(id.indexOf(':') + 1);
                    t.log("disk image '" + storage.pathOf(name) + "' does not exist");
                  } else if (volume.isProtected()) {
                    throw ApiError.die(
                        "cannot remove protected volume '"
                            + volume.name()
                            + "' on '"
                            + storage.id()
                            + "'");
                  } else {
                    call.cluster().storages().free(storage, call.node(), volume);
                    call.cluster().changed();
                  }
                  t.log("Removed volume '" + id + "'");
                }));
  }

  private static List<Doc> pruneList(Call call) {
    List<Doc> found = new ArrayList<>();
    for (var volume : storage(call).space(call.node()).volumes()) {
      if (volume.content().equals("backup")) {
        found.add(
            new Doc()
                .put("volid", volume.id())
                .put("ctime", volume.created())
                .put("vmid", volume.owner())
                .put("type", volume.name().contains("vzdump-lxc") ? "lxc" : "qemu")
                .put("mark", volume.isProtected() ? "protected" : "keep"));
      }
    }
    return found;
  }
}
