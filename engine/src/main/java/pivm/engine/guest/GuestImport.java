package pivm.engine.guest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Escapes;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;

/**
 * Writes a guest as it is into a manifest entry. Reading that entry and planning gives no
 * difference.
 *
 * <p>Where a change waits for the guest's next stop, the entry declares what it will be then.
 */
public final class GuestImport {

  /** How much of a guest an entry declares. */
  public enum Form {
    /** Every key of its configuration. */
    COMPLETE,
    /** Identity and size. */
    MINIMAL
  }

  /**
   * An entry.
   *
   * @param json in the order in which manifests are written
   * @param notes what can't be declared, each as a sentence
   */
  public record Entry(Json.Obj json, List<String> notes) {
    public Entry {
      notes = List.copyOf(notes);
    }
  }

  /** Keys that have a field of their own, in the order of fields. */
  private static final List<String> SIZE_FIELDS = List.of("memory", "swap", "cores", "sockets");

  /** The keys of {@code cloud_init} by the config key of a VM. */
  private static final Map<String, String> CLOUD_INIT =
      Map.of(
          "ciuser", "user",
          "nameserver", "nameserver",
          "searchdomain", "searchdomain",
          "cicustom", "cicustom");

  private static final Pattern NUMBERED_CLOUD_INIT = Pattern.compile("ipconfig\\d+");
  private static final Pattern DRIVE = Pattern.compile("(scsi|virtio|sata|ide)\\d+");
  private static final Pattern NET = Pattern.compile("net\\d+");
  private static final Pattern NUMBER = Pattern.compile("0|[1-9]\\d{0,14}");
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?");

  /** Keys that hold words, even where these are digits. */
  private static final Set<String> WORDS = Set.of("description", "tags", "searchdomain");

  /** What is declared elsewhere, or by nobody. */
  private static final Set<String> ELSEWHERE =
      Set.of("name", "hostname", "template", "vmgenid", "cipassword", GuestConfig.RAW);

  private final ObservedGuest guest;
  private final GuestType type;
  private final TreeMap<String, String> values = new TreeMap<>(NaturalOrder.INSTANCE);
  private final List<String> notes = new ArrayList<>();
  private final Json.Builder entry = Json.object();

  private GuestImport(ObservedGuest guest, GuestConfig config) {
    this.guest = guest;
    this.type = guest.type();
    var keys = new TreeSet<>(config.values().keySet());
    keys.addAll(config.pending().keySet());
    for (String key : keys) {
      String value = config.next(key);
      if (value != null && !Fingerprint.BOOKKEEPING.contains(key)) {
        values.put(key, value);
      }
    }
  }

  /**
   * Makes the entry of a guest.
   *
   * @param cluster where its HA rules are looked up
   * @throws IllegalArgumentException when the guest's configuration was not read
   */
  public static Entry entry(ObservedGuest guest, Cluster cluster, Form form) {
    GuestConfig config = guest.config();
    if (config == null) {
      throw new IllegalArgumentException(guest.subject() + " was observed without its config");
    }
    return new GuestImport(guest, config).entry(cluster, form);
  }

  private Entry entry(Cluster cluster, Form form) {
    identity();
    boolean noSwap = type == GuestType.LXC && !values.containsKey("swap");
    take(SIZE_FIELDS);
    if (form == Form.MINIMAL) {
      rootDisk(false);
      return new Entry(entry.build(), List.of());
    }
    if (noSwap) {
      entry.put("swap", Json.Null.NULL);
    }
    take(List.of("cpu"));
    rootDisk(true);
    take(values.keySet().stream().filter(key -> NET.matcher(key).matches()).toList());
    state();
    Json.Obj cloudInit = cloudInit();
    options();
    if (cloudInit != null) {
      entry.put("cloud_init", cloudInit);
    }
    placement(cluster);
    unsaid();
    return new Entry(entry.build(), notes);
  }

  private void identity() {
    entry.put("type", type.manifestName()).put("vmid", guest.vmid());
    String name = values.get(type == GuestType.QEMU ? "name" : "hostname");
    if (name != null && HOST_NAME.matcher(name).matches()) {
      entry.put("hostname", name);
    } else if (name != null) {
      notes.add("its name '" + name + "' is no DNS name, so it is not declared");
    }
    entry.put("template", type == GuestType.LXC ? "local:vztmpl/EXISTING" : "local:iso/EXISTING");
  }

  /** Keys that are fields of their own, as they are. */
  private void take(List<String> keys) {
    for (String key : keys) {
      boolean field =
          switch (key) {
            case "swap" -> type == GuestType.LXC;
            case "sockets", "cpu" -> type == GuestType.QEMU;
            default -> true;
          };
      String value = field ? values.remove(key) : null;
      if (value != null) {
        entry.put(key, json(key, value));
      }
    }
  }

  /**
   * The field {@code storage}.
   *
   * @param options whether the disk's options are declared too
   */
  private void rootDisk(boolean options) {
    String key = type == GuestType.LXC ? "rootfs" : "scsi0";
    DiskSetting disk = disk(key, values.get(key));
    if (options
        && type == GuestType.QEMU
        && disk == null
        && values.entrySet().stream().noneMatch(this::isDisk)) {
      entry.put("storage", Json.Null.NULL);
    }
    if (disk == null || (type == GuestType.QEMU && !(disk instanceof DiskSetting.Allocate))) {
      return;
    }
    values.remove(key);
    entry.put(
        "storage",
        !options && disk instanceof DiskSetting.Allocate(String storage, Long bytes, var _)
            ? new DiskSetting.Allocate(storage, bytes, new LinkedHashMap<>()).text()
            : disk.text());
  }

  private boolean isDisk(Map.Entry<String, String> option) {
    return DRIVE.matcher(option.getKey()).matches()
        && !(disk(option.getKey(), option.getValue()) instanceof DiskSetting.CdRom);
  }

  private @Nullable DiskSetting disk(String key, @Nullable String value) {
    return value == null ? null : ImportedDisk.of(type, guest.vmid(), key, held(key, value));
  }

  /** What waits for the stop says the size that its volume had then. */
  private String held(String key, String next) {
    GuestConfig config = guest.config();
    String now = config == null ? null : config.value(key);
    try {
      return now != null
              && DiskSetting.parse(type, key, now) instanceof DiskSetting.Attach present
              && DiskSetting.parse(type, key, next) instanceof DiskSetting.Attach waiting
              && waiting.volume().equals(present.volume())
          ? new DiskSetting.Attach(waiting.volume(), present.bytes(), waiting.options()).text()
          : next;
    } catch (IllegalArgumentException unreadable) {
      return next;
    }
  }

  /** HA keeps the power of its guests itself. */
  private void state() {
    String state =
        guest.template()
            ? "template"
            : switch (guest.power()) {
              case RUNNING -> guest.ha() == null ? "running" : null;
              case STOPPED -> guest.ha() == null ? "stopped" : null;
              case SUSPENDED, UNKNOWN -> null;
            };
    if (state != null) {
      entry.put("state", state);
    }
  }

  private Json.@Nullable Obj cloudInit() {
    if (type != GuestType.QEMU) {
      return null;
    }
    var fields = Json.object();
    boolean drive = values.entrySet().stream().anyMatch(this::isCloudInitDrive);
    fields.put("enable", drive);
    boolean any = drive;
    for (String key : List.copyOf(values.keySet())) {
      String field = NUMBERED_CLOUD_INIT.matcher(key).matches() ? key : CLOUD_INIT.get(key);
      if (field != null) {
        fields.put(field, values.remove(key));
        any = true;
      } else if (key.equals("sshkeys")) {
        fields.put("sshkeys", sshKeys(values.remove(key)));
        any = true;
      }
    }
    return any ? fields.build() : null;
  }

  private boolean isCloudInitDrive(Map.Entry<String, String> option) {
    return DiskSetting.isDisk(type, option.getKey())
        && disk(option.getKey(), option.getValue())
            instanceof DiskSetting.CdRom(DiskSetting.CdRom.CloudInit _, var _);
  }

  private static Json sshKeys(@Nullable String encoded) {
    List<Json> keys =
        Escapes.decode(encoded == null ? "" : encoded)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .map(Json::of)
            .toList();
    return keys.size() == 1 ? keys.getFirst() : Json.array(keys);
  }

  private void options() {
    var options = Json.object();
    boolean any = unasked(options);
    for (Map.Entry<String, String> option : values.entrySet()) {
      String key = option.getKey();
      if (ELSEWHERE.contains(key)) {
        continue;
      }
      Json value =
          DiskSetting.isDisk(type, key)
              ? diskOption(key, option.getValue())
              : json(key, option.getValue());
      if (!value.isNull()) {
        options.put(key, value);
        any = true;
      }
    }
    if (any) {
      entry.put("options", options.build());
    }
  }

  /**
   * What a new guest is given unless its entry says otherwise, by Proxmox or by PIVM: without it
   * the entry of a guest that has it not would make another one.
   *
   * @return whether there is any
   */
  private boolean unasked(Json.Builder options) {
    if (type == GuestType.LXC) {
      if (values.containsKey("unprivileged")) {
        return false;
      }
      options.put("unprivileged", 0);
      return true;
    }
    var given = new TreeSet<>(List.of("boot"));
    if (hasScsi()) {
      given.add("scsihw");
    }
    if (values.entrySet().stream().anyMatch(this::isCloudInitDrive)) {
      given.add("ostype");
    }
    if (PinnedMachine.isWindows(values.get("ostype"))) {
      given.add("machine");
    }
    given.removeAll(values.keySet());
    given.forEach(key -> options.put(key, Json.Null.NULL));
    return !given.isEmpty();
  }

  private boolean hasScsi() {
    GuestConfig config = guest.config();
    return config != null
        && config.nextValues().keySet().stream().anyMatch(key -> key.matches("scsi\\d+"));
  }

  private Json diskOption(String key, String value) {
    DiskSetting disk = disk(key, value);
    if (disk == null) {
      notes.add(key + " is '" + value + "', which no manifest can say, so it is not declared");
      return Json.Null.NULL;
    }
    return Json.of(disk.text());
  }

  private static Json json(String key, String value) {
    if (NUMBER.matcher(value).matches() && !WORDS.contains(key)) {
      return Json.of(Long.parseLong(value));
    }
    // Proxmox adds a line break to a container's description, and takes it as no difference.
    return Json.of(
        key.equals("description") && value.endsWith("\n")
            ? value.substring(0, value.length() - 1)
            : value);
  }

  private void placement(Cluster cluster) {
    entry.put("node", guest.node());
    entry.putIfPresent("pool", guest.pool());
    HaResource ha = guest.ha();
    if (ha == null) {
      return;
    }
    var fields = Json.object().put("state", ha.state());
    if (ha.failback() != null) {
      fields.put("failback", ha.failback());
    }
    if (ha.maxRestart() != null) {
      fields.put("max_restart", ha.maxRestart());
    }
    if (ha.maxRelocate() != null) {
      fields.put("max_relocate", ha.maxRelocate());
    }
    String service = (type == GuestType.QEMU ? "vm:" : "ct:") + guest.vmid();
    List<Json> rules =
        cluster.haRules().getOrDefault(service, new TreeSet<>()).stream().map(Json::of).toList();
    if (!rules.isEmpty()) {
      fields.put("rules", Json.array(rules));
    }
    entry.put("ha", fields.build());
  }

  private void unsaid() {
    if (values.containsKey("cipassword")) {
      notes.add(
          "it has a cloud-init password, which Proxmox does not show; to set it again some day,"
              + " add cloud_init.password as a secret reference");
    }
    String raw = values.get(GuestConfig.RAW);
    if (raw != null) {
      List<String> keys =
          raw.lines().map(line -> line.split(":", 2)[0].strip()).distinct().toList();
      notes.add(
          "its raw LXC lines ("
              + String.join(", ", keys)
              + ") can't be declared: only its own file on the node holds them");
    }
  }
}
