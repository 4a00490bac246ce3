package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.engine.guest.GuestImport.Entry;
import pivm.engine.guest.GuestImport.Form;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

final class GuestImportTest {

  private static final TreeMap<String, GuestConfig.Pending> NOTHING_WAITS = new TreeMap<>();

  private static GuestConfig config(GuestType type, String... keysAndValues) {
    var values = new TreeMap<String, String>();
    for (int at = 0; at < keysAndValues.length; at += 2) {
      values.put(keysAndValues[at], keysAndValues[at + 1]);
    }
    return new GuestConfig(type, values, NOTHING_WAITS, "d1");
  }

  private static ObservedGuest guest(
      GuestConfig config, PowerState power, @Nullable HaResource ha) {
    return new ObservedGuest(
        config.type(),
        310,
        "g",
        "pve-01",
        power,
        "1".equals(config.value("template")),
        null,
        0,
        0,
        0,
        null,
        new TreeSet<>(),
        ha,
        config,
        null);
  }

  private static Cluster cluster() {
    var rules = new TreeMap<String, SortedSet<String>>();
    rules.put("vm:310", new TreeSet<>(List.of("apart")));
    return new Cluster(null, "9.2.11", true, new TreeMap<>(), rules, new TreeSet<>(), false);
  }

  private static Entry complete(GuestConfig config) {
    return GuestImport.entry(guest(config, PowerState.STOPPED, null), cluster(), Form.COMPLETE);
  }

  private static Json.Obj options(Entry entry) {
    return entry.json().get("options").asObject();
  }

  @Test
  void aContainerIsWrittenInTheOrderOfFields() {
    Entry entry =
        complete(
            config(
                GuestType.LXC,
                "arch",
                "amd64",
                "cores",
                "2",
                "description",
                "two\nlines\n",
                "digest",
                "abc",
                "features",
                "nesting=1",
                "hostname",
                "proxy-01",
                "lock",
                "backup",
                "memory",
                "1024",
                "mp0",
                "local-lvm:vm-310-disk-1,mp=/data,backup=1,size=2252M",
                "mp1",
                "/mnt/share,mp=/share,ro=1",
                "net0",
                "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:79:A2:9A,ip=dhcp,type=veth",
                "net10",
                "name=eth10,bridge=vmbr1,type=veth",
                "net2",
                "name=eth2,bridge=vmbr1,type=veth",
                "ostype",
                "debian",
                "parent",
                "s1",
                "rootfs",
                "local-lvm:vm-310-disk-0,mountoptions=noatime;lazytime,size=12G",
                "swap",
                "0",
                "tags",
                "prod;web",
                "unprivileged",
                "1"));

    assertThat(JsonText.write(entry.json()))
        .isEqualTo(
            "{\"type\":\"lxc\",\"vmid\":310,\"hostname\":\"proxy-01\","
                + "\"template\":\"local:vztmpl/EXISTING\",\"memory\":1024,\"swap\":0,\"cores\":2,"
                + "\"storage\":\"local-lvm:12,mountoptions=noatime;lazytime\","
                + "\"net0\":\"name=eth0,bridge=vmbr0,hwaddr=BC:24:11:79:A2:9A,ip=dhcp,type=veth\","
                + "\"net2\":\"name=eth2,bridge=vmbr1,type=veth\","
                + "\"net10\":\"name=eth10,bridge=vmbr1,type=veth\","
                + "\"state\":\"stopped\",\"options\":{\"arch\":\"amd64\","
                + "\"description\":\"two\\nlines\",\"features\":\"nesting=1\","
                + "\"mp0\":\"local-lvm:2252M,mp=/data,backup=1\","
                + "\"mp1\":\"/mnt/share,mp=/share,ro=1\",\"ostype\":\"debian\","
                + "\"tags\":\"prod;web\",\"unprivileged\":1},\"node\":\"pve-01\"}");
    assertThat(entry.notes()).isEmpty();
  }

  @Test
  void everyKindOfVmDiskIsSaidInTheManifestsForm() {
    Entry entry =
        complete(
            config(
                GuestType.QEMU,
                "efidisk0",
                "local-lvm:vm-310-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M",
                "ide0",
                "none,media=cdrom",
                "ide2",
                "local:310/vm-310-cloudinit.qcow2,media=cdrom,size=4M",
                "sata0",
                "local:iso/debian.iso,media=cdrom,size=700M",
                "scsi0",
                "local:9000/base-9000-disk-0.qcow2/310/vm-310-disk-0.qcow2,iothread=1,size=32G",
                "scsi1",
                "/dev/disk/by-id/ata-X,backup=0,size=1T",
                "scsi2",
                "nfs:999/vm-999-disk-0.qcow2,size=8G",
                "tpmstate0",
                "local-lvm:vm-310-disk-2,size=4M,version=v2.0",
                "unused0",
                "local-lvm:vm-310-disk-7",
                "virtio0",
                "zfs:vm-310-disk-3,size=528K"));

    assertThat(entry.json().text("storage")).isEqualTo("local:32,iothread=1");
    assertThat(options(entry).members())
        .containsEntry("scsihw", Json.Null.NULL)
        .containsAllEntriesOf(
            new TreeMap<>(
                Map.of(
                    "efidisk0", Json.of("local-lvm:,efitype=4m,pre-enrolled-keys=1"),
                    "ide0", Json.of("none,media=cdrom"),
                    "ide2", Json.of("local:cloudinit"),
                    "sata0", Json.of("local:iso/debian.iso,media=cdrom"),
                    "scsi1", Json.of("/dev/disk/by-id/ata-X,backup=0"),
                    "scsi2", Json.of("nfs:999/vm-999-disk-0.qcow2,size=8G"),
                    "tpmstate0", Json.of("local-lvm:,version=v2.0"),
                    "unused0", Json.of("local-lvm:vm-310-disk-7"),
                    "virtio0", Json.of("zfs:528K"))));
    assertThat(entry.json().get("cloud_init").asObject().get("enable")).isEqualTo(Json.of(true));
  }

  @Test
  void cloudInitKeysGoTogetherAndThePasswordStaysOut() {
    Entry entry =
        complete(
            config(
                GuestType.QEMU,
                "cipassword",
                "**********",
                "ciuser",
                "ops",
                "ipconfig0",
                "ip=dhcp",
                "nameserver",
                "1.1.1.1 9.9.9.9",
                "sshkeys",
                "ssh-ed25519%20AAAA%2Bx%20ops%0Assh-rsa%20BBBB%20b%0A"));

    assertThat(JsonText.write(entry.json().get("cloud_init")))
        .isEqualTo(
            "{\"enable\":false,\"user\":\"ops\",\"ipconfig0\":\"ip=dhcp\","
                + "\"nameserver\":\"1.1.1.1 9.9.9.9\","
                + "\"sshkeys\":[\"ssh-ed25519 AAAA+x ops\",\"ssh-rsa BBBB b\"]}");
    assertThat(JsonText.write(entry.json())).doesNotContain("***").doesNotContain("cipassword");
    assertThat(entry.notes()).singleElement().asString().contains("cloud_init.password");
  }

  @Test
  void rawLinesAreNamedAsWhatCannotBeDeclared() {
    Entry entry =
        complete(
            config(
                GuestType.LXC,
                "lxc",
                "lxc.cap.drop: sys_time\nlxc.cap.drop: mknod\nlxc.apparmor.profile: x\n",
                "rootfs",
                "local:310/vm-310-disk-0.raw,size=4G"));

    assertThat(entry.notes())
        .containsExactly(
            "its raw LXC lines (lxc.cap.drop, lxc.apparmor.profile) can't be declared: only its"
                + " own file on the node holds them");
  }

  @Test
  void whatWaitsForTheNextStopIsDeclared() {
    var waiting = new TreeMap<String, GuestConfig.Pending>();
    waiting.put("memory", new GuestConfig.Pending("2048"));
    waiting.put("ostype", new GuestConfig.Pending(null));
    waiting.put("vga", new GuestConfig.Pending("std"));
    var now = config(GuestType.QEMU, "memory", "512", "ostype", "l26", "name", "web");

    Entry entry = complete(new GuestConfig(GuestType.QEMU, now.values(), waiting, "d"));

    assertThat(entry.json().integer("memory")).isEqualTo(2048);
    assertThat(options(entry).members()).containsOnlyKeys("boot", "vga");
  }

  @Test
  void haKeepsThePowerOfItsGuests() {
    Entry entry =
        GuestImport.entry(
            guest(
                config(GuestType.QEMU, "name", "web"),
                PowerState.RUNNING,
                new HaResource("started", null, 2, null)),
            cluster(),
            Form.COMPLETE);

    assertThat(entry.json().has("state")).isFalse();
    assertThat(JsonText.write(entry.json().get("ha")))
        .isEqualTo("{\"state\":\"started\",\"max_restart\":2,\"rules\":[\"apart\"]}");
  }

  @Test
  void aTemplateIsDeclaredAsOne() {
    Entry entry = complete(config(GuestType.QEMU, "template", "1", "name", "golden"));

    assertThat(entry.json().text("state")).isEqualTo("template");
    assertThat(options(entry).members()).containsExactly(Map.entry("boot", Json.Null.NULL));
  }

  @Test
  void whatANewGuestWouldBeGivenUnaskedIsDeclaredAsNotSet() {
    Json.Obj container =
        complete(config(GuestType.LXC, "hostname", "ct", "rootfs", "zfs:subvol-310-disk-0,size=4G"))
            .json();
    Json.Obj vm = complete(config(GuestType.QEMU, "name", "old", "ostype", "win10")).json();

    assertThat(container.get("swap")).isEqualTo(Json.Null.NULL);
    assertThat(container.has("swap")).isTrue();
    assertThat(container.get("options").asObject().get("unprivileged")).isEqualTo(Json.of(0));
    assertThat(vm.has("storage")).isTrue();
    assertThat(vm.get("storage")).isEqualTo(Json.Null.NULL);
    assertThat(vm.get("options").asObject().members()).containsKeys("boot", "machine");
  }

  @Test
  void minimalSaysIdentityAndSize() {
    Entry entry =
        GuestImport.entry(
            guest(
                config(
                    GuestType.QEMU,
                    "memory",
                    "4096",
                    "cores",
                    "4",
                    "cpu",
                    "host",
                    "net0",
                    "virtio=BC:24:11:00:00:10,bridge=vmbr0",
                    "scsi0",
                    "local-lvm:vm-310-disk-0,discard=on,size=60G"),
                PowerState.RUNNING,
                null),
            cluster(),
            Form.MINIMAL);

    assertThat(JsonText.write(entry.json()))
        .isEqualTo(
            "{\"type\":\"vm\",\"vmid\":310,\"template\":\"local:iso/EXISTING\",\"memory\":4096,"
                + "\"cores\":4,\"storage\":\"local-lvm:60\"}");
  }

  @Test
  void aGuestWhoseConfigWasNotReadIsRefused() {
    ObservedGuest unread = guest(config(GuestType.QEMU), PowerState.RUNNING, null).withConfig(null);

    assertThatThrownBy(() -> GuestImport.entry(unread, cluster(), Form.COMPLETE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vm 310 g");
  }
}
