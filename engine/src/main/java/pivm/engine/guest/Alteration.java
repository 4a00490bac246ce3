package pivm.engine.guest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DesiredGuest.Power;
import pivm.engine.manifest.Origin;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PlanOptions;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.schema.Apply;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** Plans what turns an existing guest into the declared one, with the least disturbance. */
final class Alteration {
  private final DesiredGuest desired;
  private final ObservedGuest observed;
  private final GuestConfig config;
  private final Inventory inventory;
  private final PlanOptions options;
  private final List<Obstacle> obstacles = new ArrayList<>();
  private final List<FieldChange> fields = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final StepChain chain;
  private boolean running;

  Alteration(
      DesiredGuest desired,
      ObservedGuest observed,
      GuestConfig config,
      Inventory inventory,
      PlanOptions options) {
    this.desired = desired;
    this.observed = observed;
    this.config = config;
    this.inventory = inventory;
    this.options = options;
    this.chain = new StepChain(desired.vmid(), observed.node());
    this.running = observed.running() || !powerKnown();
  }

  /** A guest whose power cannot be seen is taken to run: no effect is promised to be harmless. */
  private boolean powerKnown() {
    return observed.power() != PowerState.UNKNOWN;
  }

  GuestPlan plan() {
    String conflict = conflict();
    if (conflict != null) {
      return GuestPlan.obstacle(desired.vmid(), desired.subject(), conflict);
    }
    List<Difference> differences =
        new GuestDiff(desired, config, inventory, running && !stops()).differences();
    for (Difference difference : differences) {
      if (difference instanceof Difference.Impossible(String _, String message)) {
        obstacles.add(
            new Obstacle(desired.vmid(), desired.subject(), desired.subject() + ": " + message));
      }
    }
    var protection = new DiskProtection(desired, config);
    protection.problem(differences).ifPresent(obstacles::add);
    if (!obstacles.isEmpty()) {
      return new GuestPlan(null, List.of(), obstacles, null);
    }
    protection.giveUpFirst(differences, chain, running ? Effect.LIVE : Effect.NONE);
    keepDisks(differences);
    shutDownFirst();
    new Placing(desired, observed, running, inventory, chain, fields, obstacles).plan();
    boolean restarts = configure(differences);
    power(differences, restarts);
    return result(differences);
  }

  /** Why the guest with this VMID cannot be the declared one. */
  private @Nullable String conflict() {
    String present = config.value(GuestDiff.nameKey(desired.type()));
    String name = present == null ? observed.name() : present;
    String declared = desired.hostname();
    if (declared != null
        && !(desired.origin() instanceof Origin.Existing)
        && !name.isEmpty()
        && !declared.equalsIgnoreCase(name)) {
      return desired.subject()
          + ": VMID "
          + desired.vmid()
          + " is taken by '"
          + name
          + "' on "
          + observed.node()
          + "; to manage and rename that guest, set \"template\" to \""
          + (desired.type() == GuestType.LXC ? "local:vztmpl/EXISTING" : "local:iso/EXISTING")
          + "\", else give the entry another vmid";
    }
    if (observed.template()
        && (desired.power() == Power.RUNNING || desired.power() == Power.STOPPED)) {
      return desired.subject()
          + ": it is a template, and a template has no power; declare \"state\": \"template\" or"
          + " leave state out";
    }
    return null;
  }

  /** A pending removal is given up before a stop, with which Proxmox would carry it out. */
  private void keepDisks(List<Difference> differences) {
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

  private boolean stops() {
    return running
        && powerKnown()
        && (desired.power() == Power.STOPPED || desired.power() == Power.TEMPLATE);
  }

  private void shutDownFirst() {
    if (stops()) {
      shutdown();
      fields.add(new FieldChange("power", "running", "stopped", Effect.LIVE, "shut down"));
    }
  }

  private void shutdown() {
    chain.add(
        "shutdown",
        new Operation.Shutdown(desired.type(), desired.vmid(), options.shutdownTimeoutSeconds()),
        Effect.LIVE,
        -observed.maxMemory(),
        Set.of());
    running = false;
  }

  /**
   * Adds the steps for the differences.
   *
   * @return whether the guest is restarted by them
   */
  private boolean configure(List<Difference> differences) {
    boolean restart =
        running && powerKnown() && mayRestart() && differences.stream().anyMatch(this::waits);
    boolean stopNeeded =
        restart && differences.stream().anyMatch(Difference.NeedsStop.class::isInstance);
    if (stopNeeded) {
      shutdown();
    }
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
          if (stopNeeded && target != null) {
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
      fields.addAll(worded(difference.fields(), restart));
    }
    optionsOfMoved(differences);
    regenerateCloudInit(differences);
    return restart;
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

  private boolean waits(Difference difference) {
    return difference instanceof Difference.Waiting
        || difference instanceof Difference.NeedsStop
        || difference.fields().stream().anyMatch(field -> field.effect() == Effect.PENDING);
  }

  private boolean mayRestart() {
    return switch (desired.restart()) {
      case NEVER -> false;
      case ALLOWED -> true;
      case WINDOW -> options.windowOpen();
    };
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
    if (set.isEmpty() && delete.isEmpty()) {
      return;
    }
    send(
        set,
        delete,
        running ? Difference.strongest(touched) : Effect.NONE,
        running ? new MemoryForecast(config).grantedLive(differences) : 0);
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

  /** Says of each pending change whether a restart follows, and why not when none does. */
  private List<FieldChange> worded(List<FieldChange> changes, boolean restart) {
    if (!running && !restart) {
      return changes;
    }
    return changes.stream()
        .map(field ->
            field.effect() != Effect.PENDING
                ? field
                : new FieldChange(
                    field.path(),
                    field.from(),
                    field.to(),
                    restart ? Effect.RESTART : Effect.PENDING,
                    restart ? field.why() : joined(restartWords(), field.why())))
        .toList();
  }

  private String restartWords() {
    return switch (desired.restart()) {
      case NEVER -> "restart: never";
      case WINDOW -> "restart: window, and the maintenance window is closed";
      case ALLOWED -> "";
    };
  }

  private static String joined(String one, String other) {
    return one.isEmpty() || other.isEmpty() ? one + other : one + "; " + other;
  }

  private void power(List<Difference> differences, boolean restarts) {
    if (powerKnown() && desired.power() == Power.TEMPLATE && !observed.template()) {
      chain.add(
          "template", new Operation.ConvertToTemplate(desired.type(), desired.vmid()), Effect.NONE);
      fields.add(new FieldChange("template", "0", "1", Effect.NONE, "cannot be undone"));
    } else if (restarts && running) {
      chain.add(
          "reboot",
          new Operation.Reboot(desired.type(), desired.vmid(), options.shutdownTimeoutSeconds()),
          Effect.RESTART,
          new MemoryForecast(config).after(differences) - observed.maxMemory(),
          Set.of());
    } else if (restarts
        || (powerKnown() && desired.power() == Power.RUNNING && !observed.running())) {
      chain.add(
          "start",
          new Operation.Start(desired.type(), desired.vmid()),
          Effect.NONE,
          new MemoryForecast(config).after(differences),
          Set.of());
      if (!restarts) {
        String from = observed.power() == PowerState.SUSPENDED ? "suspended" : "stopped";
        fields.add(new FieldChange("power", from, "running", Effect.NONE, ""));
      }
    }
  }

  private GuestPlan result(List<Difference> differences) {
    Unknown unseen = unseenPower();
    if (fields.isEmpty() && obstacles.isEmpty() && unseen == null) {
      return GuestPlan.NOTHING;
    }
    Change change =
        fields.isEmpty()
            ? null
            : new Change(
                "guests",
                observed.subject(),
                desired.vmid(),
                observed.node(),
                action(differences),
                reason(differences),
                fields,
                notes);
    return new GuestPlan(
        change, obstacles.isEmpty() ? chain.steps() : List.of(), obstacles, unseen);
  }

  private @Nullable Unknown unseenPower() {
    return powerKnown() || desired.power() == Power.UNMANAGED
        ? null
        : new Unknown(
            desired.subject(),
            "whether it runs on "
                + observed.node()
                + " can't be seen, so its power is left as it is");
  }

  private Action action(List<Difference> differences) {
    Set<String> paths = new HashSet<>();
    fields.forEach(field -> paths.add(field.path()));
    if (chain.isEmpty()) {
      return Action.PENDING;
    }
    boolean configChanges =
        differences.stream().anyMatch(difference -> !(difference instanceof Difference.Waiting));
    if (configChanges
        || paths.contains("pool")
        || paths.stream().anyMatch(path -> path.startsWith("ha."))) {
      return Action.CHANGE;
    }
    if (paths.contains("template")) {
      return Action.TEMPLATE;
    }
    if (paths.contains("node")) {
      return Action.MIGRATE;
    }
    if (paths.contains("power")) {
      return desired.power() == Power.RUNNING ? Action.START : Action.STOP;
    }
    return Action.RESTART;
  }

  private String reason(List<Difference> differences) {
    if (chain.isEmpty()) {
      return "pending";
    }
    return differences.isEmpty() ? "power" : "drift";
  }
}
