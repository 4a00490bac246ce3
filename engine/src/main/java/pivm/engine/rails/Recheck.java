package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;
import pivm.proxmox.config.GuestConfig;

/** One step, judged again right before it runs. */
final class Recheck {
  private final ReviewedPlan reviewed;
  private final Step step;
  private final Fresh facts;
  private final Situation situation;
  private final @Nullable ObservedGuest guest;

  Recheck(ReviewedPlan reviewed, Step step, Fresh facts) {
    this.reviewed = reviewed;
    this.step = step;
    this.facts = facts;
    Plan plan = reviewed.plan();
    situation =
        new Situation(
            reviewed
                .request()
                .withPlan(plan)
                .withInventory(facts.inventory(), facts.begun())
                .withWindow(facts.window())
                .withHolds(facts.holds()));
    guest = facts.inventory().guest(step.vmid());
  }

  List<Verdict> verdicts(MemoryLedger ledger) {
    if (!reviewed.mayRun(step.id())
        || reviewed.plan().steps().stream().noneMatch(one -> one.id().equals(step.id()))) {
      return List.of(
          Verdict.blocked(
              Rail.PLAN,
              step.id(),
              step.id() + " was not allowed when the plan was reviewed; it is not run"));
    }
    List<Verdict> said = new ArrayList<>();
    for (RailRule rule : step.onGuest() ? Rails.rules(true) : Rails.workRules()) {
      said.addAll(rule.judge(situation));
      said.addAll(rule.judge(step, situation));
    }
    List<Verdict> worse = new ArrayList<>(Verdicts.worse(reviewed.verdicts(), said));
    worse.removeIf(this::agreedTo);
    unbound(worse);
    snapshots(worse);
    if (worse.isEmpty() && step.onGuest()) {
      memory(ledger, worse);
    }
    return List.copyOf(worse);
  }

  /** A runnable destructive step has been agreed to; what it is bound to is looked at apart. */
  private boolean agreedTo(Verdict verdict) {
    return verdict.rail() == Rail.DESTRUCTIVE
        && verdict.result() == Verdict.Result.CONFIRM
        && reviewed.verdicts().stream()
            .anyMatch(one ->
                one.rail() == Rail.DESTRUCTIVE
                    && step.id().equals(one.step())
                    && one.result() == Verdict.Result.ALLOWED);
  }

  /**
   * What was agreed to is void when its guest has changed. Once this run itself has changed the
   * guest, only what it is can be compared.
   */
  private void unbound(List<Verdict> worse) {
    Binding before = reviewed.bindings().get(step.vmid());
    boolean destructive = !DestructiveAction.of(step, situation).isEmpty();
    if (before == null || guest == null || !destructive) {
      return;
    }
    boolean touched =
        reviewed.plan().steps().stream()
            .anyMatch(one -> one.vmid() == step.vmid() && facts.done().contains(one.id()));
    Binding now = Binding.of(guest, situation.request());
    if (guest.snapshots() == null) {
      now = now.withSnapshots(before.snapshots());
    }
    List<String> changed =
        touched ? before.changedIdentity(now) : before.withoutPorts().changed(now.withoutPorts());
    if (!changed.isEmpty()) {
      worse.add(
          Verdict.blocked(
              Rail.DESTRUCTIVE,
              step.id(),
              "what was agreed to for "
                  + situation.subject(step)
                  + " is void: "
                  + String.join(", ", changed)
                  + "; plan again"));
    }
  }

  private void snapshots(List<Verdict> worse) {
    if (guest == null) {
      return;
    }
    switch (step.operation()) {
      case Operation.TakeSnapshot _ -> {
        SnapshotAbility ability = SnapshotAbility.of(guest, facts.inventory());
        List<String> full = SnapshotAbility.fullStorages(guest, facts.inventory());
        if (!ability.possible() || !full.isEmpty()) {
          blocked(
              worse,
              guest.subject()
                  + " can't be snapshotted any more: "
                  + (ability.possible() ? String.join("; ", full) : ability.reason()));
        }
      }
      case Operation.Backup backup -> room(backup, worse);
      case Operation.Migrate migrate -> {
        if (SnapshotRail.refusesToMove(guest, migrate.running(), facts.inventory())) {
          inTheWay(guest, worse);
        }
        immobile(guest, migrate, worse);
      }
      default -> {
        if (SnapshotRail.refusesSnapshots(step.operation())) {
          inTheWay(guest, worse);
        }
      }
    }
  }

  private void immobile(ObservedGuest of, Operation.Migrate migrate, List<Verdict> worse) {
    GuestConfig config = of.config();
    if (config != null) {
      for (MoveAbility.Hindrance hindrance :
          MoveAbility.hindrances(
              of, config, migrate.running(), migrate.target(), facts.inventory())) {
        worse.add(
            Verdict.blocked(
                Rail.EXISTENCE,
                step.id(),
                of.subject()
                    + " can't be moved to "
                    + migrate.target()
                    + " any more: "
                    + hindrance.sentence()));
      }
    }
  }

  private void inTheWay(ObservedGuest of, List<Verdict> worse) {
    List<Snapshot> snapshots = of.snapshots();
    if (snapshots != null && !snapshots.isEmpty()) {
      blocked(
          worse,
          of.subject()
              + " has the snapshot "
              + Words.list(snapshots.stream().map(Snapshot::name).toList())
              + " by now, with which Proxmox refuses it; remove it, then run again");
    }
  }

  private void room(Operation.Backup backup, List<Verdict> worse) {
    Storage storage = facts.inventory().storage(backup.storage());
    Storage.Use use = storage == null || guest == null ? null : storage.use().get(guest.node());
    Long available = use == null ? null : use.available();
    long needed =
        guest == null || guest.config() == null
            ? 0
            : GuestDisk.of(guest.config()).stream()
                .filter(GuestDisk::inBackup)
                .mapToLong(disk -> {
                  Long size = disk.size();
                  return size == null ? 0 : size;
                })
                .sum();
    if (available == null || available < needed) {
      blocked(
          worse,
          backup.storage()
              + " has no room for the backup any more: "
              + Words.size(needed)
              + " may be needed, "
              + (available == null
                  ? "nothing is known to be free"
                  : Words.size(available) + " free"));
    }
  }

  /** Reserves under the ledger, which knows what other steps in flight were given. */
  private void memory(MemoryLedger ledger, List<Verdict> worse) {
    MemoryEffect effect = MemoryEffect.of(step, situation);
    Long bytes = effect.bytes();
    if (bytes != null && bytes <= 0) {
      return;
    }
    NodeMemory reading = NodeMemory.of(facts.inventory(), effect.node());
    if (bytes == null) {
      worse.add(
          Verdict.blocked(
              Rail.RAM,
              step.id(),
              "the memory that " + situation.subject(step) + " would take is unknown"));
      return;
    }
    String refusal =
        ledger.reserve(
            new MemoryLedger.Claim(
                step.id(), step.vmid(), effect.node(), bytes, Math.max(1, effect.whole())),
            reading,
            facts.begun(),
            reviewed.request().policy());
    if (refusal != null) {
      worse.add(Verdict.blocked(Rail.RAM, step.id(), refusal));
    }
  }

  private void blocked(List<Verdict> worse, String message) {
    worse.add(Verdict.blocked(Rail.SNAPSHOT, step.id(), message));
  }
}
