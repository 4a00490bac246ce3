package pivm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.simulator.config.Kind;
import pivm.simulator.testing.Lab;

/** What Proxmox refuses to take to another node, and with which words. */
class MigrationTest {
  private static Lab vm(boolean running, String more) {
    return lab(Kind.QEMU, 100, "scsi0: local-lvm:vm-100-disk-0,size=8G\n" + more, running);
  }

  private static Lab container(boolean running, String more) {
    return lab(
        Kind.LXC, 200, "arch: amd64\nrootfs: local-lvm:vm-200-disk-0,size=4G\n" + more, running);
  }

  private static Lab lab(Kind kind, int vmid, String config, boolean running) {
    return new Lab(
        SimulatedCluster.builder()
            .token(Lab.TOKEN, Lab.SECRET)
            .guest(kind, vmid, "pve-1", config + "\n", running)
            .build());
  }

  /** The log of the task. */
  private static String migrate(Lab lab, String guest, String... flags) {
    var parameters = new TreeMap<String, Object>(Map.of("target", "pve-2"));
    for (String flag : flags) {
      parameters.put(flag, 1);
    }
    String upid =
        String.valueOf(lab.ask("POST", "/nodes/pve-1/" + guest + "/migrate", parameters).data());
    lab.cluster().await(upid);
    return lab.ask("GET", "/nodes/pve-1/tasks/" + upid + "/log", Map.of("limit", 0)).bodyText();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ide2 | local:iso/debian.iso,media=cdrom | 'local:iso/debian.iso': local cdrom image",
        "ide2 | cdrom,media=cdrom | can't migrate local cdrom drive",
        "scsi1 | /dev/sdb,size=8G | '/dev/sdb': local file/device",
        "usb0 | host=1234:5678 | can't migrate VM which uses local devices: usb0",
        "serial0 | /dev/ttyS0 | can't migrate VM which uses local devices: serial0",
      })
  void aVmIsHeldByWhatOnlyItsNodeHas(String key, String value, String words) {
    Lab lab = vm(false, key + ": " + value);
    assertThat(migrate(lab, "qemu/100"))
        .contains(
            words, "ERROR: migration aborted (duration 00:00:0", "TASK ERROR: migration aborted");
    assertThat(lab.read("/nodes/pve-1/qemu/100/config").text("lock")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "ide2 | none,media=cdrom",
        "scsi1 | /dev/sdb,shared=1",
        "usb0 | spice",
        "usb0 | mapping=stick",
        "serial0 | socket",
      })
  void aVmIsNotHeldByWhatEveryNodeHas(String key, String value) {
    assertThat(migrate(vm(false, key + ": " + value), "qemu/100")).contains("TASK OK");
  }

  @Test
  void aRunningVmTakesItsLocalDisksAlongOnlyWhenAskedTo() {
    Lab lab = vm(true, "");
    assertThat(migrate(lab, "qemu/100", "online"))
        .contains("can't live migrate attached local disks without with-local-disks option");
    assertThat(migrate(lab, "qemu/100", "online", "with-local-disks")).contains("TASK OK");
  }

  @Test
  void aRunningVmIsHeldByAMappedDevice() {
    assertThat(migrate(vm(true, "usb0: mapping=stick"), "qemu/100", "online", "with-local-disks"))
        .contains("can't live migrate running VM which uses following mapped devices: usb0:stick");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "/srv/data,mp=/data | cannot migrate local bind mount point 'mp0'",
        "/dev/sdb,mp=/data | cannot migrate local device mount point 'mp0'",
      })
  void aContainerIsHeldByAMountOfItsNode(String mount, String words) {
    assertThat(migrate(container(false, "mp0: " + mount), "lxc/200")).contains(words);
    assertThat(migrate(container(false, "mp0: " + mount + ",shared=1"), "lxc/200"))
        .contains("TASK OK");
  }

  @Test
  void aContainerWithALocalSnapshotStaysStoppedWhenItsMoveFails() {
    Lab lab = container(true, "");
    assertThat(lab.run("POST", "/nodes/pve-1/lxc/200/snapshot", Map.of("snapname", "before")))
        .isEqualTo("OK");
    assertThat(migrate(lab, "lxc/200", "restart"))
        .contains("non-migratable snapshot exists", "can't migrate CT - check log");
    assertThat(lab.read("/nodes/pve-1/lxc/200/status/current").text("status")).isEqualTo("stopped");
  }
}
