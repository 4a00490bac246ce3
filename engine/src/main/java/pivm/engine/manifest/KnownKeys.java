package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/**
 * The config keys that a manifest may name: those of PIVM's own table, and newer ones from the
 * schema of the node that is connected, whose values are taken as text. The newer ones are asked
 * for once, and only when a key comes up that the table lacks. For one thread.
 */
public final class KnownKeys {
  private final Supplier<Map<GuestType, Set<String>>> source;
  private @Nullable Map<GuestType, Set<String>> newer;

  private KnownKeys(Supplier<Map<GuestType, Set<String>>> source) {
    this.source = source;
  }

  /**
   * @param newer keys beyond the table; {@code net[n]} stands for all numbers
   */
  public KnownKeys(Map<GuestType, Set<String>> newer) {
    this(() -> newer);
  }

  /** Those of PIVM's own table. */
  public static KnownKeys builtIn() {
    return new KnownKeys(Map.of());
  }

  /**
   * The table first, then what a source says; it is asked once at most.
   *
   * @param source keys beyond the table; {@code net[n]} stands for all numbers
   */
  public static KnownKeys asking(Supplier<Map<GuestType, Set<String>>> source) {
    return new KnownKeys(source);
  }

  @Nullable GuestKey find(GuestType type, String key) {
    return GuestKeys.of(type).find(key);
  }

  boolean knows(GuestType type, String key) {
    return find(type, key) != null || isNewer(type, key);
  }

  private boolean isNewer(GuestType type, String key) {
    Set<String> names = newer().getOrDefault(type, Set.of());
    return names.contains(key) || names.contains(key.replaceFirst("[0-9]+$", "[n]"));
  }

  private Map<GuestType, Set<String>> newer() {
    Map<GuestType, Set<String>> asked = newer;
    if (asked == null) {
      asked = Map.copyOf(source.get());
      newer = asked;
    }
    return asked;
  }

  List<GuestKey> all(GuestType type) {
    return GuestKeys.of(type).all();
  }

  List<String> newer(GuestType type) {
    return newer().getOrDefault(type, Set.of()).stream().sorted().toList();
  }

  /** Every name, {@code net[n]} for numbered ones. */
  List<String> names(GuestType type) {
    List<String> names = new ArrayList<>();
    all(type).forEach(key -> names.add(key.pattern()));
    names.addAll(newer(type));
    return names;
  }
}
