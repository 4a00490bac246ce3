package pivm.engine.manifest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;

/** Makes entries, and says what reading them must give. */
final class RandomEntry {
  private static final String KEY = "ssh-ed25519 AAAAC3Nz a@b";

  private final Random random;
  private final GuestType type;
  private final int vmid;
  private final boolean vm;
  private final SequencedMap<String, Json> fields = new LinkedHashMap<>();
  private final SequencedMap<String, Json> options = new LinkedHashMap<>();
  private final SequencedMap<String, Setting> settings = new TreeMap<>();
  private final SequencedMap<String, Setting> creation = new TreeMap<>();
  private Origin origin = new Origin.Blank();
  private boolean cloudInit;
  private DesiredGuest.Power power = DesiredGuest.Power.UNMANAGED;
  private DesiredGuest.Restart restart = DesiredGuest.Restart.NEVER;
  private @Nullable String node;
  private @Nullable String pool;
  private @Nullable HighAvailability ha;
  private boolean pinned;

  RandomEntry(Random random) {
    this.random = random;
    this.type = random.nextBoolean() ? GuestType.LXC : GuestType.QEMU;
    this.vm = type == GuestType.QEMU;
    this.vmid = 100 + random.nextInt(999_999_899);
    fields.put("type", Json.of(type.manifestName()));
    fields.put("vmid", Json.of(vmid));
    fields.put("hostname", Json.of("guest-" + vmid));
    origin();
    sizes();
    options();
    logins();
    policies();
    if (!options.isEmpty()) {
      fields.put("options", new Json.Obj(options));
    }
  }

  Json.Obj json() {
    return new Json.Obj(fields);
  }

  DesiredGuest expected(Place place) {
    return new DesiredGuest(
        place,
        type,
        vmid,
        "guest-" + vmid,
        origin,
        settings,
        creation,
        null,
        cloudInit,
        power,
        node,
        pinned,
        pool,
        ha,
        restart,
        false);
  }

  private boolean chance() {
    return random.nextInt(3) == 0;
  }

  private void origin() {
    switch (random.nextInt(3)) {
      case 0 -> {
        origin = new Origin.Existing();
        fields.put("template", Json.of("local:iso/EXISTING"));
      }
      case 1 -> {
        boolean linked = random.nextBoolean();
        origin = new Origin.Clone(9000, linked);
        fields.put("template", Json.of(9000));
        if (linked) {
          fields.put("clone", Json.of("linked"));
        }
      }
      default -> {
        String volume = vm ? "local:import/debian.qcow2" : "local:vztmpl/debian.tar.zst";
        origin = vm ? new Origin.DiskImage(volume) : new Origin.ContainerTemplate(volume);
        fields.put("template", Json.of(volume));
      }
    }
  }

  private void sizes() {
    if (chance()) {
      field("memory", Json.of(512), "512");
    }
    if (chance()) {
      field(vm ? "sockets" : "swap", Json.of(2), "2");
    }
    if (chance()) {
      field("cores", Json.of(4), "4");
    }
    if (vm && chance()) {
      field("cpu", Json.of("host,flags=+aes"), "host,flags=+aes");
    }
    if (chance()) {
      long mib = 1L + random.nextInt(100_000);
      fields.put("storage", Json.of("local-lvm:" + mib + "M"));
      String text = new DiskSetting.Allocate("local-lvm", mib * DiskSize.MIB, none()).text();
      settings.put(vm ? "scsi0" : "rootfs", Setting.of(text));
    }
    for (int i = 0; i < 12; i++) {
      if (chance()) {
        String net = vm ? "virtio,bridge=vmbr" + i : "name=eth" + i + ",bridge=vmbr0";
        field("net" + i, random.nextInt(5) == 0 ? Json.Null.NULL : Json.of(net), net);
      }
    }
  }

  private static SequencedMap<String, String> none() {
    return new LinkedHashMap<>();
  }

  private void field(String name, Json value, String text) {
    fields.put(name, value);
    settings.put(name, value.isNull() ? new Setting.Unset() : Setting.of(text));
  }

  private void option(String name, Json value, String text) {
    options.put(name, value);
    settings.put(name, value.isNull() ? new Setting.Unset() : Setting.of(text));
  }

  private void options() {
    if (chance()) {
      option("onboot", Json.of(true), "1");
    }
    if (chance()) {
      option("tags", Json.array(List.of(Json.of("B"), Json.of("a"))), "a;b");
    }
    if (chance()) {
      option(
          "description", Json.of("two\nlines, \"quoted\" \u00e9"), "two\nlines, \"quoted\" \u00e9");
    }
    if (chance()) {
      option("hookscript", Json.Null.NULL, "");
    }
    if (chance()) {
      option("startup", Json.of("order=2,up=30"), "order=2,up=30");
    }
    if (vm && chance()) {
      option("efidisk0", Json.of("ceph:,efitype=4m"), "ceph:,efitype=4m");
      option("ide2", Json.of("none,media=cdrom"), "none,media=cdrom");
    }
    if (!vm && chance()) {
      option("mp0", Json.of("zfs:200,mp=/srv"), "zfs:200,mp=/srv");
      option("mp1", Json.of("/mnt,mp=/mnt,ro=1"), "/mnt,mp=/mnt,ro=1");
    }
  }

  private void logins() {
    if (vm && chance()) {
      cloudInit = random.nextBoolean();
      fields.put(
          "cloud_init",
          Json.object()
              .put("enable", cloudInit)
              .put("user", "ops")
              .put("sshkeys", KEY)
              .put("ipconfig0", "ip=dhcp")
              .put("password", Json.object().put("secret", "env:PW").build())
              .build());
      settings.put("ciuser", Setting.of("ops"));
      settings.put("sshkeys", Setting.of("ssh-ed25519%20AAAAC3Nz%20a%40b"));
      settings.put("ipconfig0", Setting.of("ip=dhcp"));
      settings.put("cipassword", secret());
    } else if (!vm && !(origin instanceof Origin.Clone) && chance()) {
      fields.put("ssh_keys", Json.array(List.of(Json.of(KEY), Json.of(KEY))));
      fields.put("password", Json.object().put("secret", "env:PW").build());
      creation.put("ssh-public-keys", Setting.of(KEY + "\n" + KEY));
      creation.put("password", secret());
    }
  }

  private static Setting secret() {
    return new Setting.Secret(new SecretReference(SecretReference.Source.ENV, "PW"));
  }

  private void policies() {
    if (chance()) {
      power = random.nextBoolean() ? DesiredGuest.Power.RUNNING : DesiredGuest.Power.STOPPED;
      fields.put("state", Json.of(power.name().toLowerCase(Locale.ROOT)));
    }
    if (chance()) {
      node = "pve-01";
      pinned = random.nextBoolean();
      fields.put("node", Json.of(node));
      fields.put("node_policy", Json.of(pinned ? "pin" : "any"));
    }
    if (chance()) {
      pool = random.nextBoolean() ? "a/b" : "";
      fields.put("pool", pool.isEmpty() ? Json.Null.NULL : Json.of(pool));
    }
    if (chance()) {
      restart = DesiredGuest.Restart.WINDOW;
      fields.put("restart", Json.of("window"));
    }
    if (chance()) {
      ha = new HighAvailability("started", null, 3, null, List.of("r1", "r2"));
      fields.put(
          "ha",
          Json.object()
              .put("state", "started")
              .put("max_restart", 3)
              .put("rules", Json.array(List.of(Json.of("r1"), Json.of("r2"))))
              .build());
    }
  }
}
