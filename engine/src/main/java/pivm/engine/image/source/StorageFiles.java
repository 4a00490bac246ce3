package pivm.engine.image.source;

import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.ImagePlace;
import pivm.engine.image.ImageSight;
import pivm.engine.inventory.Storage;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Lists the images on storages. */
final class StorageFiles {
  /** A storage that hangs must not hold up the rest. */
  static final Duration LIMIT = Duration.ofSeconds(15);

  private static final List<String> CONTENT = List.of("iso", "vztmpl", "import");

  private final Proxmox proxmox;

  StorageFiles(Proxmox proxmox) {
    this.proxmox = proxmox;
  }

  /**
   * What a place holds.
   *
   * @param storage null when it is not known what it may hold
   */
  ImageSight.Held list(ImagePlace place, @Nullable Storage storage) {
    SortedMap<String, Storage.Volume> volumes = new TreeMap<>();
    try {
      for (String content : CONTENT) {
        if (storage == null || storage.content().contains(content)) {
          list(place, content, volumes);
        }
      }
      return new ImageSight.Held.Files(volumes);
    } catch (ProxmoxException.Unreachable | ProxmoxException.Unauthenticated away) {
      throw away;
    } catch (ProxmoxException hidden) {
      return new ImageSight.Held.Hidden(String.valueOf(hidden.getMessage()));
    }
  }

  private void list(ImagePlace place, String content, SortedMap<String, Storage.Volume> volumes) {
    for (Json.Obj entry : call(place.node(), place.storage(), content)) {
      String id = entry.text("volid", "");
      volumes.put(
          id,
          new Storage.Volume(
              id,
              entry.text("content", content),
              null,
              entry.integer("size", 0),
              entry.text("format", ""),
              entry.integer("ctime", 0)));
    }
  }

  private List<Json.Obj> call(String node, String storage, String content) {
    return proxmox
        .call(
            ApiCall.get("/nodes/" + node + "/storage/" + storage + "/content")
                .with("content", content))
        .objects();
  }

  /** The size of one file, in bytes; null when it is not there. */
  @Nullable Long size(String node, String volume) {
    String storage = volume.substring(0, volume.indexOf(':'));
    String content = volume.substring(volume.indexOf(':') + 1, volume.indexOf('/'));
    for (Json.Obj entry : call(node, storage, content)) {
      if (entry.text("volid", "").equals(volume)) {
        return entry.integer("size", 0);
      }
    }
    return null;
  }
}
