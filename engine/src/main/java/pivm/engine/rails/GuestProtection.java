package pivm.engine.rails;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Basis;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** Decides how one guest is protected before a plan changes it, and makes the steps for it. */
final class GuestProtection {

  /**
   * A step to insert.
   *
   * @param before the id of the step that it goes in front of
   * @param serves the ids of the steps that it is there for
   */
  record Insertion(Step step, String before, SortedSet<String> serves) {
    Insertion {
      serves = Collections.unmodifiableSortedSet(new TreeSet<>(serves));
    }
  }

  private final int vmid;
  private final ReviewRequest request;
  private final List<Step> steps;
  private final List<Step> changes;
  private final @Nullable ObservedGuest guest;
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<Insertion> insertions = new ArrayList<>();
  private final List<Step> rewired = new ArrayList<>();

  GuestProtection(int vmid, ReviewRequest request) {
    this.vmid = vmid;
    this.request = request;
    steps = request.plan().steps().stream().filter(step -> step.vmid() == vmid).toList();
    changes = steps.stream().filter(step -> SnapshotRail.changes(step.operation())).toList();
    guest = request.inventory().guest(vmid);
  }

  List<Verdict> verdicts() {
    return List.copyOf(verdicts);
  }

  /** In order: a later one for the same place goes behind an earlier one. */
  List<Insertion> insertions() {
    return List.copyOf(insertions);
  }

  List<Step> rewired() {
    return List.copyOf(rewired);
  }

  void decide() {
    boolean made =
        steps.stream()
            .anyMatch(step ->
                step.operation() instanceof Operation.Create
                    || step.operation() instanceof Operation.Clone);
    if (guest == null || made) {
      return;
    }
    List<Step> moves =
        steps.stream().filter(step -> step.operation() instanceof Operation.Migrate).toList();
    if (changes.isEmpty() && moves.isEmpty()) {
      return;
    }
    List<Snapshot> snapshots = guest.snapshots();
    if (snapshots == null) {
      unread(guest, moves);
    } else {
      decide(guest, snapshots);
    }
  }

  private void unread(ObservedGuest of, List<Step> moves) {
    changes.forEach(step ->
        blocked(
            step,
            "the snapshots of "
                + of.subject()
                + " could not be read, so that it can't be protected; that takes VM.Audit on /vms/"
                + vmid));
    for (Step move : moves) {
      if (SnapshotRail.refusesToMove(of, running(move), request.inventory())) {
        blocked(
            move,
            "the snapshots of "
                + of.subject()
                + " could not be read, and one would keep it from being moved");
      }
    }
  }

  private void decide(ObservedGuest of, List<Snapshot> snapshots) {
    boolean old = snapshots.stream().anyMatch(one -> one.name().equals(SnapshotRail.NAME));
    List<String> others =
        snapshots.stream().filter(one -> !SnapshotRail.ours(one)).map(Snapshot::name).toList();
    boolean strict =
        changes.stream().anyMatch(step -> SnapshotRail.refusesSnapshots(step.operation()));
    boolean takes = false;
    boolean there = old;
    Step first = changes.isEmpty() ? null : changes.getFirst();
    for (Step step : steps) {
      if (step.operation() instanceof Operation.Migrate) {
        there = beforeMove(of, step, there, others) && there;
      }
      if (first != null && step.id().equals(first.id())) {
        takes = strict ? withoutSnapshots(of, there, others) : protect(of, there, snapshots);
        there = takes || (there && !strict);
      }
    }
  }

  /**
   * Makes room for a migration.
   *
   * @return whether PIVM's snapshot is still there afterwards
   */
  private boolean beforeMove(ObservedGuest of, Step move, boolean there, List<String> others) {
    if (!SnapshotRail.refusesToMove(of, running(move), request.inventory())) {
      return true;
    }
    if (!others.isEmpty()) {
      blocked(
          move,
          of.subject()
              + " cannot be moved: its snapshot "
              + Words.list(others)
              + " lies on local storage, which Proxmox does not move with it; remove it first");
      return true;
    }
    if (!there) {
      return true;
    }
    Step remove = remove(move, "snapshot-remove-before-move");
    insert(remove, move, setOf(move));
    rewire(move, remove);
    verdicts.add(
        Verdict.allowed(
            Rail.SNAPSHOT,
            move.id(),
            vmid
                + " "
                + SnapshotRail.NAME
                + " is removed before the move, since its storage can't move it"));
    return false;
  }

  private static boolean running(Step move) {
    return move.operation() instanceof Operation.Migrate migrate && migrate.running();
  }

  /** Takes the snapshot if it can be, else sees to a backup. Returns whether one is taken. */
  private boolean protect(ObservedGuest of, boolean there, List<Snapshot> snapshots) {
    SnapshotAbility ability = SnapshotAbility.of(of, request.inventory());
    List<String> full = SnapshotAbility.fullStorages(of, request.inventory());
    if (!ability.possible() || !full.isEmpty()) {
      String reason = ability.possible() ? String.join("; ", full) : ability.reason();
      backUp(of, "no snapshot is possible (" + reason + ")");
      return false;
    }
    Step first = changes.getFirst();
    Step before = first;
    if (there) {
      boolean broken =
          snapshots.stream()
              .anyMatch(one -> one.name().equals(SnapshotRail.NAME) && one.state() != null);
      before = remove(first, "snapshot-remove", broken);
      insert(before, first, serves());
    }
    Operation take = new Operation.TakeSnapshot(of.type(), vmid, SnapshotRail.NAME, description());
    Step snapshot = inserted("snapshot", take, first, there ? one(before.id()) : first.after());
    insert(snapshot, first, serves());
    changes.forEach(step -> rewire(step, snapshot));
    verdicts.add(
        Verdict.allowed(
            Rail.SNAPSHOT,
            first.id(),
            vmid
                + " "
                + SnapshotRail.NAME
                + " before the change"
                + (there ? ", in place of the older one" : "")
                + " ("
                + consistency(of)
                + ")"));
    return true;
  }

  /** Protects a change that Proxmox refuses on a guest with snapshots. */
  private boolean withoutSnapshots(ObservedGuest of, boolean there, List<String> others) {
    List<Step> strict =
        changes.stream().filter(step -> SnapshotRail.refusesSnapshots(step.operation())).toList();
    if (!others.isEmpty()) {
      strict.forEach(step ->
          blocked(
              step,
              "Proxmox refuses it while "
                  + of.subject()
                  + " has the snapshot "
                  + Words.list(others)
                  + ", which PIVM did not make; remove it first"));
      return false;
    }
    backUp(of, "Proxmox refuses this change on a guest with snapshots");
    if (there) {
      Step before = strict.getFirst();
      Step current = current(before);
      Step remove = remove(current, "snapshot-remove");
      insert(remove, before, setOf(before));
      strict.forEach(step -> rewire(current(step), remove));
    }
    return false;
  }

  private void backUp(ObservedGuest of, String why) {
    var touched = new TreeSet<String>();
    changes.forEach(step -> touched.addAll(SnapshotRail.touched(step.operation(), of.config())));
    Step first = changes.getFirst();
    switch (FallbackBackup.choose(of, touched, meaning(), request)) {
      case FallbackBackup.Recent recent ->
          allowed(
              first,
              why
                  + "; the backup "
                  + recent.volume()
                  + ", "
                  + Words.age(recent.age())
                  + " old, protects "
                  + vmid
                  + ", since nothing has changed");
      case FallbackBackup.Make make -> {
        Step backup = inserted("backup", make.operation(), first, first.after());
        insert(backup, first, serves());
        changes.forEach(step -> rewire(step, backup));
        allowed(
            first,
            why
                + "; "
                + vmid
                + " is backed up to "
                + make.operation().storage()
                + " before ("
                + make.operation().mode()
                + " mode: "
                + make.disturbance()
                + "; at most "
                + Words.size(make.bytes())
                + " of "
                + Words.size(make.available())
                + " free)");
      }
      case FallbackBackup.None none -> unprotected(why, none.reason());
    }
  }

  private void unprotected(String why, String reason) {
    DesiredGuest entry = request.entry(vmid);
    boolean accepted =
        changes.stream()
            .allMatch(step ->
                step.operation() instanceof PatchOperation.Upgrade upgrade
                    && upgrade.terms().unprotected());
    if (accepted || (entry != null && entry.unsnapshottableAccepted())) {
      allowed(
          changes.getFirst(),
          vmid
              + " is changed without protection, as its manifest accepts (snapshot: "
              + "unavailable-accepted): "
              + why
              + ", and "
              + reason);
      return;
    }
    changes.forEach(step ->
        blocked(
            step,
            vmid
                + " can't be protected: "
                + why
                + ", and "
                + reason
                + "; add a storage for backups, or accept it with \"snapshot\": "
                + "\"unavailable-accepted\" in its entry"));
  }

  private static String consistency(ObservedGuest of) {
    if (!of.running()) {
      return "it does not run";
    }
    if (of.type() == GuestType.LXC) {
      return "file-system consistent: it is frozen for a moment";
    }
    GuestKey key = GuestKeys.of(GuestType.QEMU).find("agent");
    String text = of.config() == null ? null : of.config().value("agent");
    PropertyString agent =
        key == null || text == null ? null : PropertyString.parseLeniently(key, text);
    boolean enabled = agent != null && agent.isOn("enabled");
    boolean freezes = agent == null || !"0".equals(agent.get("freeze-fs-on-backup"));
    return enabled && freezes
        ? "file-system consistent if the guest agent answers, else crash consistent"
        : "crash consistent: no guest agent freezes its file systems";
  }

  private String description() {
    return SnapshotRail.MARK
        + "before the changes of plan "
        + request.plan().id()
        + " ("
        + request.actor().label()
        + ")";
  }

  private String meaning() {
    Basis basis = request.plan().basis().get(vmid);
    return basis == null ? "" : basis.meaning();
  }

  private Step remove(Step before, String name) {
    return remove(before, name, false);
  }

  private Step remove(Step before, String name, boolean force) {
    GuestType type = Objects.requireNonNull(guest, "what is not there has no snapshots").type();
    Operation delete = new Operation.DeleteSnapshot(type, vmid, SnapshotRail.NAME, force);
    return inserted(name, delete, before, before.after());
  }

  private Step inserted(String name, Operation operation, Step before, SortedSet<String> after) {
    return new Step(
        vmid + "/" + name, after, operation, before.node(), Effect.NONE, 0, new TreeSet<>());
  }

  private void insert(Step step, Step before, SortedSet<String> serves) {
    insertions.add(new Insertion(step, before.id(), serves));
  }

  /** Lets a step wait for an inserted one too. */
  private void rewire(Step step, Step inserted) {
    Step now = current(step);
    var after = new TreeSet<>(now.after());
    after.add(inserted.id());
    rewired.removeIf(one -> one.id().equals(step.id()));
    rewired.add(now.withAfter(after));
  }

  private Step current(Step step) {
    return rewired.stream().filter(one -> one.id().equals(step.id())).findFirst().orElse(step);
  }

  private SortedSet<String> serves() {
    var ids = new TreeSet<String>();
    changes.forEach(step -> ids.add(step.id()));
    return ids;
  }

  private static SortedSet<String> setOf(Step step) {
    return one(step.id());
  }

  private static SortedSet<String> one(String id) {
    var set = new TreeSet<String>();
    set.add(id);
    return set;
  }

  private void allowed(Step step, String message) {
    verdicts.add(Verdict.allowed(Rail.SNAPSHOT, step.id(), message));
  }

  private void blocked(Step step, String message) {
    verdicts.add(Verdict.blocked(Rail.SNAPSHOT, step.id(), message));
  }
}
