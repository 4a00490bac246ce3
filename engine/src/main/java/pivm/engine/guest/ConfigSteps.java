package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.schema.Apply;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** The steps that make differences of an existing guest's config go away. */
final class ConfigSteps {
  private final DesiredGuest desired;
  private final GuestConfig config;
  private final Inventory inventory;
  private final StepChain chain;
  private final List<String> notes;

  /** Whether the guest runs when they are made. */
  private boolean running;

  ConfigSteps(
      DesiredGuest desired,
      GuestConfig config,
      Inventory inventory,
      StepChain chain,
      List<String> notes) {
    this.desired = desired;
    this.config = config;
    this.inventory = inventory;
    this.chain = chain;
    this.notes = notes;
  }

  /** A pending removal is given up before a stop, with which Proxmox would carry it out. */
  void keep(List<Difference> differences) {
    var kept = new TreeMap<String, Setting>();
    for (Difference difference : differences) {
      if (difference instanceof Difference.Keep(String key, String text, var _)) {
        kept.put(key, Setting.of(text));
      }
    }
    if (!kept.isEmpty()) {
      send(kept, new TreeSet<>(), Effect.NONE, 0);
    }
  }

  /**
   * Adds the steps for all but what is kept.
   *
   * @param runs whether the guest runs by then
   * @param stopped whether it was stopped for those that need that
   */
  void change(List<Difference> differences, boolean runs, boolean stopped) {
    running = runs;
    grow(differences, true);
    setAndDelete(differences);
    grow(differences, false);
    var storageLanes = new StorageLanes(inventory, chain.node());
    for (Difference difference : differences) {
      switch (difference) {
        case Difference.Move move ->
            move(move.key(), move.storage(), move.format(), move.effect(), storageLanes);
        case Difference.NeedsStop stop -> {
          String target = stop.fields().getFirst().to();
          if (stopped && target != null) {
            move(stop.key(), target, null, Effect.NONE, storageLanes);
          }
        }
        case Difference.Purge purge ->
            chain.add(
                "delete-" + purge.key(),
                new Operation.DeleteVolume(desired.type(), desired.vmid(), purge.key()),
                Effect.NONE);
        case Difference.Grow _,
            Difference.Set _,
            Difference.Keep _,
            Difference.Options _,
            Difference.Delete _,
            Difference.Waiting _,
            Difference.Impossible _ -> {}
      }
    }
    optionsOfMoved(differences);
    regenerateCloudInit(differences);
  }

  /** A disk whose options change too is grown before: their text names its size. */
  private void grow(List<Difference> differences, boolean withOptions) {
    for (Difference difference : differences) {
      if (difference instanceof Difference.Grow grow
          && withOptions
              == differences.stream()
                  .anyMatch(other ->
                      other instanceof Difference.Set set && set.key().equals(grow.key()))) {
        chain.add(
            "grow-" + grow.key(),
            new Operation.Resize(desired.type(), desired.vmid(), grow.key(), grow.bytes()),
            running ? grow.effect() : Effect.NONE);
      }
    }
  }

  private void optionsOfMoved(List<Difference> differences) {
    for (Difference difference : differences) {
      if (difference instanceof Difference.Options(String key, var options, Effect effect, var _)) {
        chain.add(
            "options-" + key,
            new Operation.SetDiskOptions(desired.type(), desired.vmid(), key, options),
            running ? effect : Effect.NONE);
      }
    }
  }

  private void move(
      String key, String storage, @Nullable String format, Effect effect, StorageLanes lanes) {
    chain.add(
        "move-" + key,
        new Operation.MoveDisk(desired.type(), desired.vmid(), key, storage, format),
        running ? effect : Effect.NONE,
        0,
        lanes.of(storage));
  }

  private void setAndDelete(List<Difference> differences) {
    var set = new TreeMap<String, Setting>();
    var delete = new TreeSet<String>();
    List<FieldChange> touched = new ArrayList<>();
    for (Difference difference : differences) {
      if (difference instanceof Difference.Set change) {
        set.put(change.key(), change.setting());
        touched.addAll(change.fields());
      } else if (difference instanceof Difference.Delete change) {
        delete.add(change.key());
        touched.addAll(change.fields());
      }
    }
    new DiskProtection(desired, config).withoutGivenUp(differences, set, delete);
    revert(delete);
    if (set.isEmpty() && delete.isEmpty()) {
      return;
    }
    send(
        set,
        delete,
        running ? Difference.strongest(touched) : Effect.NONE,
        running ? new MemoryForecast(config).grantedLive(differences) : 0);
  }

  /**
   * Takes back what waits to be set on a container, where it is to be gone: deleting leaves that
   * waiting (pve-container, src/PVE/LXC/Config.pm, update_pct_config and vmconfig_apply_pending).
   */
  private void revert(SortedSet<String> delete) {
    if (desired.type() != GuestType.LXC) {
      return;
    }
    var waiting = new TreeSet<String>();
    for (String key : delete) {
      GuestConfig.Pending change = config.pending().get(key);
      if (change != null && change.value() != null) {
        waiting.add(key);
      }
    }
    if (!waiting.isEmpty()) {
      chain.add(
          "revert",
          Operation.Configure.reverting(desired.type(), desired.vmid(), waiting),
          Effect.NONE);
      delete.removeIf(key -> waiting.contains(key) && config.value(key) == null);
    }
  }

  private void send(
      SortedMap<String, Setting> set, SortedSet<String> delete, Effect effect, long memory) {
    var boot = new BootOrder(desired, config);
    String note = boot.note(set, delete);
    if (note != null) {
      notes.add(note);
    }
    boot.configure(
        set,
        delete,
        effect,
        memory,
        new StorageLanes(inventory, chain.node()).allocated(desired.type(), set),
        chain);
  }

  private void regenerateCloudInit(List<Difference> differences) {
    boolean changed =
        differences.stream()
            .anyMatch(difference ->
                switch (difference) {
                  case Difference.Set set -> isCloudInitKey(set.key());
                  case Difference.Delete delete -> isCloudInitKey(delete.key());
                  default -> false;
                });
    if (changed && running && CloudInitDrive.present(config)) {
      chain.add(
          "cloud-init",
          new Operation.RegenerateCloudInit(desired.type(), desired.vmid()),
          Effect.NONE);
    }
  }

  private boolean isCloudInitKey(String name) {
    GuestKey key = GuestKeys.of(desired.type()).find(name);
    return key != null && key.apply() == Apply.CLOUD_INIT;
  }
}
