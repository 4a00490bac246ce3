package pivm.engine.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import pivm.engine.testing.RandomGuestConfigs;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;

/** A manifest entry that can be changed at random into another one that is valid too. */
final class RandomGuest {
  private static final List<String> STORAGES = List.of("local-lvm", "ceph", "local", "shared");

  final GuestType type;
  final int vmid;
  private final Random random;
  private final RandomOption choice;
  private final Map<String, Json> fields = new LinkedHashMap<>();
  private final Map<String, Json> options = new TreeMap<>();
  private final Map<String, Disk> disks = new TreeMap<>();
  private final Map<String, Integer> removed = new TreeMap<>();
  private final Map<String, Json> cloudInit = new LinkedHashMap<>();
  private final RandomPlace place;

  /** Can be made anew nowhere, or only where its source is. */
  private boolean bound;

  /** A disk of the guest's own, in the manifest's form; a size of 0 is left open. */
  private record Disk(String storage, int gib, String options) {
    String text() {
      return storage + ":" + gib + (options.isEmpty() ? "" : "," + options);
    }
  }

  RandomGuest(GuestType type, int vmid, Random random, RandomGuestConfigs values) {
    this.type = type;
    this.vmid = vmid;
    this.random = random;
    this.choice = new RandomOption(type, vmid, random, values);
    this.place = new RandomPlace(random);
    put("type", type.manifestName());
    put("vmid", vmid);
    put("hostname", "guest-" + vmid);
    put("memory", size());
    put("cores", 1 + random.nextInt(4));
    put("snapshot", "unavailable-accepted");
    root(new Disk(any(STORAGES), 4 + random.nextInt(4), ""));
    state(any(List.of("running", "running", "stopped", "", "template")));
    restart();
    for (int i = random.nextInt(8); i > 0; i--) {
      change();
    }
  }

  private boolean vm() {
    return type == GuestType.QEMU;
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private int size() {
    return 256 + 128 * random.nextInt(6);
  }

  private void put(String name, String value) {
    fields.put(name, Json.of(value));
  }

  private void put(String name, long value) {
    fields.put(name, Json.of(value));
  }

  /** Makes it from a file, or from nothing. */
  void fromFile() {
    if (!vm()) {
      put("template", "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst");
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> put("template", "local:iso/debian-13.iso");
      case 1 -> put("template", "local:import/debian-13-cloud.qcow2");
      default -> {}
    }
  }

  /** Declares a guest that is there: what its disk is cannot be chosen. */
  void adopt() {
    put("template", vm() ? "local:iso/EXISTING" : "local:vztmpl/EXISTING");
    root(new Disk("local-lvm", 8, ""));
    bound = true;
    if (template()) {
      state("");
    }
  }

  void copyOf(RandomGuest source, boolean linked) {
    anywhere();
    bound = true;
    for (String key : List.of("hotplug", "numa")) {
      Json value = source.options.get(key);
      if (value != null) {
        options.put(key, value);
      }
    }
    put("template", source.vmid);
    if (linked) {
      put("clone", "linked");
      root(new Disk(source.root().storage(), source.root().gib() + random.nextInt(2), ""));
    } else {
      root(new Disk(root().storage(), source.root().gib() + random.nextInt(2), ""));
    }
    disks.replaceAll((key, disk) ->
        key.isEmpty() ? disk : new Disk(disk.storage(), disk.gib() + 20, disk.options()));
    // It gets the other disks of its source too, and no disk gets smaller.
    source.disks.forEach((key, disk) -> removed.merge(key, disk.gib(), Math::max));
  }

  void anywhere() {
    place.anywhere();
  }

  /** Whether Proxmox can make linked clones of it. */
  boolean linkable() {
    return vm() || (disks.size() == 1 && !List.of("local", "shared").contains(root().storage()));
  }

  private Disk root() {
    Disk disk = disks.get("");
    if (disk == null) {
      throw new IllegalStateException("no root disk");
    }
    return disk;
  }

  private void root(Disk disk) {
    disks.put("", disk);
  }

  boolean template() {
    return Json.of("template").equals(fields.get("state"));
  }

  boolean absent() {
    return Json.of("absent").equals(fields.get("state"));
  }

  boolean mayStop() {
    Json state = fields.get("state");
    return mayRestart() || template() || absent() || Json.of("stopped").equals(state);
  }

  boolean mayRestart() {
    return Json.of("allowed").equals(fields.get("restart"));
  }

  void state(String state) {
    if (state.isEmpty()) {
      fields.remove("state");
    } else {
      put("state", state);
    }
  }

  private void restart() {
    put("restart", any(List.of("allowed", "never")));
  }

  /** One valid change at random. */
  void change() {
    switch (random.nextInt(vm() ? 17 : 13)) {
      case 0 -> put("memory", size());
      case 1 -> put("cores", 1 + random.nextInt(4));
      case 2, 3, 4 -> option();
      case 5 -> net();
      case 6 -> extraDisk();
      case 7 -> root(new Disk(root().storage(), root().gib() + random.nextInt(3), ""));
      case 8 -> root(new Disk(any(STORAGES), root().gib(), ""));
      case 9 -> fields.put("pool", chance(3) ? Json.Null.NULL : Json.of(any(List.of("a", "b"))));
      case 10 -> restart();
      case 11 -> place.node();
      case 12 -> place.ha();
      case 13 -> cloudInit();
      case 14 -> firmware();
      case 15 -> passthrough();
      default -> options.put("ide3", Json.of("none,media=cdrom"));
    }
  }

  void power() {
    if (!template()) {
      state(any(List.of("running", "stopped", "", bound ? "" : "absent")));
    }
  }

  /** Devices by mapping, which a token may hand in, and without a device. */
  private void passthrough() {
    String key = any(List.of("hostpci0", "usb0", "usb1"));
    options.put(
        key,
        chance(4)
            ? Json.Null.NULL
            : Json.of(
                key.startsWith("usb")
                    ? any(List.of("spice", "mapping=stick", "mapping=stick,usb3=1"))
                    : any(List.of("mapping=gpu1", "mapping=gpu1,rombar=0"))));
  }

  private void option() {
    String key = choice.key();
    if (chance(5) && (vm() || !key.equals("ostype"))) {
      (key.equals("swap") ? fields : options).put(key, Json.Null.NULL);
      return;
    }
    String value = choice.value(key);
    if (value != null && key.equals("swap")) {
      put("swap", Long.parseLong(value) % 4096);
    } else if (value != null) {
      options.put(key, Json.of(value));
    }
    if ("order=scsi0;net0".equals(value) || "order=net0".equals(value)) {
      fields.put("net0", Json.of("virtio,bridge=vmbr0"));
    }
  }

  private void net() {
    int number = random.nextInt(3);
    String key = "net" + number;
    boolean needed = number == 0 && String.valueOf(options.get("boot")).contains("net0");
    if (chance(4) && !needed) {
      fields.put(key, Json.Null.NULL);
      return;
    }
    String tag = chance(2) ? ",tag=" + (2 + random.nextInt(50)) : "";
    String more = chance(3) ? ",firewall=1" : chance(3) ? ",rate=12.5" : "";
    put(
        key,
        vm()
            ? any(List.of("virtio", "e1000", "virtio=BC:24:11:00:00:0" + number))
                + ",bridge=vmbr0"
                + tag
                + more
                + (chance(4) ? ",link_down=1" : "")
            : "name=eth"
                + number
                + ",bridge=vmbr0"
                + any(List.of("", ",ip=dhcp", ",ip=10.0.0.7/24,gw=10.0.0.1"))
                + tag
                + more);
  }

  private void extraDisk() {
    String key = any(vm() ? List.of("scsi1", "scsi2", "virtio0", "sata1") : List.of("mp0", "mp1"));
    Disk present = disks.get(key);
    String option =
        vm()
            ? any(List.of("", "discard=on", "backup=0", "iops_rd=100", "ssd=1", "cache=writeback"))
            : "mp=/srv/" + key + any(List.of("", ",backup=1", ",mountoptions=noatime"));
    if (key.startsWith("virtio") && option.equals("ssd=1")) {
      option = "";
    }
    if (present == null) {
      options.remove(key);
      // The removal of the one before may still wait, and no disk gets smaller.
      int least = removed.getOrDefault(key, 1);
      disks.put(key, new Disk(any(STORAGES), least + random.nextInt(3), option));
    } else if (chance(3)) {
      disks.remove(key);
      removed.put(key, present.gib());
      options.put(key, Json.Null.NULL);
    } else {
      String storage = chance(2) ? any(STORAGES) : present.storage();
      disks.put(key, new Disk(storage, present.gib() + random.nextInt(2), option));
    }
  }

  private void cloudInit() {
    cloudInit.put("enable", Json.of(true));
    switch (random.nextInt(4)) {
      case 0 -> cloudInit.put("user", Json.of(any(List.of("ops", "admin"))));
      case 1 -> cloudInit.put("ipconfig0", Json.of(any(List.of("ip=dhcp", "ip=10.1.1.7/24"))));
      case 2 ->
          cloudInit.put("sshkeys", Json.of("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBmM+/Yw a@b"));
      default -> cloudInit.put("nameserver", Json.of("1.1.1.1 9.9.9.9"));
    }
  }

  private void firmware() {
    options.put("bios", Json.of("ovmf"));
    options.put("efidisk0", Json.of(any(STORAGES) + ":,efitype=4m"));
  }

  Json.Obj json() {
    var entry = new LinkedHashMap<>(fields);
    place.into(entry);
    var all = new TreeMap<>(options);
    if (String.valueOf(options.getOrDefault("hotplug", Json.Null.NULL).asText())
        .contains("memory")) {
      all.put("numa", Json.of(1));
      entry.put(
          "memory", Json.of(1024 + new Json.Obj(new LinkedHashMap<>(fields)).integer("memory", 0)));
    }
    disks.forEach((key, disk) -> {
      if (key.isEmpty()) {
        entry.put("storage", Json.of(disk.text()));
      } else {
        all.put(key, Json.of(disk.text()));
      }
    });
    if (!all.isEmpty()) {
      entry.put("options", new Json.Obj(new LinkedHashMap<>(all)));
    }
    if (!cloudInit.isEmpty()) {
      entry.put("cloud_init", new Json.Obj(new LinkedHashMap<>(cloudInit)));
    }
    return new Json.Obj(entry);
  }
}
