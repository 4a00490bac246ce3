package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.HostOperation;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/**
 * What each operation takes. From the permissions in Proxmox VE 9.2's API schema and, where that
 * only describes them, from qemu-server (src/PVE/API2/Qemu.pm) and pve-container
 * (src/PVE/API2/LXC.pm, src/PVE/LXC.pm).
 */
final class Requirements {
  private static final String SPACE = "Datastore.AllocateSpace";

  private Requirements() {}

  private static void work(Work work, String node, List<Requirement> all) {
    switch (work) {
      case ImageOperation image -> image(image, node, all);
      case NetworkOperation _ ->
          all.add(Requirement.on("/nodes/" + node, "change its network", "Sys.Modify"));
      case HostOperation.Archive _, HostOperation.Upgrade _, HostOperation.Undrain _ -> {}
      case HostOperation.Drain _ ->
          all.add(Requirement.on("/vms", "move guests", "VM.Migrate", "VM.PowerMgmt"));
      case HostOperation.Reboot _ ->
          all.add(Requirement.on("/nodes/" + node, "restart it", "Sys.PowerMgmt"));
      case PatchOperation.Upgrade upgrade -> {
        String guest = "/vms/" + upgrade.vmid();
        if (upgrade.starts()) {
          all.add(Requirement.on(guest, "start and stop it", "VM.PowerMgmt"));
        }
        if (upgrade.terms().rollback()) {
          all.add(Requirement.on(guest, "roll it back", "VM.Snapshot", "VM.Snapshot.Rollback"));
        }
      }
      case PatchOperation.RebootIfRequired reboot ->
          all.add(Requirement.on("/vms/" + reboot.vmid(), "start and stop it", "VM.PowerMgmt"));
    }
  }

  /**
   * As pve-storage asks (src/PVE/API2/Storage/Status.pm, src/PVE/API2/Storage/Content.pm). That a
   * node may reach the network is asked for where nothing else brings the file; for a plain
   * download the planner has found out before that it may.
   */
  private static void image(ImageOperation image, String node, List<Requirement> all) {
    String storage = "/storage/" + image.storage();
    boolean deletes =
        image instanceof ImageOperation.Delete
            || (image instanceof ImageOperation.Transfer transfer && transfer.replaces());
    if (deletes) {
      all.add(Requirement.on(storage, "delete a file there", "Datastore.Allocate"));
    }
    if (image instanceof ImageOperation.Fetch) {
      all.add(Requirement.on(storage, "put a file there", "Datastore.AllocateTemplate"));
    }
    if (image instanceof ImageOperation.Pull) {
      all.add(
          Requirement.on("/nodes/" + node, "let the node fetch by itself", "Sys.AccessNetwork"));
    }
  }

  static List<Requirement> of(Step step, Situation before) {
    List<Requirement> all = new ArrayList<>();
    String guest = "/vms/" + step.vmid();
    switch (step.operation()) {
      case Operation.Create create -> create(create, all);
      case Operation.Clone clone -> clone(clone, before, all);
      case Operation.Configure configure -> storages(configure.type(), configure.set(), all);
      case Operation.Resize _, Operation.SetDiskOptions _, Operation.DeleteVolume _ ->
          all.add(Requirement.on(guest, "change its disks", "VM.Config.Disk"));
      case Operation.MoveDisk move -> {
        all.add(Requirement.on(guest, "move its disks", "VM.Config.Disk"));
        all.add(Requirement.on("/storage/" + move.storage(), "put a disk there", SPACE));
      }
      case Operation.TakeSnapshot _, Operation.DeleteSnapshot _ ->
          all.add(Requirement.on(guest, "take and remove its snapshots", "VM.Snapshot"));
      case Operation.Rollback _ ->
          all.add(Requirement.on(guest, "roll it back", "VM.Snapshot", "VM.Snapshot.Rollback"));
      case Operation.Backup backup -> {
        all.add(Requirement.on(guest, "back it up", "VM.Backup"));
        all.add(Requirement.on("/storage/" + backup.storage(), "put a backup there", SPACE));
      }
      case Operation.Start _, Operation.Shutdown _, Operation.Stop _, Operation.Reboot _ ->
          all.add(Requirement.on(guest, "start and stop it", "VM.PowerMgmt"));
      case Operation.Migrate _ -> all.add(Requirement.on(guest, "move it", "VM.Migrate"));
      case Operation.ConvertToTemplate _ ->
          all.add(Requirement.on(guest, "make it a template", "VM.Allocate"));
      case Operation.Destroy _ -> all.add(Requirement.on(guest, "destroy it", "VM.Allocate"));
      case Operation.SetPool pool -> pool(pool, guest, all);
      case Operation.SetHa _, Operation.RemoveHa _, Operation.JoinHaRule _ ->
          all.add(Requirement.on("/", "change HA resources and rules", "Sys.Console"));
      case Operation.RegenerateCloudInit _ ->
          all.add(Requirement.on(guest, "write its cloud-init drive", "VM.Config.Cloudinit"));
      case Work work -> work(work, step.node(), all);
    }
    if (!step.onGuest()) {
      return all;
    }
    judging(step, before, all);
    return all;
  }

  /** What the rails themselves must see, or they would judge a filtered list. */
  private static void judging(Step step, Situation before, List<Requirement> all) {
    all.add(
        Requirement.on("/vms", "see every guest, as existence and RAM are judged by", "VM.Audit"));
    MemoryEffect memory = MemoryEffect.of(step, before);
    Long bytes = memory.bytes();
    if (bytes == null || bytes > 0) {
      all.add(Requirement.on("/nodes/" + memory.node(), "see its memory", "Sys.Audit"));
    }
    String target = target(step, before);
    if (target == null) {
      return;
    }
    for (Storage storage : before.inventory().storages().values()) {
      boolean guests =
          storage.content().contains("images") || storage.content().contains("rootdir");
      if (guests && storage.onNode(target)) {
        all.add(
            Requirement.on(
                "/storage/" + storage.id(), "see left-over volumes", "Datastore.Audit", SPACE));
      }
    }
  }

  /** Where a new guest will be; null when the step makes none. */
  private static @Nullable String target(Step step, Situation before) {
    return switch (step.operation()) {
      case Operation.Create _ -> step.node();
      case Operation.Clone clone -> clone.target() == null ? before.node(step) : clone.target();
      default -> null;
    };
  }

  private static void create(Operation.Create create, List<Requirement> all) {
    all.add(
        allocate(
            create.vmid(),
            create.parameters().get("pool") instanceof Setting.Value(String pool) ? pool : null));
    storages(create.type(), create.parameters(), all);
    bridges(create.type(), create.parameters(), all);
    boolean privileged =
        create.parameters().get("unprivileged") instanceof Setting.Value(String text)
            && !Flags.isOn(text);
    if (privileged && create.type() == GuestType.LXC) {
      all.add(Requirement.on("/", "make a privileged container", "Sys.Modify"));
    }
  }

  private static Requirement allocate(int vmid, @Nullable String pool) {
    List<String> paths =
        pool == null ? List.of("/vms/" + vmid) : List.of("/vms/" + vmid, "/pool/" + pool);
    return new Requirement(paths, List.of("VM.Allocate"), "make the guest");
  }

  private static void clone(Operation.Clone clone, Situation before, List<Requirement> all) {
    all.add(Requirement.on("/vms/" + clone.source(), "copy it", "VM.Clone"));
    all.add(allocate(clone.vmid(), clone.pool()));
    var source = before.inventory().guest(clone.source());
    var storages = new TreeSet<String>();
    if (clone.storage() != null) {
      storages.add(clone.storage());
    } else if (source != null && source.config() != null) {
      for (GuestDisk disk : GuestDisk.of(source.config())) {
        String storage = disk.storage();
        if (storage != null) {
          storages.add(storage);
        }
      }
    }
    space(storages, all);
    if (source != null && source.config() != null) {
      source.config().values().forEach((key, value) -> bridge(clone.type(), key, value, all));
    }
  }

  private static void pool(Operation.SetPool pool, String guest, List<Requirement> all) {
    for (String name : new String[] {pool.pool(), pool.from()}) {
      if (name != null) {
        all.add(Requirement.on("/pool/" + name, "change who is in it", "Pool.Allocate"));
      }
    }
    all.add(
        new Requirement(
            List.of(guest), List.of("VM.Allocate", "Permissions.Modify"), "put it in a pool"));
  }

  /** New volumes ({@code STORAGE:SIZE}) take room on their storages. */
  private static void storages(
      GuestType type, Map<String, Setting> settings, List<Requirement> all) {
    var storages = new TreeSet<String>();
    settings.forEach((key, setting) -> {
      if (setting instanceof Setting.Value(String text) && GuestDisk.isDisk(type, key)) {
        switch (GuestDisk.read(type, key, text).setting()) {
          case DiskSetting.Allocate(String storage, _, _) -> storages.add(storage);
          case DiskSetting.Import(String storage, _, _, _) -> storages.add(storage);
          case null -> {}
          case DiskSetting.Attach _,
              DiskSetting.CdRom _,
              DiskSetting.Passthrough _,
              DiskSetting.BindMount _ -> {}
        }
      }
    });
    space(storages, all);
  }

  private static void space(SortedSet<String> storages, List<Requirement> all) {
    for (String storage : storages) {
      all.add(Requirement.on("/storage/" + storage, "put disks there", SPACE));
    }
  }

  private static void bridges(
      GuestType type, Map<String, Setting> settings, List<Requirement> all) {
    settings.forEach((key, setting) -> {
      if (setting instanceof Setting.Value(String text)) {
        bridge(type, key, text, all);
      }
    });
  }

  /** A bridge of the node belongs to the zone localnetwork. */
  private static void bridge(GuestType type, String name, String value, List<Requirement> all) {
    GuestKey key = GuestKeys.of(type).find(name);
    if (key == null || !key.pattern().equals("net[n]")) {
      return;
    }
    PropertyString parts = PropertyString.parseLeniently(key, value);
    String bridge = parts.get("bridge");
    if (bridge != null) {
      String tag = parts.get("tag");
      String path = "/sdn/zones/localnetwork/" + bridge;
      all.add(
          new Requirement(
              List.of(tag == null ? path : path + "/" + tag),
              List.of("SDN.Use"),
              "use the bridge"));
    }
  }
}
