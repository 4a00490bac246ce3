package pivm.engine.guest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Origin;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.rails.GuestMemory;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/** Plans one guest that is a copy of another. */
final class Cloning {
  private final DesiredGuest guest;
  private final Origin.Clone origin;
  private final Inventory inventory;
  private final @Nullable ObservedGuest source;

  /**
   * @param source as it is when the copy is made; null when there is none
   */
  Cloning(
      DesiredGuest guest,
      Origin.Clone origin,
      Inventory inventory,
      @Nullable ObservedGuest source) {
    this.guest = guest;
    this.origin = origin;
    this.inventory = inventory;
    this.source = source;
  }

  List<Obstacle> problems() {
    String problem = problem();
    return problem == null
        ? List.of()
        : List.of(new Obstacle(guest.vmid(), guest.subject(), guest.subject() + ": " + problem));
  }

  private @Nullable String problem() {
    if (source == null) {
      return "its template "
          + origin.source()
          + " does not exist; create it first, or name another VMID as template";
    }
    if (source.type() != guest.type()) {
      return "its template "
          + source.subject()
          + " is of the other type and can't be cloned to a "
          + guest.type().manifestName();
    }
    if (origin.linked() && !source.template()) {
      return "a linked clone needs a template, and "
          + source.subject()
          + " is none; convert it ('state': 'template'), or leave out \"clone\": \"linked\"";
    }
    String unlinkable = origin.linked() ? unlinkable(source) : null;
    if (unlinkable != null) {
      return "its template "
          + source.subject()
          + " has "
          + unlinkable
          + " on a storage of files, where Proxmox makes no linked clones of containers; leave out"
          + " \"clone\": \"linked\"";
    }
    if (guest.type() == GuestType.LXC && source.running()) {
      return "its template "
          + source.subject()
          + " runs, and Proxmox copies only a stopped container; stop it, or make it a template";
    }
    return null;
  }

  /** A container's volumes are raw files, which can't be the base of another. */
  private @Nullable String unlinkable(ObservedGuest source) {
    GuestConfig config = source.config();
    if (guest.type() != GuestType.LXC || config == null) {
      return null;
    }
    for (var entry : config.values().entrySet()) {
      String id =
          DiskSetting.isDisk(guest.type(), entry.getKey()) && !entry.getKey().startsWith("unused")
              ? storageOf(entry.getKey(), entry.getValue())
              : null;
      Storage storage = id == null ? null : inventory.storage(id);
      if (storage != null && DiskFormats.FILE_STORAGES.contains(storage.type())) {
        return entry.getKey();
      }
    }
    return null;
  }

  /** Null when it is offline. */
  @Nullable String sourceNode() {
    return source != null && inventory.online(source.node()) ? source.node() : null;
  }

  long sourceMemory() {
    Long memory = source == null ? null : GuestMemory.next(source);
    return memory == null ? 0 : memory;
  }

  /** Whether the copy may be made on another node: Proxmox demands shared storage for that. */
  boolean movable() {
    if (source == null || source.config() == null) {
      return false;
    }
    for (var entry : source.config().values().entrySet()) {
      if (DiskSetting.isDisk(guest.type(), entry.getKey())) {
        String id = storageOf(entry.getKey(), entry.getValue());
        Storage storage = id == null ? null : inventory.storage(id);
        if (id != null && (storage == null || !storage.shared())) {
          return false;
        }
      }
    }
    String target = fullCopyStorage();
    Storage storage = target == null ? null : inventory.storage(target);
    return storage == null || storage.shared();
  }

  private @Nullable String storageOf(String name, String text) {
    try {
      return DiskSetting.parse(guest.type(), name, text).storage();
    } catch (IllegalArgumentException unreadable) {
      return null;
    }
  }

  private String rootKey() {
    return guest.type() == GuestType.LXC ? "rootfs" : "scsi0";
  }

  /** Where a full copy's volumes go; null to leave them on the source's storages. */
  private @Nullable String fullCopyStorage() {
    return !origin.linked() && guest.settings().get(rootKey()) instanceof Setting.Value(String text)
        ? storageOf(rootKey(), text)
        : null;
  }

  void steps(StepChain chain, String node, List<FieldChange> fields, List<Obstacle> obstacles) {
    String sourceNode = chain.node();
    String storage = fullCopyStorage();
    chain.add(
        "clone",
        new Operation.Clone(
            guest.type(),
            guest.vmid(),
            origin.source(),
            !origin.linked(),
            guest.hostname() == null ? "" : guest.hostname(),
            node.equals(sourceNode) ? null : node,
            storage,
            format(storage),
            guest.pool() == null || guest.pool().isEmpty() ? null : guest.pool()),
        Effect.NONE,
        0,
        lanes(node, storage));
    chain.moveTo(node);
    String what = (origin.linked() ? "linked clone of " : "clone of ") + origin.source();
    fields.add(new FieldChange("template", null, what, Effect.NONE, ""));
    adjust(chain, storage, fields, obstacles);
  }

  /** The format that a full copy is written in; null to leave it to Proxmox. */
  private @Nullable String format(@Nullable String storage) {
    if (origin.linked()) {
      return null;
    }
    if (guest.settings().get(rootKey()) instanceof Setting.Value(String text)) {
      String declared = DiskSetting.parse(guest.type(), rootKey(), text).options().get("format");
      if (declared != null) {
        return declared;
      }
    }
    var formats = new DiskFormats(inventory);
    if (storage != null) {
      return formats.forCopy(guest.type(), storage);
    }
    return onFilesAlone(formats) ? "qcow2" : null;
  }

  /** Whether every disk of the source lies on a storage of files. */
  private boolean onFilesAlone(DiskFormats formats) {
    GuestConfig config = source == null ? null : source.config();
    List<String> storages =
        config == null
            ? List.of()
            : config.values().entrySet().stream()
                .filter(entry -> DiskSetting.isDisk(guest.type(), entry.getKey()))
                .map(entry -> storageOf(entry.getKey(), entry.getValue()))
                .filter(Objects::nonNull)
                .toList();
    return !storages.isEmpty()
        && storages.stream().allMatch(id -> formats.forCopy(guest.type(), id) != null);
  }

  private Set<String> lanes(String node, @Nullable String storage) {
    Set<String> lanes = new HashSet<>(new StorageLanes(inventory, node).of(storage));
    lanes.add("clone:" + origin.source());
    return lanes;
  }

  /** Brings what the copy inherits to what is declared. */
  private void adjust(
      StepChain chain,
      @Nullable String storage,
      List<FieldChange> fields,
      List<Obstacle> obstacles) {
    GuestConfig inherited = inherited(storage);
    var set = new TreeMap<String, Setting>();
    var delete = new TreeSet<String>();
    List<Difference> rest = new ArrayList<>();
    for (Difference difference : new GuestDiff(guest, inherited, inventory, false).differences()) {
      switch (difference) {
        case Difference.Set change -> {
          if (ofUnnamedVolume(change, inherited)) {
            rest.add(optionsOf(change));
          } else if (!change.key().equals(GuestDiff.nameKey(guest.type()))) {
            set.put(change.key(), change.setting());
          }
        }
        case Difference.Delete change -> delete.add(change.key());
        case Difference.Impossible(String _, String message) ->
            obstacles.add(
                new Obstacle(guest.vmid(), guest.subject(), guest.subject() + ": " + message));
        case Difference.Grow _,
            Difference.Keep _,
            Difference.Options _,
            Difference.Move _,
            Difference.Purge _,
            Difference.Waiting _,
            Difference.NeedsStop _ ->
            rest.add(difference);
      }
      fields.addAll(difference.fields());
    }
    if (guest.settings().get("smbios1") instanceof Setting.Unset) {
      // Every copy of a VM gets an id of its own there.
      delete.add("smbios1");
    }
    addSecrets(set, fields);
    if (!set.isEmpty() || !delete.isEmpty()) {
      new BootOrder(guest, inherited)
          .configure(
              set,
              delete,
              Effect.NONE,
              0,
              new StorageLanes(inventory, chain.node()).allocated(guest.type(), set),
              chain);
    }
    disks(chain, rest);
  }

  /** The copy's volumes get names of their own; the source's must never be put in their place. */
  private boolean ofUnnamedVolume(Difference.Set change, GuestConfig inherited) {
    String present = inherited.value(change.key());
    return present != null
        && change.setting() instanceof Setting.Value(String text)
        && DiskSetting.isDisk(guest.type(), change.key())
        && DiskSetting.parse(guest.type(), change.key(), present)
            instanceof DiskSetting.Attach(String volume, Long _, var _)
        && DiskSetting.parse(guest.type(), change.key(), text)
            instanceof DiskSetting.Attach(String sent, Long _, var _)
        && sent.equals(volume);
  }

  private Difference optionsOf(Difference.Set change) {
    String declared =
        guest.settings().get(change.key()) instanceof Setting.Value(String text) ? text : "";
    var options = DiskSetting.parse(guest.type(), change.key(), declared).options();
    return new Difference.Options(
        change.key(), new TreeMap<>(options), change.effect(), change.fields());
  }

  private GuestConfig inherited(@Nullable String storage) {
    return new Inheritance(guest.type(), storage).of(source);
  }

  /** The copy as it is in the end, for copies of it. */
  ObservedGuest made(String node, long memory) {
    var bare = Foretold.made(guest, node, new TreeMap<>(), memory);
    return Foretold.changed(guest, guest.settings(), bare.withConfig(inherited(fullCopyStorage())));
  }

  /** Secrets are never compared, but a new guest gets them. */
  private void addSecrets(Map<String, Setting> set, List<FieldChange> fields) {
    guest
        .settings()
        .forEach((name, setting) -> {
          if (setting instanceof Setting.Secret) {
            set.put(name, setting);
            Creation.addShown(fields, name, setting);
          }
        });
  }

  private void disks(StepChain chain, List<Difference> differences) {
    for (Difference difference : differences) {
      if (difference
          instanceof Difference.Move(String key, String storage, String format, Effect _, var _)) {
        chain.add(
            "move-" + key,
            new Operation.MoveDisk(guest.type(), guest.vmid(), key, storage, format),
            Effect.NONE,
            0,
            new StorageLanes(inventory, chain.node()).of(storage));
      }
      if (difference instanceof Difference.Grow(String key, long bytes, Effect _, var _)) {
        chain.add(
            "grow-" + key,
            new Operation.Resize(guest.type(), guest.vmid(), key, bytes),
            Effect.NONE);
      }
    }
    for (Difference difference : differences) {
      if (difference instanceof Difference.Options(String key, var options, Effect _, var _)) {
        chain.add(
            "options-" + key,
            new Operation.SetDiskOptions(guest.type(), guest.vmid(), key, options),
            Effect.NONE);
      }
    }
  }
}
