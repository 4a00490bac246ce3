package pivm.engine.execution;

import java.util.List;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;

/**
 * The types and ids of the tasks that operations start. From {@code fork_worker} in qemu-server
 * {@code src/PVE/API2/Qemu.pm}, pve-container {@code src/PVE/API2/LXC*.pm}, pve-manager {@code
 * PVE/API2/VZDump.pm}.
 */
final class TaskTypes {

  private TaskTypes() {}

  /** The types that an operation's task may have; none when its call starts no task. */
  static List<String> of(Operation.Call operation) {
    boolean vm = operation.type() == GuestType.QEMU;
    return switch (operation) {
      case Operation.Create _ -> List.of(vm ? "qmcreate" : "vzcreate");
      case Operation.Clone _ -> List.of(vm ? "qmclone" : "vzclone");
      case Operation.Configure _, Operation.SetDiskOptions _ ->
          vm ? List.of("qmconfig") : List.of();
      case Operation.Resize _ -> List.of("resize");
      case Operation.MoveDisk _ -> List.of(vm ? "qmmove" : "move_volume");
      case Operation.TakeSnapshot _ -> List.of(vm ? "qmsnapshot" : "vzsnapshot");
      case Operation.DeleteSnapshot _ -> List.of(vm ? "qmdelsnapshot" : "vzdelsnapshot");
      case Operation.Rollback _ -> List.of(vm ? "qmrollback" : "vzrollback");
      case Operation.Backup _ -> List.of("vzdump");
      case Operation.Start _ -> List.of(vm ? "qmstart" : "vzstart", "hastart");
      case Operation.Shutdown _ -> List.of(vm ? "qmshutdown" : "vzshutdown", "hastop");
      case Operation.Stop _ -> List.of(vm ? "qmstop" : "vzstop", "hastop");
      case Operation.Reboot _ -> List.of(vm ? "qmreboot" : "vzreboot");
      case Operation.Migrate _ -> List.of(migration(operation.type()), "hamigrate");
      case Operation.ConvertToTemplate _ -> List.of(vm ? "qmtemplate" : "vztemplate");
      case Operation.Destroy _ -> List.of(vm ? "qmdestroy" : "vzdestroy");
      case Operation.DeleteVolume _,
          Operation.SetPool _,
          Operation.SetHa _,
          Operation.RemoveHa _,
          Operation.JoinHaRule _,
          Operation.RegenerateCloudInit _ ->
          List.of();
    };
  }

  /**
   * Whether the call starts a task and does not say which (pve-container, src/PVE/API2/LXC.pm
   * {@code template}): what it does goes on after its answer.
   */
  static boolean unnamed(Operation.Call operation) {
    return operation instanceof Operation.ConvertToTemplate && operation.type() == GuestType.LXC;
  }

  /** The type of the task that moves a guest, whoever asked for it. */
  static String migration(GuestType type) {
    return type == GuestType.QEMU ? "qmigrate" : "vzmigrate";
  }

  /** The id that the task carries: a clone's task is named after its source. */
  static String id(Operation.Call operation) {
    return Integer.toString(
        operation instanceof Operation.Clone clone ? clone.source() : operation.vmid());
  }

  /** Whether the task only asks HA to act. */
  static boolean onlyAsksHa(String type) {
    return type.equals("hastart") || type.equals("hastop") || type.equals("hamigrate");
  }

  /** Whether sending it twice leaves the same as sending it once, whatever happened between. */
  static boolean repeatable(Operation.Call operation) {
    return switch (operation) {
      case Operation.SetPool _,
          Operation.SetHa _,
          Operation.RemoveHa _,
          Operation.JoinHaRule _,
          Operation.RegenerateCloudInit _ ->
          true;
      default -> false;
    };
  }
}
