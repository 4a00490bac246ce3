package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;

/** Rail 3: nothing is taken away that nobody agreed to. {@link Rails} asks the open questions. */
final class DestructiveRail implements RailRule {

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    List<DestructiveAction> actions = DestructiveAction.of(step, before);
    if (actions.isEmpty()) {
      return List.of();
    }
    String hindrance = hindrance(step, actions, before);
    if (hindrance != null) {
      return List.of(Verdict.blocked(Rail.DESTRUCTIVE, step.id(), hindrance));
    }
    String consent = standing(step, actions, before);
    String what = words(actions) + " " + before.subject(step) + remarks(step, before);
    return List.of(
        consent == null
            ? Verdict.confirm(Rail.DESTRUCTIVE, step.id(), what)
            : Verdict.allowed(Rail.DESTRUCTIVE, step.id(), what + "; " + consent));
  }

  static String words(List<DestructiveAction> actions) {
    return actions.stream().map(DestructiveAction::words).collect(Collectors.joining(" and "));
  }

  private static @Nullable String hindrance(
      Step step, List<DestructiveAction> actions, Situation before) {
    ProjectedGuest guest = before.guest(step.vmid());
    boolean destroys = step.operation() instanceof Operation.Destroy;
    boolean removes =
        destroys
            || actions.stream().anyMatch(one -> one.kind() == DestructiveAction.Kind.DELETE_VOLUME);
    if (removes && guest != null && guest.protection()) {
      return guest.subject()
          + " is protected (protection: 1); set \"protection\": 0 and apply that first";
    }
    if (destroys) {
      SortedSet<Integer> clones = Dependents.linkedClones(step.vmid(), before.inventory());
      clones.removeIf(vmid -> before.guest(vmid) == null);
      if (!clones.isEmpty()) {
        return before.subject(step)
            + " is the base of the linked clone"
            + (clones.size() == 1 ? " " : "s ")
            + Words.list(clones.stream().map(before.request()::subject).toList())
            + "; destroy those first, or move their disks to full copies";
      }
      if (before.request().policy().requireBackupBeforeDestroy()
          && backupAge(step.vmid(), before.request()) == null) {
        return before.subject(step)
            + " has no backup younger than "
            + Words.age(before.request().policy().recentBackup())
            + ", which rails.requireBackupBeforeDestroy asks for; back it up first";
      }
    }
    return null;
  }

  /** What the manifest agrees to for good; null when it does not. */
  private static @Nullable String standing(
      Step step, List<DestructiveAction> actions, Situation before) {
    if (!step.onGuest()) {
      return step.operation() instanceof Work work
              && actions.stream().allMatch(one -> one.kind().standing())
          ? work.consent()
          : null;
    }
    DesiredGuest entry = before.request().entry(step.vmid());
    Preflight preflight = before.request().preflights().get(step.vmid());
    boolean only = actions.stream().allMatch(one -> one.kind().standing());
    if (!only || preflight == null || !preflight.complete()) {
      return null;
    }
    if (step.operation() instanceof Work work) {
      return work.consent();
    }
    if (entry == null) {
      return null;
    }
    return switch (entry.restart()) {
      case NEVER -> null;
      case ALLOWED -> "its manifest says restart: allowed";
      case WINDOW ->
          before.request().window().open()
              ? "its manifest says restart: window, and the window is open"
              : null;
    };
  }

  /** What a person should know beside the pre-flight. */
  private static String remarks(Step step, Situation before) {
    if (!step.onGuest()) {
      return "";
    }
    List<String> remarks = new ArrayList<>();
    ReviewRequest request = before.request();
    Preflight preflight = request.preflights().get(step.vmid());
    if (preflight == null) {
      remarks.add("no pre-flight was made, so that only a person's confirmation counts");
    } else if (preflight.services() instanceof Preflight.Reading.Unreadable(String reason)
        && !preflight.complete()) {
      remarks.add(reason + ", so that only a person's confirmation counts");
    }
    if (step.operation() instanceof Operation.Destroy) {
      Duration age = backupAge(step.vmid(), request);
      remarks.add(
          age == null
              ? "no backup younger than "
                  + Words.age(request.policy().recentBackup())
                  + " was found"
              : "the last backup is " + Words.age(age) + " old");
    }
    return remarks.isEmpty() ? "" : " (" + String.join("; ", remarks) + ")";
  }

  /** The age of the youngest recent backup; null when there is none. */
  private static @Nullable Duration backupAge(int vmid, ReviewRequest request) {
    Preflight preflight = request.preflights().get(vmid);
    Instant youngest = youngest(vmid, request.inventory());
    if (preflight != null && preflight.backup() instanceof Preflight.Reading.Known(var backups)) {
      for (Preflight.Backup backup : backups) {
        if (youngest == null || backup.taken().isAfter(youngest)) {
          youngest = backup.taken();
        }
      }
    }
    Duration age = youngest == null ? null : Duration.between(youngest, request.now());
    return age == null || age.compareTo(request.policy().recentBackup()) > 0 ? null : age;
  }

  private static @Nullable Instant youngest(int vmid, Inventory inventory) {
    Instant youngest = null;
    for (Storage storage : inventory.storages().values()) {
      for (var held : storage.volumes().values()) {
        for (Storage.Volume volume : held.values()) {
          Integer owner = volume.owner();
          Instant taken = Instant.ofEpochSecond(volume.created());
          if (volume.content().equals("backup")
              && owner != null
              && owner == vmid
              && (youngest == null || taken.isAfter(youngest))) {
            youngest = taken;
          }
        }
      }
    }
    return youngest;
  }
}
