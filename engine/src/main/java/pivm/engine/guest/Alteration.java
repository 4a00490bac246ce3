package pivm.engine.guest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DesiredGuest.Power;
import pivm.engine.manifest.Origin;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PlanOptions;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

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
  private final ConfigSteps steps;
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
    this.steps = new ConfigSteps(desired, config, inventory, chain, notes);
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
    var pinned = new PinnedNode(desired, observed, config, running && !stops(), inventory);
    pinned.problem(differences).ifPresent(obstacles::add);
    if (!obstacles.isEmpty()) {
      return new GuestPlan(null, List.of(), obstacles, null);
    }
    protection.giveUpFirst(differences, chain, running ? Effect.LIVE : Effect.NONE);
    steps.keep(differences);
    shutDownFirst();
    List<Difference> first = pinned.neededBefore(differences);
    List<Difference> rest = new ArrayList<>(differences);
    rest.removeAll(first);
    configure(first);
    new Placing(desired, observed, running, inventory, chain, fields, obstacles).plan();
    boolean restarts = configure(rest);
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
    steps.change(differences, running, stopNeeded);
    differences.forEach(difference -> fields.addAll(worded(difference.fields(), restart)));
    return restart;
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
