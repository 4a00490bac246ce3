package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/**
 * The config keys that a manifest may name.
 *
 * @param newer keys beyond PIVM's own table, from the schema of the node that is connected; their
 *     values are taken as text
 */
public record KnownKeys(Map<GuestType, Set<String>> newer) {
  public KnownKeys {
    newer = Map.copyOf(newer);
  }

  /** Those of PIVM's own table. */
  public static KnownKeys builtIn() {
    return new KnownKeys(Map.of());
  }

  @Nullable GuestKey find(GuestType type, String key) {
    return GuestKeys.of(type).find(key);
  }

  boolean knows(GuestType type, String key) {
    return find(type, key) != null || newer.getOrDefault(type, Set.of()).contains(key);
  }

  List<GuestKey> all(GuestType type) {
    return GuestKeys.of(type).all();
  }

  List<String> newer(GuestType type) {
    return newer.getOrDefault(type, Set.of()).stream().sorted().toList();
  }

  /** Every name, {@code net[n]} for numbered ones. */
  List<String> names(GuestType type) {
    List<String> names = new ArrayList<>();
    all(type).forEach(key -> names.add(key.pattern()));
    names.addAll(newer(type));
    return names;
  }
}
