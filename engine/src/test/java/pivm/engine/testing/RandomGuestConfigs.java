package pivm.engine.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.ValueCheck;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/**
 * Makes guest configs of every shape that Proxmox's schema allows, as the API shows them. The same
 * seed makes the same configs; tests name the seed when they fail.
 */
public final class RandomGuestConfigs {
  private static final Set<String> DISKS =
      Set.of(
          "scsi[n]", "virtio[n]", "sata[n]", "ide[n]", "efidisk0", "tpmstate0", "mp[n]", "rootfs");

  /** An old name of ide2 that Proxmox turns into it, never keeping it. */
  private static final Set<String> NEVER_KEPT = Set.of("cdrom");

  /** What Proxmox never changes after creation, not even later. */
  private static final Set<String> NEVER_WAITING = Set.of("unprivileged", "lock", "parent");

  private final long seed;
  private final Random random;
  private final RandomValues values;

  public RandomGuestConfigs(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.values = new RandomValues(random);
  }

  /** The seed of {@code -Dpivm.seed=N}, or one from the clock. */
  public static RandomGuestConfigs fresh() {
    Long given = Long.getLong("pivm.seed");
    return new RandomGuestConfigs(given == null ? System.nanoTime() : given);
  }

  public long seed() {
    return seed;
  }

  @Override
  public String toString() {
    return "-Dpivm.seed=" + seed;
  }

  /** A guest with such a config, without snapshots; its power fits its config. */
  public ObservedGuest guest() {
    GuestType type = random.nextBoolean() ? GuestType.QEMU : GuestType.LXC;
    int vmid = 100 + random.nextInt(900);
    GuestConfig config = config(type, vmid);
    boolean template = "1".equals(config.value("template"));
    boolean running = !template && random.nextBoolean();
    String name = config.value(type == GuestType.QEMU ? "name" : "hostname");
    return new ObservedGuest(
        type,
        vmid,
        name == null ? "" : name,
        "pve-0" + (1 + random.nextInt(3)),
        running ? PowerState.RUNNING : PowerState.STOPPED,
        template,
        config.value("lock"),
        512L << 20,
        running ? 100L << 20 : 0,
        running ? 60 : 0,
        null,
        new TreeSet<>(),
        null,
        config,
        List.of());
  }

  /** A config; in some of them changes wait for the guest's next stop. */
  public GuestConfig config(GuestType type, int vmid) {
    double density = random.nextInt(4) == 0 ? 0.6 : 0.15;
    var current = new TreeMap<String, String>();
    for (GuestKey key : GuestKeys.of(type).all()) {
      for (String name : names(key, density)) {
        String value = value(key, vmid);
        if (value != null) {
          current.put(name, value);
        }
      }
    }
    required(type, vmid, current);
    SortedMap<String, GuestConfig.Pending> waiting =
        random.nextInt(3) == 0 ? waiting(type, vmid, current) : new TreeMap<>();
    return new GuestConfig(type, current, waiting, values.hex(40));
  }

  /**
   * A value for one key, as the schema allows it.
   *
   * @return null when none was found
   */
  public @Nullable String value(GuestType type, String pattern, int vmid) {
    return value(key(type, pattern), vmid);
  }

  private void required(GuestType type, int vmid, SortedMap<String, String> current) {
    current.remove("cdrom");
    if (type == GuestType.LXC) {
      GuestKey rootfs = key(type, "rootfs");
      while (!current.containsKey("rootfs")) {
        String value = value(rootfs, vmid);
        if (value != null) {
          current.put("rootfs", value);
        }
      }
      current.putIfAbsent("memory", "512");
      current.putIfAbsent("arch", "amd64");
      if (random.nextInt(10) == 0) {
        current.put("lxc", "lxc.cap.drop: sys_time\nlxc.mount.entry: /a b none bind 0 0\n");
      }
    }
  }

  private static GuestKey key(GuestType type, String name) {
    GuestKey key = GuestKeys.of(type).find(name);
    if (key == null) {
      throw new IllegalStateException("the key table lacks " + name);
    }
    return key;
  }

  private List<String> names(GuestKey key, double density) {
    if (NEVER_KEPT.contains(key.pattern())) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    if (!key.numbered()) {
      if (random.nextDouble() < density) {
        names.add(key.pattern());
      }
      return names;
    }
    while (random.nextDouble() < density && names.size() < 4) {
      int index =
          random.nextBoolean()
              ? Math.min(key.lastIndex(), key.firstIndex() + names.size())
              : random.nextInt(key.firstIndex(), key.lastIndex() + 1);
      names.add(key.base() + index);
    }
    return names.stream().distinct().toList();
  }

  /** A value that the schema accepts; null when none was found. */
  private @Nullable String value(GuestKey key, int vmid) {
    for (int attempt = 0; attempt < 20; attempt++) {
      String value =
          key.kind() == ValueKind.PROPERTY_STRING
              ? propertyString(key, vmid)
              : values.of(key.constraint(), key.base(), "");
      if (!value.isEmpty() && ValueCheck.problem(key, value) == null) {
        return value;
      }
    }
    return null;
  }

  private String propertyString(GuestKey key, int vmid) {
    List<String> texts = new ArrayList<>();
    boolean disk = DISKS.contains(key.pattern()) || key.base().equals("unused");
    String drive = disk ? values.volume(key, vmid) : "";
    double density = random.nextDouble() * 0.6;
    for (SubKey part : key.parts().values()) {
      if (part.alias() != null || part.createOnly() || (disk && values.saysVolume(part))) {
        continue;
      }
      if (part.required() || random.nextDouble() < density) {
        String text = values.of(part.constraint(), key.base(), part.name());
        if (!text.isEmpty()) {
          texts.add(part.defaultKey() && random.nextInt(4) > 0 ? text : written(key, part, text));
        }
      }
    }
    Collections.shuffle(texts, random);
    if (disk) {
      texts.addFirst(drive);
    }
    return String.join(",", texts);
  }

  /** A part with its name: a network card's model may carry the MAC. */
  private String written(GuestKey key, SubKey part, String text) {
    boolean model = key.base().equals("net") && part.name().equals("model");
    return model && random.nextInt(4) > 0 ? text + "=" + values.mac() : part.name() + "=" + text;
  }

  private SortedMap<String, GuestConfig.Pending> waiting(
      GuestType type, int vmid, SortedMap<String, String> current) {
    var waiting = new TreeMap<String, GuestConfig.Pending>();
    for (GuestKey key : GuestKeys.of(type).all()) {
      if (NEVER_WAITING.contains(key.pattern())) {
        continue;
      }
      for (String name : names(key, 0.05)) {
        boolean mayGo = current.containsKey(name) && !Set.of("rootfs", "memory").contains(name);
        String value = mayGo && random.nextBoolean() ? null : value(key, vmid);
        if ((value != null && !value.equals(current.get(name))) || (value == null && mayGo)) {
          waiting.put(name, new GuestConfig.Pending(value));
        }
      }
    }
    return waiting;
  }
}
