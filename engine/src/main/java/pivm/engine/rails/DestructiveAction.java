package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.HostOperation;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/**
 * Something that a step takes away.
 *
 * @param words what is done, as it goes before the guest's name: {@code destroy}
 */
record DestructiveAction(Kind kind, String words) {

  /** What kind of thing is done, and whether a manifest may consent to it for good. */
  enum Kind {
    DESTROY(false),
    STOP(false),
    SHUTDOWN(false),
    /** A shutdown that a start follows, or a reboot. */
    RESTART(true),
    ROLLBACK(false),
    /**
     * Back to the snapshot that the same run took right before: it loses what that run did and
     * nothing older, so that a manifest which asks for exactly this has agreed to it.
     */
    UNDO_UPGRADE(true),
    DELETE_SNAPSHOT(false),
    DELETE_VOLUME(false),
    DETACH(false),
    TEMPLATE(false),
    DELETE_IMAGE(true),
    APPLY_NETWORK(false),
    REBOOT_NODE(true);

    private final boolean standing;

    Kind(boolean standing) {
      this.standing = standing;
    }

    /** Whether {@code "restart": "allowed"} answers for it. */
    boolean standing() {
      return standing;
    }
  }

  /** What the step takes away; empty when nothing. */
  static List<DestructiveAction> of(Step step, Situation before) {
    ProjectedGuest guest = before.guest(step.vmid());
    boolean running = guest == null || guest.running();
    return switch (step.operation()) {
      case Operation.Destroy _ -> one(Kind.DESTROY, "destroy with its disks");
      case Operation.Stop _ -> running ? one(Kind.STOP, "cut off") : List.of();
      case Operation.Shutdown _ ->
          !running
              ? List.of()
              : before.startsAgain(step)
                  ? one(Kind.RESTART, "restart")
                  : one(Kind.SHUTDOWN, "shut down");
      case Operation.Reboot _ -> running ? one(Kind.RESTART, "restart") : List.of();
      case Operation.Rollback rollback -> one(Kind.ROLLBACK, "roll back to " + rollback.name());
      case Operation.DeleteSnapshot delete ->
          snapshotIsOurs(delete, before)
              ? List.of()
              : one(Kind.DELETE_SNAPSHOT, "delete the snapshot " + delete.name());
      case Operation.DeleteVolume delete ->
          one(Kind.DELETE_VOLUME, "delete the volume " + delete.key());
      case Operation.ConvertToTemplate _ -> one(Kind.TEMPLATE, "make a template");
      case Operation.Migrate migrate ->
          migrate.type() == GuestType.LXC && migrate.running()
              ? one(Kind.RESTART, "restart on " + migrate.target())
              : List.of();
      case Operation.SetHa ha ->
          running && ha.stops() ? one(Kind.SHUTDOWN, "shut down, by HA") : List.of();
      case Operation.Configure configure -> configure(configure, before);
      case ImageOperation.Delete _ -> one(Kind.DELETE_IMAGE, "delete");
      case ImageOperation.Transfer transfer ->
          transfer.replaces() ? one(Kind.DELETE_IMAGE, "replace") : List.of();
      case NetworkOperation.Apply _ -> one(Kind.APPLY_NETWORK, "take into use the");
      case HostOperation.Reboot reboot ->
          one(Kind.REBOOT_NODE, reboot.always() ? "reboot" : "reboot if required");
      case HostOperation.Drain drain ->
          switch (drain.mode()) {
            case "shutdown" -> one(Kind.REBOOT_NODE, "shut down the guests of");
            case "none" -> List.of();
            default -> one(Kind.REBOOT_NODE, "move the guests away from");
          };
      case PatchOperation.Upgrade upgrade -> undo(upgrade.terms());
      case PatchOperation.RebootIfRequired reboot -> {
        List<DestructiveAction> actions = new ArrayList<>(undo(reboot.terms()));
        actions.addFirst(new DestructiveAction(Kind.RESTART, "restart if required"));
        yield actions;
      }
      default -> List.of();
    };
  }

  private static List<DestructiveAction> undo(PatchOperation.Terms terms) {
    return terms.rollback()
        ? one(Kind.UNDO_UPGRADE, "go back to its snapshot of this run if it fails")
        : List.of();
  }

  private static List<DestructiveAction> one(Kind kind, String words) {
    return List.of(new DestructiveAction(kind, words));
  }

  private static boolean snapshotIsOurs(Operation.DeleteSnapshot delete, Situation before) {
    var guest = before.inventory().guest(delete.vmid());
    if (guest == null || guest.snapshots() == null || !delete.name().equals(SnapshotRail.NAME)) {
      return false;
    }
    return guest.snapshots().stream()
        .filter(one -> one.name().equals(delete.name()))
        .allMatch(SnapshotRail::ours);
  }

  private static List<DestructiveAction> configure(
      Operation.Configure configure, Situation before) {
    var guest = before.inventory().guest(configure.vmid());
    GuestConfig config = guest == null ? null : guest.config();
    List<DestructiveAction> actions = new ArrayList<>();
    for (String key : configure.delete()) {
      if (GuestDisk.isUnused(key)) {
        actions.add(new DestructiveAction(Kind.DELETE_VOLUME, "delete the volume " + key));
      } else if (holdsDisk(configure.type(), key, config)) {
        actions.add(new DestructiveAction(Kind.DETACH, "detach " + key));
      }
    }
    configure
        .set()
        .forEach((key, setting) -> {
          if (setting instanceof Setting.Value(String text)
              && holdsDisk(configure.type(), key, config)
              && otherVolume(config, key, text)) {
            actions.add(new DestructiveAction(Kind.DETACH, "replace the volume of " + key));
          }
        });
    return actions;
  }

  /** Also where the config was not read: then it may hold one. */
  private static boolean holdsDisk(GuestType type, String key, @Nullable GuestConfig config) {
    if (!GuestDisk.isDisk(type, key)) {
      return false;
    }
    return config == null
        || values(config, key).anyMatch(one -> !(one.setting() instanceof DiskSetting.CdRom));
  }

  private static boolean otherVolume(@Nullable GuestConfig config, String key, String text) {
    return config == null
        || values(config, key)
            .filter(one -> !(one.setting() instanceof DiskSetting.CdRom))
            .anyMatch(
                one -> !one.volume().equals(GuestDisk.read(config.type(), key, text).volume()));
  }

  /** What is plugged in, and what waits for the stop, which may come before the step. */
  private static Stream<GuestDisk> values(GuestConfig config, String key) {
    List<String> values = new ArrayList<>();
    String now = config.value(key);
    String next = config.next(key);
    if (now != null) {
      values.add(now);
    }
    if (next != null && !next.equals(now)) {
      values.add(next);
    }
    return values.stream().map(value -> GuestDisk.read(config.type(), key, value));
  }
}
