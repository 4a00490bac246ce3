package pivm.engine.execution;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Snapshot;
import pivm.engine.plan.Operation;
import pivm.proxmox.config.GuestConfig;

/** Judges from the guest itself whether an operation has taken effect. Pure. */
final class Postcondition {

  private static final Pattern SIZE = Pattern.compile("(?:^|,)size=([0-9.]+)([KMGT]?)(?:,|$)");

  private Postcondition() {}

  /** What the guest shows. */
  enum Judgement {
    DONE,
    NOT_DONE,
    /** It could be either. */
    UNCLEAR
  }

  /**
   * Judges.
   *
   * @param digestBefore of the config right before it was sent; null when there was none
   * @param sinceSent time since it was sent
   * @param now the guest, with its snapshots where the operation is about one; null when there is
   *     none
   */
  static Judgement judge(
      Operation.Call operation,
      @Nullable String digestBefore,
      Duration sinceSent,
      @Nullable ObservedGuest now) {
    if (now == null) {
      return switch (operation) {
        case Operation.Destroy _ -> Judgement.DONE;
        case Operation.Create _, Operation.Clone _ -> Judgement.NOT_DONE;
        default -> Judgement.UNCLEAR;
      };
    }
    return switch (operation) {
      case Operation.Create create -> made(now, create, name(create));
      case Operation.Clone clone -> made(now, clone, clone.name());
      case Operation.Destroy _ -> sameOrUnclear(digestBefore, now);
      case Operation.Configure configure -> configured(configure, digestBefore, now);
      case Operation.DeleteVolume delete -> truth(value(now, delete.key()) == null);
      case Operation.SetDiskOptions options -> optionsSet(options, digestBefore, now);
      case Operation.Resize resize -> resized(resize, now);
      case Operation.MoveDisk move -> moved(move, now);
      case Operation.TakeSnapshot take -> taken(take, now.snapshots());
      case Operation.DeleteSnapshot delete -> deleted(delete.name(), now.snapshots());
      case Operation.Start _ -> truth(now.running());
      case Operation.Stop _, Operation.Shutdown _ -> truth(now.power() == PowerState.STOPPED);
      case Operation.Reboot _ ->
          now.running() && now.uptime() > 0 && now.uptime() < sinceSent.toSeconds()
              ? Judgement.DONE
              : Judgement.UNCLEAR;
      case Operation.Migrate migrate -> truth(now.node().equals(migrate.target()));
      case Operation.ConvertToTemplate _ -> truth(now.template());
      case Operation.SetPool pool -> truth(java.util.Objects.equals(now.pool(), pool.pool()));
      case Operation.RemoveHa _ -> truth(now.ha() == null);
      case Operation.Rollback _,
          Operation.Backup _,
          Operation.SetHa _,
          Operation.JoinHaRule _,
          Operation.RegenerateCloudInit _ ->
          Judgement.UNCLEAR;
    };
  }

  /** Whether the guest is as wanted without the operation, so that it need not be sent. */
  static boolean holdsAlready(Operation.Call operation, @Nullable ObservedGuest now) {
    return switch (operation) {
      case Operation.Destroy _ -> now == null;
      case Operation.Start _,
          Operation.Stop _,
          Operation.Shutdown _,
          Operation.Migrate _,
          Operation.ConvertToTemplate _ ->
          now != null
              && now.type() == operation.type()
              && judge(operation, null, Duration.ZERO, now) == Judgement.DONE;
      default -> false;
    };
  }

  private static String name(Operation.Create create) {
    String key = create.type() == pivm.proxmox.GuestType.QEMU ? "name" : "hostname";
    return create.parameters().get(key) instanceof pivm.engine.manifest.Setting.Value(String name)
        ? name
        : "";
  }

  private static Judgement made(ObservedGuest now, Operation.Call operation, String name) {
    if (now.type() != operation.type() || (!name.isEmpty() && !now.name().equals(name))) {
      return Judgement.NOT_DONE;
    }
    return now.lock() == null ? Judgement.DONE : Judgement.UNCLEAR;
  }

  private static Judgement sameOrUnclear(@Nullable String digestBefore, ObservedGuest now) {
    GuestConfig config = now.config();
    return digestBefore != null && config != null && digestBefore.equals(config.digest())
        ? Judgement.NOT_DONE
        : Judgement.UNCLEAR;
  }

  private static Judgement configured(
      Operation.Configure configure, @Nullable String digestBefore, ObservedGuest now) {
    if (sameOrUnclear(digestBefore, now) == Judgement.NOT_DONE) {
      return Judgement.NOT_DONE;
    }
    boolean set =
        configure.set().entrySet().stream()
            .allMatch(entry -> Values.fits(entry.getKey(), entry.getValue(), next(now, entry)));
    boolean deleted = configure.delete().stream().allMatch(key -> value(now, key) == null);
    GuestConfig config = now.config();
    boolean reverted =
        config == null
            ? configure.revert().isEmpty()
            : configure.revert().stream().noneMatch(key -> config.pending().containsKey(key));
    return set && deleted && reverted ? Judgement.DONE : Judgement.UNCLEAR;
  }

  private static Judgement optionsSet(
      Operation.SetDiskOptions options, @Nullable String digestBefore, ObservedGuest now) {
    if (sameOrUnclear(digestBefore, now) == Judgement.NOT_DONE) {
      return Judgement.NOT_DONE;
    }
    GuestConfig config = now.config();
    Operation.Configure whole = config == null ? null : options.on(config);
    return whole == null ? Judgement.UNCLEAR : configured(whole, digestBefore, now);
  }

  private static @Nullable String next(ObservedGuest now, java.util.Map.Entry<String, ?> entry) {
    return value(now, entry.getKey());
  }

  private static Judgement resized(Operation.Resize resize, ObservedGuest now) {
    String disk = value(now, resize.disk());
    Matcher size = SIZE.matcher(disk == null ? "" : disk);
    return size.find()
        ? truth(bytes(size.group(1), size.group(2)) >= resize.bytes())
        : Judgement.UNCLEAR;
  }

  private static long bytes(String number, String unit) {
    int power = unit.isEmpty() ? 0 : " KMGT".indexOf(unit);
    return (long) (Double.parseDouble(number) * Math.pow(1024, power));
  }

  private static Judgement moved(Operation.MoveDisk move, ObservedGuest now) {
    String disk = value(now, move.disk());
    return disk == null ? Judgement.UNCLEAR : truth(disk.startsWith(move.storage() + ":"));
  }

  private static Judgement taken(Operation.TakeSnapshot take, @Nullable List<Snapshot> all) {
    Snapshot found = snapshot(take.name(), all);
    if (all == null || (found != null && found.state() != null)) {
      return Judgement.UNCLEAR;
    }
    if (found == null) {
      return Judgement.NOT_DONE;
    }
    return found.description().strip().equals(take.description().strip())
        ? Judgement.DONE
        : Judgement.UNCLEAR;
  }

  private static Judgement deleted(String name, @Nullable List<Snapshot> all) {
    Snapshot found = snapshot(name, all);
    if (all == null || (found != null && found.state() != null)) {
      return Judgement.UNCLEAR;
    }
    return truth(found == null);
  }

  private static @Nullable Snapshot snapshot(String name, @Nullable List<Snapshot> all) {
    return all == null
        ? null
        : all.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
  }

  private static @Nullable String value(ObservedGuest guest, String key) {
    GuestConfig config = guest.config();
    return config == null ? null : ConfigView.next(config).get(key);
  }

  private static Judgement truth(boolean done) {
    return done ? Judgement.DONE : Judgement.NOT_DONE;
  }
}
