package pivm.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.manifest.SecretReference;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;

class StepCommandTest {

  private static SequencedMap<String, Setting> settings(String... pairs) {
    var settings = new TreeMap<String, Setting>();
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], Setting.of(pairs[i + 1]));
    }
    return settings;
  }

  private static String command(Operation operation) {
    return StepCommand.of(operation, "pve-01");
  }

  @Test
  void guestsAreMadeAndChangedByQmAndPct() {
    assertThat(
            command(
                new Operation.Create(
                    GuestType.LXC,
                    210,
                    settings("ostemplate", "local:vztmpl/debian.tar.zst", "memory", "512"))))
        .isEqualTo("pct create 210 local:vztmpl/debian.tar.zst --memory 512");
    var delete = new TreeSet<String>();
    delete.add("net1");
    assertThat(
            command(
                new Operation.Configure(
                    GuestType.QEMU, 310, settings("description", "it's new"), delete)))
        .isEqualTo("qm set 310 --delete net1 --description 'it'\\''s new'");
    assertThat(
            command(
                new Operation.Clone(
                    GuestType.QEMU, 311, 9000, true, "w", null, "st", "qcow2", null)))
        .isEqualTo("qm clone 9000 311 --format qcow2 --full 1 --name w --storage st");
  }

  @Test
  void aDiskWhoseVolumeIsNotNamedYetIsShownWithAWordInItsPlace() {
    var options = new TreeMap<>(Map.of("cache", "none"));
    assertThat(command(new Operation.SetDiskOptions(GuestType.QEMU, 310, "scsi0", options)))
        .isEqualTo("qm set 310 --scsi0 VOLUME,cache=none");
  }

  @Test
  void disksSnapshotsAndPowerHaveTheirOwnWords() {
    assertThat(command(new Operation.Resize(GuestType.QEMU, 310, "scsi0", 60L << 30)))
        .isEqualTo("qm disk resize 310 scsi0 60G");
    assertThat(command(new Operation.Resize(GuestType.LXC, 210, "rootfs", 12L << 30)))
        .isEqualTo("pct resize 210 rootfs 12G");
    assertThat(command(new Operation.TakeSnapshot(GuestType.QEMU, 310, "before", "run 1")))
        .isEqualTo("qm snapshot 310 before --description 'run 1'");
    assertThat(command(new Operation.Rollback(GuestType.LXC, 210, "before")))
        .isEqualTo("pct rollback 210 before");
    assertThat(command(new Operation.DeleteSnapshot(GuestType.LXC, 210, "before", false)))
        .isEqualTo("pct delsnapshot 210 before");
    assertThat(command(new Operation.Start(GuestType.LXC, 210))).isEqualTo("pct start 210");
    assertThat(command(new Operation.Destroy(GuestType.QEMU, 310)))
        .isEqualTo("qm destroy 310 --destroy-unreferenced-disks 0 --purge 1");
    assertThat(command(new Operation.Backup(GuestType.QEMU, 310, "nfs", "snapshot", "x")))
        .startsWith("vzdump 310 --mode snapshot");
  }

  @Test
  void whatHasNoCommandGoesByPvesh() {
    assertThat(command(new Operation.SetPool(GuestType.LXC, 210, "prod", null)))
        .isEqualTo("pvesh set /pools --allow-move 1 --poolid prod --vms 210 --output-format json");
  }

  @Test
  void aSecretIsNotShown() {
    SequencedMap<String, Setting> settings = settings("hostname", "a");
    settings.put(
        "password",
        new Setting.Secret(new SecretReference(SecretReference.Source.ENV, "ROOT_PASSWORD")));

    assertThat(command(new Operation.Create(GuestType.LXC, 210, settings)))
        .isEqualTo("pct create 210 --hostname a --password \"$PASSWORD\"");
  }
}
