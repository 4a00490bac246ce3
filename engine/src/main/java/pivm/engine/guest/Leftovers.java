package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.proxmox.config.GuestConfig;

/**
 * Foretells the {@code unusedN} keys under which Proxmox keeps detached and moved volumes: the
 * lowest free number each (pve-guest-common, src/PVE/AbstractConfig.pm {@code add_unused_volume}).
 * Where the manifest says that such a key must not be set, its volume is deleted in the same run.
 */
final class Leftovers {
  private final DesiredGuest desired;
  private final GuestConfig config;
  private final Set<String> taken = new TreeSet<>();

  Leftovers(DesiredGuest desired, GuestConfig config) {
    this.desired = desired;
    this.config = config;
    config.values().keySet().stream().filter(Leftovers::unused).forEach(taken::add);
  }

  private static boolean unused(String key) {
    return key.startsWith("unused");
  }

  List<Difference> toPurge(List<Difference> differences) {
    List<Difference> purges = new ArrayList<>();
    for (Difference difference : differences) {
      String detached =
          switch (difference) {
            case Difference.Delete(String key, Effect effect, _) ->
                effect == Effect.PENDING ? null : key;
            case Difference.Move(String key, _, _, _, _) -> key;
            case Difference.NeedsStop(String key, _) ->
                desired.restart() == DesiredGuest.Restart.NEVER ? null : key;
            case Difference.Set _,
                Difference.Keep _,
                Difference.Options _,
                Difference.Grow _,
                Difference.Purge _,
                Difference.Waiting _,
                Difference.Impossible _ ->
                null;
          };
      String volume = detached == null ? null : ownVolume(detached);
      if (volume != null) {
        purge(volume, purges);
      }
    }
    return purges;
  }

  private void purge(String volume, List<Difference> purges) {
    int number = 0;
    while (taken.contains("unused" + number)) {
      number++;
    }
    String key = "unused" + number;
    taken.add(key);
    if (desired.settings().get(key) instanceof Setting.Unset) {
      purges.add(
          new Difference.Purge(
              key, List.of(new FieldChange(key, volume, null, Effect.NONE, "deleted for good"))));
    }
  }

  /**
   * The volume that Proxmox would keep; null for CD-ROMs, paths of the node and what is no disk. A
   * disk whose removal is pending is kept before it is moved.
   */
  private @Nullable String ownVolume(String key) {
    String next = config.next(key);
    String text = next == null ? config.value(key) : next;
    if (text == null || unused(key) || !DiskSetting.isDisk(desired.type(), key)) {
      return null;
    }
    try {
      return DiskSetting.parse(desired.type(), key, text)
              instanceof DiskSetting.Attach(String volume, _, _)
          ? volume
          : null;
    } catch (IllegalArgumentException unreadable) {
      return null;
    }
  }
}
