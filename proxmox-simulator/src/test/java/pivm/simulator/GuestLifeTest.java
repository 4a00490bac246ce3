package pivm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pivm.simulator.api.SimRequest;
import pivm.simulator.json.Doc;
import pivm.simulator.testing.Lab;

class GuestLifeTest {
  private final Lab lab = Lab.three();

  private void createContainer(int vmid) {
    var result =
        lab.run(
            "POST",
            "/nodes/pve-1/lxc",
            Map.of(
                "vmid",
                vmid,
                "ostemplate",
                Lab.TEMPLATE,
                "rootfs",
                "local-lvm:4",
                "hostname",
                "web",
                "memory",
                512,
                "net0",
                "name=eth0,bridge=vmbr0,ip=dhcp"));
    assertThat(result).isEqualTo("OK");
  }

  private void createVm(int vmid) {
    var result =
        lab.run(
            "POST",
            "/nodes/pve-1/qemu",
            Map.of(
                "vmid",
                vmid,
                "name",
                "vm",
                "memory",
                1024,
                "scsi0",
                "local-lvm:8",
                "net0",
                "virtio,bridge=vmbr0",
                "scsihw",
                "virtio-scsi-single"));
    assertThat(result).isEqualTo("OK");
  }

  @Test
  void aContainerIsCreatedStartedChangedAndDestroyed() {
    createContainer(200);
    var config = lab.read("/nodes/pve-1/lxc/200/config");
    assertThat(config.text("rootfs")).isEqualTo("local-lvm:vm-200-disk-0,size=4G");
    assertThat(config.text("net0")).startsWith("name=eth0,bridge=vmbr0,hwaddr=BC:24:11:");
    assertThat(lab.run("POST", "/nodes/pve-1/lxc/200/status/start")).isEqualTo("OK");
    assertThat(lab.read("/nodes/pve-1/lxc/200/status/current").text("status")).isEqualTo("running");
    assertThat(
            lab.ask("PUT", "/nodes/pve-1/lxc/200/config", Map.of("memory", 1024, "tty", 1))
                .status())
        .isEqualTo(200);
    var pending = lab.ask("GET", "/nodes/pve-1/lxc/200/pending").bodyText();
    assertThat(pending).contains("\"key\":\"tty\",\"pending\":1").contains("\"value\":1024");
    assertThat(lab.ask("DELETE", "/nodes/pve-1/lxc/200").reason())
        .isEqualTo("unable to destroy CT 200 - container is running");
    assertThat(lab.run("POST", "/nodes/pve-1/lxc/200/status/stop")).isEqualTo("OK");
    assertThat(lab.read("/nodes/pve-1/lxc/200/config").text("tty")).isEqualTo("1");
    assertThat(lab.run("DELETE", "/nodes/pve-1/lxc/200")).isEqualTo("OK");
    assertThat(lab.ask("GET", "/nodes/pve-1/lxc/200/config").reason())
        .isEqualTo("Configuration file 'nodes/pve-1/lxc/200.conf' does not exist");
    assertThat(
            lab.ask("GET", "/nodes/pve-1/storage/local-lvm/content", Map.of("vmid", 200))
                .bodyText())
        .isEqualTo("{\"data\":[]}");
  }

  @Test
  void aVmsChangesAreLiveOrPendingAsTheKeyDemands() {
    createVm(100);
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/status/start")).isEqualTo("OK");
    var change =
        lab.ask(
            "PUT",
            "/nodes/pve-1/qemu/100/config",
            Map.of("name", "other", "cores", 2, "cpuunits", 200, "scsi1", "local-lvm:1"));
    assertThat(change.status()).isEqualTo(200);
    var current = lab.ask("GET", "/nodes/pve-1/qemu/100/config", Map.of("current", 1)).bodyText();
    assertThat(current)
        .contains("\"name\":\"other\"", "\"cpuunits\":200", "local-lvm:vm-100-disk-1,size=1G")
        .doesNotContain("\"cores\"");
    assertThat(lab.read("/nodes/pve-1/qemu/100/config").text("cores")).isEqualTo("2");
  }

  @Test
  void aUsbDeviceIsPulledLiveOnlyFromASystemThatCanStandIt() {
    createVm(100);
    lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("usb0", "spice"));
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/status/start")).isEqualTo("OK");
    lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("delete", "usb0"));
    assertThat(lab.ask("GET", "/nodes/pve-1/qemu/100/pending").bodyText())
        .contains("{\"key\":\"usb0\",\"value\":\"spice\",\"delete\":1}");
  }

  @Test
  void anOldDigestIsRefused() {
    createVm(100);
    var digest = lab.read("/nodes/pve-1/qemu/100/config").text("digest");
    lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("memory", 2048));
    var refused =
        lab.ask(
            "PUT", "/nodes/pve-1/qemu/100/config", Map.of("memory", 4096, "digest", "" + digest));
    assertThat(refused.reason()).isEqualTo("checksum mismatch (file change by other user?)");
  }

  @Test
  void aMigrationMovesTheGuestAndItsLocalDisks() {
    createVm(100);
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/migrate", Map.of("target", "pve-2")))
        .isEqualTo("OK");
    assertThat(lab.read("/nodes/pve-2/qemu/100/config").text("scsi0"))
        .isEqualTo("local-lvm:vm-100-disk-0,size=8G");
    assertThat(lab.ask("GET", "/nodes/pve-1/qemu/100/config").status()).isEqualTo(500);
  }

  @Test
  void anHaMigrationIsTwoTasks() {
    createVm(100);
    lab.ask("POST", "/cluster/ha/resources", Map.of("sid", "vm:100", "state", "stopped"));
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/migrate", Map.of("target", "pve-2")))
        .isEqualTo("OK");
    assertThat(lab.ask("GET", "/nodes/pve-1/qemu/100/config").status()).isEqualTo(200);
    lab.cluster().advance(java.time.Duration.ofMinutes(1));
    assertThat(lab.ask("GET", "/nodes/pve-2/qemu/100/config").status()).isEqualTo(200);
    var types =
        ((List<?>) java.util.Objects.requireNonNull(lab.ask("GET", "/cluster/tasks").data()))
            .stream()
                .map(task -> ((Doc) java.util.Objects.requireNonNull(task)).text("type"))
                .toList();
    assertThat(types).contains("hamigrate", "qmigrate");
  }

  @Test
  void aTemplateIsClonedWithNewAddresses() {
    createVm(100);
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/template")).isEqualTo("OK");
    assertThat(lab.read("/nodes/pve-1/qemu/100/config").text("scsi0"))
        .isEqualTo("local-lvm:base-100-disk-0,size=8G");
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/clone", Map.of("newid", 101, "name", "c")))
        .isEqualTo("OK");
    var clone = lab.read("/nodes/pve-1/qemu/101/config");
    assertThat(clone.text("name")).isEqualTo("c");
    assertThat(clone.text("net0"))
        .isNotEqualTo(lab.read("/nodes/pve-1/qemu/100/config").text("net0"));
    assertThat(clone.has("template")).isFalse();
  }

  @Test
  void aSnapshotBringsTheOldConfigurationBack() {
    createVm(100);
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/snapshot", Map.of("snapname", "before")))
        .isEqualTo("OK");
    lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("memory", 4096));
    assertThat(lab.run("POST", "/nodes/pve-1/qemu/100/snapshot/before/rollback")).isEqualTo("OK");
    assertThat(lab.read("/nodes/pve-1/qemu/100/config").text("memory")).isEqualTo("1024");
  }

  @Test
  void theSameSeedGivesTheSameAnswers() {
    createVm(100);
    var again = Lab.three();
    var request =
        SimRequest.of("POST", "/nodes/pve-1/qemu")
            .with(
                Map.of(
                    "vmid",
                    100,
                    "name",
                    "vm",
                    "memory",
                    1024,
                    "scsi0",
                    "local-lvm:8",
                    "net0",
                    "virtio,bridge=vmbr0",
                    "scsihw",
                    "virtio-scsi-single"))
            .token(Lab.TOKEN, Lab.SECRET);
    again.cluster().await(String.valueOf(again.cluster().handle(request).data()));
    assertThat(again.ask("GET", "/nodes/pve-1/qemu/100/config").bodyText())
        .isEqualTo(lab.ask("GET", "/nodes/pve-1/qemu/100/config").bodyText());
  }
}
