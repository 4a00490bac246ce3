package pivm.engine.execution;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Basis;
import pivm.engine.plan.Operation;
import pivm.proxmox.config.GuestConfig;

/**
 * What each guest must still be for a step to be sent: what the plan rested on, plus what this run
 * did itself. Anything else is somebody else's edit, and is not overwritten.
 */
final class BasisTracker {

  /** What a guest is expected to be. */
  private sealed interface Expected {
    /** As the plan saw it. */
    record Planned(Basis basis) implements Expected {}

    /**
     * As it was read before a step of this run, changed only by this run's steps since.
     *
     * @param config null for a guest that this run made and has not read yet
     * @param power null when it can be any
     * @param since the operations since that reading
     */
    record Followed(
        @Nullable GuestConfig config, @Nullable PowerState power, List<Operation.Call> since)
        implements Expected {}

    /** Destroyed by this run. */
    record Gone() implements Expected {}
  }

  private final Map<Integer, Expected> expected = new ConcurrentHashMap<>();

  BasisTracker(SortedMap<Integer, Basis> basis) {
    basis.forEach((vmid, planned) -> expected.put(vmid, new Expected.Planned(planned)));
  }

  /**
   * Whether the guest is still what the step rests on.
   *
   * @param guest null when there is none
   * @return what differs; null when nothing does
   */
  @Nullable String difference(Operation.Call operation, @Nullable ObservedGuest guest) {
    if (guest != null && guest.type() != operation.type()) {
      return "VMID " + guest.vmid() + " is a guest of the other type now, " + guest.subject();
    }
    return switch (expected.get(operation.vmid())) {
      case null -> null;
      case Expected.Planned(Basis basis) -> planned(basis, guest);
      case Expected.Gone _ -> guest == null ? null : "it was destroyed, and is there again";
      case Expected.Followed followed -> guest == null ? "it is gone" : followed(followed, guest);
    };
  }

  private static @Nullable String planned(Basis basis, @Nullable ObservedGuest guest) {
    boolean wasAbsent = basis.meaning().equals(Basis.ABSENT);
    if (guest == null) {
      return wasAbsent ? null : "it is gone";
    }
    if (wasAbsent) {
      return "the VMID is taken by " + guest.subject() + " on " + guest.node();
    }
    GuestConfig config = guest.config();
    if (config != null && !Fingerprint.of(config).equals(basis.meaning())) {
      return "its configuration was changed";
    }
    return power(parse(basis.power()), guest);
  }

  private static @Nullable PowerState parse(String word) {
    for (PowerState state : PowerState.values()) {
      if (state.name().equalsIgnoreCase(word)) {
        return state == PowerState.UNKNOWN ? null : state;
      }
    }
    return null;
  }

  private static @Nullable String power(@Nullable PowerState before, ObservedGuest guest) {
    return before == null || before == guest.power()
        ? null
        : "it was " + word(before) + " and is " + word(guest.power()) + " now";
  }

  private static String word(PowerState state) {
    return state.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static @Nullable String followed(Expected.Followed followed, ObservedGuest guest) {
    String power = power(followed.power(), guest);
    GuestConfig now = guest.config();
    if (power != null || followed.config() == null || now == null) {
      return power;
    }
    SortedMap<String, String> before = ConfigView.next(followed.config());
    SortedMap<String, String> after = ConfigView.next(now);
    var keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    for (String key : keys) {
      String was = before.get(key);
      String is = after.get(key);
      if (!java.util.Objects.equals(was, is) && !ours(followed.since(), key, is)) {
        return "somebody changed " + key;
      }
    }
    return null;
  }

  private static boolean ours(List<Operation.Call> since, String key, @Nullable String value) {
    return since.stream().anyMatch(operation -> explains(operation, key, value));
  }

  /** Whether an operation can have brought a key to a value. */
  private static boolean explains(Operation.Call operation, String key, @Nullable String value) {
    return switch (operation) {
      case Operation.Create _, Operation.Clone _, Operation.Rollback _ -> true;
      case Operation.Configure configure -> explains(configure, key, value);
      case Operation.Resize resize -> key.equals(resize.disk());
      case Operation.SetDiskOptions options -> key.equals(options.disk());
      case Operation.MoveDisk move -> key.equals(move.disk()) || unused(key);
      case Operation.DeleteVolume delete -> key.equals(delete.key()) && value == null;
      case Operation.Migrate _ -> disk(key);
      case Operation.ConvertToTemplate _ -> key.equals("template") || disk(key);
      case Operation.RegenerateCloudInit _ -> disk(key);
      case Operation.Start _, Operation.Reboot _ ->
          key.equals("vmgenid") || key.equals("vmstate") || key.equals("ostype") || unused(key);
      // A disk whose removal was pending is gone when the guest has stopped.
      case Operation.Shutdown _, Operation.Stop _ -> unused(key);
      case Operation.TakeSnapshot _,
          Operation.DeleteSnapshot _,
          Operation.Backup _,
          Operation.Destroy _,
          Operation.SetPool _,
          Operation.SetHa _,
          Operation.RemoveHa _,
          Operation.JoinHaRule _ ->
          false;
    };
  }

  /** Proxmox takes a removed disk out of the boot order, and keeps its volume as unused. */
  private static boolean explains(
      Operation.Configure configure, String key, @Nullable String value) {
    Setting sent = configure.set().get(key);
    if (sent != null) {
      return Values.fits(key, sent, value);
    }
    if (configure.revert().contains(key)) {
      return true;
    }
    return configure.delete().contains(key) ? value == null : unused(key) || key.equals("boot");
  }

  private static boolean unused(String key) {
    return key.startsWith("unused");
  }

  private static boolean disk(String key) {
    return unused(key)
        || key.equals("rootfs")
        || key.matches("(mp|scsi|virtio|sata|ide|efidisk|tpmstate)\\d+");
  }

  /**
   * A step was sent that rested on this reading.
   *
   * @param before the guest right before; null when there was none
   * @param done whether it has taken effect; when not, it may have done so in part
   */
  void sent(Operation.Call operation, @Nullable ObservedGuest before, boolean done) {
    int vmid = operation.vmid();
    if (operation instanceof Operation.Destroy && done) {
      expected.put(vmid, new Expected.Gone());
      return;
    }
    if (before == null && !done) {
      return;
    }
    expected.put(
        vmid,
        new Expected.Followed(
            before == null ? null : before.config(),
            done ? powerAfter(operation, before) : null,
            List.of(operation)));
  }

  private static @Nullable PowerState powerAfter(
      Operation.Call operation, @Nullable ObservedGuest before) {
    return switch (operation) {
      case Operation.Start _, Operation.Reboot _ -> PowerState.RUNNING;
      case Operation.Stop _, Operation.Shutdown _, Operation.ConvertToTemplate _ ->
          PowerState.STOPPED;
      case Operation.Create _, Operation.Clone _, Operation.Rollback _, Operation.SetHa _ -> null;
      default -> before == null ? null : before.power();
    };
  }
}
