package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Action;
import pivm.engine.plan.Basis;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Planner;
import pivm.engine.rails.MoveAbility;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/**
 * Plans for one thing done to one guest at a person's word ({@code pivm guest stop 210}). They go
 * through the same rails and the same executor as every other plan.
 */
public sealed interface SingleAction {

  record Start() implements SingleAction {}

  /**
   * @param timeoutSeconds after which it has failed
   */
  record Shutdown(int timeoutSeconds) implements SingleAction {}

  /** Pulls the plug. */
  record Stop() implements SingleAction {}

  record Reboot(int timeoutSeconds) implements SingleAction {}

  record Snapshot(String name, String description) implements SingleAction {}

  record DeleteSnapshot(String name) implements SingleAction {}

  /** Goes back to a snapshot; a guest that ran is started again. */
  record Rollback(String name) implements SingleAction {}

  /**
   * Sends a secret again, which nobody can compare.
   *
   * @param key the VM's config key
   */
  record SendSecret(String key, Setting.Secret secret) implements SingleAction {}

  record Destroy() implements SingleAction {}

  record Migrate(String target) implements SingleAction {}

  /** Why there is nothing to do, as the guest is so already; null when there is. */
  default @Nullable String settled(ObservedGuest guest) {
    boolean still = guest.power() == PowerState.STOPPED;
    return switch (this) {
      case Start() when guest.running() -> guest.subject() + " runs already";
      case Shutdown _, Stop _ when still -> guest.subject() + " is stopped already";
      case Migrate(String target) when guest.node().equals(target) ->
          guest.subject() + " is on " + target + " already";
      default -> null;
    };
  }

  /** Why it can't be done to that guest; null when it can, as far as can be seen. */
  private @Nullable String problem(ObservedGuest guest, Inventory inventory) {
    return switch (this) {
      case Migrate(String target) -> immobile(guest, target, inventory);
      case Start _ when guest.template() -> "it is a template, which can't be started; clone it";
      case Reboot _ when guest.power() == PowerState.STOPPED ->
          "it is stopped, so there is nothing to restart: pivm guest start " + guest.vmid();
      case Snapshot(String name, _) when Boolean.TRUE.equals(has(guest, name)) ->
          "it has a snapshot " + name + " already; take another name, or delete that one first";
      case DeleteSnapshot(String name) when Boolean.FALSE.equals(has(guest, name)) ->
          missing(guest, name);
      case Rollback(String name) when Boolean.FALSE.equals(has(guest, name)) ->
          missing(guest, name);
      default -> null;
    };
  }

  private static @Nullable String immobile(
      ObservedGuest guest, String target, Inventory inventory) {
    GuestConfig config = guest.config();
    List<MoveAbility.Hindrance> found =
        config == null
            ? List.of()
            : MoveAbility.hindrances(guest, config, guest.running(), target, inventory);
    return found.isEmpty()
        ? null
        : "it can't be moved to "
            + target
            + ": "
            + String.join(". Also, ", found.stream().map(one -> one.sentence()).toList());
  }

  private static @Nullable Boolean has(ObservedGuest guest, String name) {
    List<pivm.engine.inventory.Snapshot> known = guest.snapshots();
    return known == null ? null : known.stream().anyMatch(one -> one.name().equals(name));
  }

  private static String missing(ObservedGuest guest, String name) {
    List<pivm.engine.inventory.Snapshot> known = guest.snapshots();
    String rest =
        known == null || known.isEmpty()
            ? "it has none"
            : "it has " + String.join(", ", known.stream().map(one -> one.name()).toList());
    return "there is no snapshot " + name + "; " + rest;
  }

  /** The plan that does it to that guest; empty when there is nothing to do. */
  default Plan plan(ObservedGuest guest, Inventory inventory) {
    String problem = problem(guest, inventory);
    if (problem != null || settled(guest) != null) {
      List<Obstacle> obstacles =
          problem == null
              ? List.of()
              : List.of(new Obstacle(guest.vmid(), guest.subject(), problem));
      return Planner.assemble(
          List.of(), List.of(), obstacles, inventory.unknown(), new TreeMap<>(), List.of());
    }
    return doing(guest, inventory);
  }

  private Plan doing(ObservedGuest guest, Inventory inventory) {
    var chain = new StepChain(guest.vmid(), guest.node());
    List<FieldChange> fields = new ArrayList<>();
    Action action = steps(guest, chain, fields);
    var change =
        new Change(
            "guests",
            guest.subject(),
            guest.vmid(),
            guest.node(),
            action,
            "asked",
            fields,
            List.of());
    var basis = new TreeMap<Integer, Basis>();
    basis.put(guest.vmid(), GuestBasis.of(guest.vmid(), guest));
    return Planner.assemble(
        List.of(change), chain.steps(), List.of(), inventory.unknown(), basis, List.of(toString()));
  }

  private Action steps(ObservedGuest guest, StepChain chain, List<FieldChange> fields) {
    GuestType type = guest.type();
    int vmid = guest.vmid();
    long memory = guest.maxMemory();
    return switch (this) {
      case Start() -> {
        start(guest, chain);
        fields.add(power("stopped", "running"));
        yield Action.START;
      }
      case Shutdown(int timeout) -> {
        var operation = new Operation.Shutdown(type, vmid, timeout);
        chain.add("shutdown", operation, Effect.LIVE, -memory, Set.of());
        fields.add(power("running", "stopped"));
        yield Action.STOP;
      }
      case Stop() -> {
        chain.add("stop", new Operation.Stop(type, vmid), Effect.LIVE, -memory, Set.of());
        fields.add(power("running", "stopped"));
        yield Action.STOP;
      }
      case Reboot(int timeout) -> {
        chain.add("reboot", new Operation.Reboot(type, vmid, timeout), Effect.RESTART);
        fields.add(new FieldChange("power", "running", "running", Effect.RESTART, "rebooted"));
        yield Action.RESTART;
      }
      case Snapshot(String name, String description) -> {
        chain.add(
            "snapshot", new Operation.TakeSnapshot(type, vmid, name, description), Effect.NONE);
        fields.add(new FieldChange("snapshot", null, name, Effect.NONE, ""));
        yield Action.CHANGE;
      }
      case DeleteSnapshot(String name) -> {
        chain.add(
            "delete-snapshot", new Operation.DeleteSnapshot(type, vmid, name, false), Effect.NONE);
        fields.add(new FieldChange("snapshot", name, null, Effect.NONE, "cannot be undone"));
        yield Action.CHANGE;
      }
      case Rollback(String name) -> {
        Effect effect = guest.running() ? Effect.RESTART : Effect.NONE;
        chain.add(
            "rollback",
            new Operation.Rollback(type, vmid, name),
            effect,
            guest.running() ? -memory : 0,
            Set.of());
        if (guest.running()) {
          start(guest, chain);
        }
        fields.add(
            new FieldChange(
                "state", "now", "snapshot " + name, effect, "what changed since is lost"));
        yield Action.CHANGE;
      }
      case SendSecret(String key, Setting.Secret secret) -> {
        sendSecret(guest, chain, key, secret, fields);
        yield Action.CHANGE;
      }
      case Destroy() -> {
        if (guest.running()) {
          var operation = new Operation.Shutdown(type, vmid, 180);
          chain.add("shutdown", operation, Effect.LIVE, -memory, Set.of());
        }
        chain.add("destroy", new Operation.Destroy(type, vmid), Effect.NONE);
        fields.addAll(Removal.disks(guest));
        yield Action.DESTROY;
      }
      case Migrate(String target) -> {
        boolean restarts = guest.running() && !EffectRules.movesLive(type);
        Effect effect = !guest.running() ? Effect.NONE : restarts ? Effect.RESTART : Effect.LIVE;
        chain.add(
            "migrate",
            new Operation.Migrate(type, vmid, target, guest.running()),
            effect,
            guest.running() ? memory : 0,
            Set.of());
        fields.add(new FieldChange("node", guest.node(), target, effect, ""));
        yield Action.MIGRATE;
      }
    };
  }

  /**
   * A running VM reads it from its cloud-init drive at its next boot; one at rest gets a new one.
   */
  private static void sendSecret(
      ObservedGuest guest,
      StepChain chain,
      String key,
      Setting.Secret secret,
      List<FieldChange> fields) {
    GuestType type = guest.type();
    Effect effect = guest.running() ? Effect.LIVE : Effect.NONE;
    var set = new TreeMap<String, Setting>(Map.of(key, secret));
    chain.add(
        "configure", new Operation.Configure(type, guest.vmid(), set, new TreeSet<>()), effect);
    if (guest.running() && guest.config() != null && CloudInitDrive.present(guest.config())) {
      chain.add("cloud-init", new Operation.RegenerateCloudInit(type, guest.vmid()), Effect.NONE);
    }
    fields.add(
        new FieldChange(
            key,
            null,
            "(secret " + secret.reference() + ")",
            effect,
            "the guest reads it from its cloud-init drive at its next boot"));
  }

  private static void start(ObservedGuest guest, StepChain chain) {
    chain.add(
        "start",
        new Operation.Start(guest.type(), guest.vmid()),
        Effect.NONE,
        guest.maxMemory(),
        Set.of());
  }

  private static FieldChange power(String from, String to) {
    return new FieldChange("power", from, to, Effect.LIVE, "");
  }
}
