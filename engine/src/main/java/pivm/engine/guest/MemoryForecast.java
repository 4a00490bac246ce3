package pivm.engine.guest;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.rails.GuestMemory;
import pivm.proxmox.config.GuestConfig;

/** What a guest's changes do to the memory that it is promised. Amounts are in bytes. */
final class MemoryForecast {
  private final GuestConfig config;

  MemoryForecast(GuestConfig config) {
    this.config = config;
  }

  /** What a running guest gets more (or less) at once. */
  long grantedLive(List<Difference> differences) {
    for (Difference difference : differences) {
      if (difference instanceof Difference.Set(String key, Setting setting, Effect effect, var _)
          && key.equals("memory")
          && effect == Effect.LIVE
          && setting instanceof Setting.Value(String text)) {
        return bytes(text) - bytes(config.value("memory"));
      }
    }
    return 0;
  }

  /** What it has once every change, pending ones included, is in effect. */
  long after(List<Difference> differences) {
    for (Difference difference : differences) {
      if (difference instanceof Difference.Set(String key, Setting setting, Effect _, var _)
          && key.equals("memory")
          && setting instanceof Setting.Value(String text)) {
        return bytes(text);
      }
    }
    return bytes(config.next("memory"));
  }

  private static long bytes(@Nullable String memory) {
    Long bytes = GuestMemory.parse(memory);
    return bytes == null ? 0 : bytes;
  }
}
