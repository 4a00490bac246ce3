package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Obstacle;
import pivm.proxmox.GuestType;

/** Finds storages that a guest's manifest names and that are not there or may not hold it. */
final class StorageChecks {
  private final DesiredGuest guest;
  private final Inventory inventory;

  StorageChecks(DesiredGuest guest, Inventory inventory) {
    this.guest = guest;
    this.inventory = inventory;
  }

  /**
   * @param template the volume that the guest is made from; null for none
   */
  List<Obstacle> problems(Map<String, Setting> settings, @Nullable String template) {
    SortedMap<String, String> problems = new TreeMap<>();
    settings.forEach((name, setting) -> {
      if (setting instanceof Setting.Value(String text) && DiskSetting.isDisk(guest.type(), name)) {
        disk(name, text, problems);
      }
    });
    if (template != null) {
      source(template, problems);
    }
    List<Obstacle> obstacles = new ArrayList<>();
    problems.values().stream()
        .distinct()
        .forEach(message ->
            obstacles.add(
                new Obstacle(guest.vmid(), guest.subject(), guest.subject() + ": " + message)));
    return obstacles;
  }

  private void disk(String name, String text, Map<String, String> problems) {
    DiskSetting disk;
    try {
      disk = DiskSetting.parse(guest.type(), name, text);
    } catch (IllegalArgumentException unreadable) {
      problems.put(name, String.valueOf(unreadable.getMessage()));
      return;
    }
    String id = disk.storage();
    if (id == null) {
      return;
    }
    Storage storage = inventory.storage(id);
    String content = guest.type() == GuestType.LXC ? "rootdir" : "images";
    boolean makesVolume =
        disk instanceof DiskSetting.Allocate || disk instanceof DiskSetting.Import;
    if (storage == null) {
      problems.put(name, missing(name, id, content));
    } else if (makesVolume && !storage.content().contains(content)) {
      problems.put(
          name,
          name
              + ": storage '"
              + id
              + "' may not hold "
              + (guest.type() == GuestType.LXC ? "container volumes" : "VM disks")
              + " (its content is "
              + String.join(", ", storage.content())
              + "); "
              + alternatives(content));
    }
  }

  private String missing(String name, String id, String content) {
    return name
        + ": there is no storage '"
        + id
        + "', or it can't be seen; "
        + alternatives(content);
  }

  private void source(String template, Map<String, String> problems) {
    int colon = template.indexOf(':');
    String id = template.substring(0, Math.max(0, colon));
    Storage storage = inventory.storage(id);
    if (storage == null) {
      problems.put(
          "template",
          "template "
              + template
              + ": there is no storage '"
              + id
              + "', or it can't be seen; the cluster has "
              + (inventory.storages().isEmpty()
                  ? "none that can be seen"
                  : String.join(", ", inventory.storages().keySet())));
      return;
    }
    if (lacks(storage, template)) {
      problems.put("template", notThere(template, storage));
    }
  }

  /** Whether what a guest is to be made from is nowhere that it could be made. */
  boolean lacks(String template) {
    Storage storage = inventory.storage(template.substring(0, Math.max(0, template.indexOf(':'))));
    return storage != null && lacks(storage, template);
  }

  /** A listing that was not read is no evidence. */
  private boolean lacks(Storage storage, String template) {
    String node = guest.node();
    if (node != null && !storage.shared()) {
      SortedMap<String, Storage.Volume> held = storage.volumes().get(node);
      return held != null && !held.containsKey(template);
    }
    boolean found =
        storage.volumes().values().stream().anyMatch(volumes -> volumes.containsKey(template));
    boolean everywhere =
        storage.shared() || storage.volumes().keySet().containsAll(holders(storage));
    return !storage.volumes().isEmpty() && everywhere && !found;
  }

  /** The online nodes that have the storage. */
  private List<String> holders(Storage storage) {
    return inventory.nodes().values().stream()
        .filter(node -> node.online() && storage.onNode(node.name()))
        .map(node -> node.name())
        .toList();
  }

  private String notThere(String template, Storage storage) {
    String folder = template.substring(0, template.indexOf('/') + 1);
    String others =
        storage.volumes().values().stream()
            .flatMap(volumes -> volumes.keySet().stream())
            .filter(volume -> volume.startsWith(folder))
            .distinct()
            .sorted()
            .limit(5)
            .collect(Collectors.joining(", "));
    String advice =
        folder.contains(":vztmpl/")
            ? "download it with 'pveam download "
                + storage.id()
                + " "
                + template.substring(folder.length())
                + "'"
            : "upload it to " + storage.id();
    String node = storage.shared() ? null : guest.node();
    return "template "
        + template
        + " is not there"
        + (node == null ? "; " : " on " + node + "; ")
        + (others.isEmpty() ? "" : "the storage holds " + others + "; ")
        + advice;
  }

  private String alternatives(String content) {
    String able =
        inventory.storages().values().stream()
            .filter(storage -> storage.enabled() && storage.content().contains(content))
            .map(storage -> storage.id() + free(storage))
            .collect(Collectors.joining(", "));
    return able.isEmpty()
        ? "no storage that can be seen may hold them"
        : "storages that may: " + able;
  }

  private static String free(Storage storage) {
    long most =
        storage.use().values().stream()
            .map(Storage.Use::available)
            .filter(bytes -> bytes != null)
            .mapToLong(Long::longValue)
            .max()
            .orElse(-1);
    return most < 0
        ? ""
        : String.format(Locale.ROOT, " (%.1f GiB free)", most / (double) (1L << 30));
  }
}
