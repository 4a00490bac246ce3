package pivm.engine.guest;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;

/** Plans what is no config key of an existing guest: its node where pinned, its pool, its HA. */
final class Placing {
  private final DesiredGuest desired;
  private final @Nullable ObservedGuest observed;
  private final boolean running;
  private final Inventory inventory;
  private final StepChain chain;
  private final List<FieldChange> fields;
  private final List<Obstacle> obstacles;

  Placing(
      DesiredGuest desired,
      ObservedGuest observed,
      boolean running,
      Inventory inventory,
      StepChain chain,
      List<FieldChange> fields,
      List<Obstacle> obstacles) {
    this.desired = desired;
    this.observed = observed;
    this.running = running;
    this.inventory = inventory;
    this.chain = chain;
    this.fields = fields;
    this.obstacles = obstacles;
  }

  /** For a guest that the plan makes: its pool is set by its creation. */
  Placing(
      DesiredGuest desired,
      StepChain chain,
      Inventory inventory,
      List<FieldChange> fields,
      List<Obstacle> obstacles) {
    this.desired = desired;
    this.observed = null;
    this.running = false;
    this.inventory = inventory;
    this.chain = chain;
    this.fields = fields;
    this.obstacles = obstacles;
  }

  void plan() {
    if (observed != null) {
      node(observed);
      pool(observed);
    }
    if (desired.ha() != null) {
      ha(desired.ha(), observed == null ? null : observed.ha());
    }
  }

  private void node(ObservedGuest observed) {
    String target = PinnedNode.target(desired, observed);
    if (target == null) {
      return;
    }
    boolean restarts = running && !EffectRules.movesLive(desired.type());
    if (PinnedNode.waits(desired, running)) {
      fields.add(
          new FieldChange(
              "node",
              observed.node(),
              target,
              Effect.PENDING,
              "a running container is restarted to move it, and restart is not 'allowed'"));
      return;
    }
    Effect effect = !running ? Effect.NONE : restarts ? Effect.RESTART : Effect.LIVE;
    chain.add(
        "migrate",
        new Operation.Migrate(desired.type(), desired.vmid(), target, running),
        effect,
        running ? observed.maxMemory() : 0,
        Set.of());
    chain.moveTo(target);
    fields.add(new FieldChange("node", observed.node(), target, effect, "node_policy: pin"));
  }

  private void pool(ObservedGuest observed) {
    String wanted = desired.pool();
    String present = observed.pool() == null ? "" : observed.pool();
    if (wanted == null || wanted.equals(present)) {
      return;
    }
    if (!wanted.isEmpty() && !inventory.cluster().pools().contains(wanted)) {
      obstacles.add(
          new Obstacle(
              desired.vmid(),
              desired.subject(),
              desired.subject()
                  + ": there is no pool '"
                  + wanted
                  + "', or it can't be seen; create it with 'pvesh create /pools --poolid "
                  + wanted
                  + "'"));
      return;
    }
    chain.add(
        "pool",
        new Operation.SetPool(
            desired.type(),
            desired.vmid(),
            wanted.isEmpty() ? null : wanted,
            present.isEmpty() ? null : present),
        Effect.NONE);
    fields.add(new FieldChange("pool", emptyToNull(present), emptyToNull(wanted), Effect.NONE, ""));
  }

  private static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private void ha(HighAvailability wanted, @Nullable HaResource present) {
    if (wanted.equals(HighAvailability.NONE)) {
      if (present != null) {
        chain.add("ha", new Operation.RemoveHa(desired.type(), desired.vmid()), Effect.NONE);
        fields.add(new FieldChange("ha.state", present.state(), null, Effect.NONE, ""));
      }
      return;
    }
    int before = fields.size();
    power(present == null ? null : state(present.state()), state(wanted.state()));
    field("ha.failback", present == null ? null : present.failback(), wanted.failback());
    field("ha.max_restart", present == null ? null : present.maxRestart(), wanted.maxRestart());
    field("ha.max_relocate", present == null ? null : present.maxRelocate(), wanted.maxRelocate());
    if (fields.size() > before || present == null) {
      if (fields.size() == before) {
        power(null, "started");
      }
      chain.add(
          "ha",
          new Operation.SetHa(desired.type(), desired.vmid(), wanted, present != null),
          Effect.NONE);
    }
    HaRules.join(desired, inventory, chain, fields, obstacles);
  }

  /** {@code enabled} is an older word for {@code started}. */
  private static @Nullable String state(@Nullable String state) {
    return "enabled".equals(state) ? "started" : state;
  }

  /** What HA is to keep is what it does to the guest. */
  private void power(@Nullable String from, @Nullable String to) {
    if (to == null || to.equals(from)) {
      return;
    }
    boolean stops = running && (to.equals("stopped") || to.equals("disabled"));
    String why =
        stops ? "HA shuts it down" : to.equals("started") && !running ? "HA starts it" : "";
    fields.add(new FieldChange("ha.state", from, to, stops ? Effect.LIVE : Effect.NONE, why));
  }

  private void field(String path, @Nullable Object from, @Nullable Object to) {
    if (to != null && !Objects.equals(from, to)) {
      fields.add(
          new FieldChange(
              path, from == null ? null : from.toString(), to.toString(), Effect.NONE, ""));
    }
  }
}
