package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pivm.proxmox.GuestType.LXC;
import static pivm.proxmox.GuestType.QEMU;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.manifest.DiskSetting.Allocate;
import pivm.engine.manifest.DiskSetting.Attach;
import pivm.engine.manifest.DiskSetting.BindMount;
import pivm.engine.manifest.DiskSetting.CdRom;
import pivm.engine.manifest.DiskSetting.Import;
import pivm.engine.manifest.DiskSetting.Passthrough;
import pivm.proxmox.GuestType;

class DiskSettingTest {

  @Test
  void aBareNumberIsGib() {
    assertThat(DiskSetting.parse(LXC, "rootfs", "local-lvm:12"))
        .isEqualTo(new Allocate("local-lvm", 12 * DiskSize.GIB, options()));
  }

  @Test
  void aUnitIsTakenAsWritten() {
    assertThat(DiskSetting.parse(QEMU, "scsi1", "ceph:2252M,discard=on,iothread=1"))
        .isEqualTo(
            new Allocate("ceph", 2252 * DiskSize.MIB, options("discard", "on", "iothread", "1")));
  }

  @Test
  void aConfigsValueIsAnAttachedVolumeWithItsSize() {
    assertThat(DiskSetting.parse(QEMU, "scsi0", "local:101/vm-101-disk-0.qcow2,size=2G"))
        .isEqualTo(new Attach("local:101/vm-101-disk-0.qcow2", 2 * DiskSize.GIB, options()));
  }

  @Test
  void theVolumeMayHaveItsName() {
    assertThat(DiskSetting.parse(LXC, "mp0", "mp=/data,volume=btr:1"))
        .isEqualTo(new Allocate("btr", DiskSize.GIB, options("mp", "/data")));
    assertThat(DiskSetting.parse(QEMU, "virtio0", "iothread=1,file=zfs:8"))
        .isEqualTo(new Allocate("zfs", 8 * DiskSize.GIB, options("iothread", "1")));
  }

  @Test
  void theSizeOfEfiAndTpmDisksIsNotPivmsToChoose() {
    var expected = new Allocate("local", null, options("efitype", "4m"));
    assertThat(DiskSetting.parse(QEMU, "efidisk0", "local:1,efitype=4m")).isEqualTo(expected);
    assertThat(DiskSetting.parse(QEMU, "efidisk0", "local:,efitype=4m")).isEqualTo(expected);
    assertThat(DiskSetting.parse(QEMU, "efidisk0", "local,efitype=4m")).isEqualTo(expected);
  }

  @Test
  void anImportedDiskKeepsItsSourceAndMayGrow() {
    assertThat(DiskSetting.parse(QEMU, "scsi1", "local:0,import-from=local:import/debian.qcow2"))
        .isEqualTo(new Import("local", null, "local:import/debian.qcow2", options()));
    assertThat(DiskSetting.parse(QEMU, "scsi1", "local:20,import-from=local:import/debian.qcow2"))
        .isEqualTo(new Import("local", 20 * DiskSize.GIB, "local:import/debian.qcow2", options()));
  }

  @Test
  void cdRomDrivesAreToldByWhatIsInThem() {
    assertThat(DiskSetting.parse(QEMU, "ide2", "none,media=cdrom"))
        .isEqualTo(new CdRom(new CdRom.Empty(), options()));
    assertThat(DiskSetting.parse(QEMU, "ide2", "cdrom,media=cdrom"))
        .isEqualTo(new CdRom(new CdRom.HostDrive(), options()));
    assertThat(DiskSetting.parse(QEMU, "ide2", "local:iso/tiny.iso,media=cdrom,size=512"))
        .isEqualTo(new CdRom(new CdRom.Image("local:iso/tiny.iso"), options()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "local:cloudinit local",
        "local:110/vm-110-cloudinit.qcow2,media=cdrom local",
        "local-lvm:vm-110-cloudinit,media=cdrom,size=4M local-lvm",
      })
  void cloudInitDrivesAreKnownInManifestsAndConfigs(String text, String storage) {
    DiskSetting setting = DiskSetting.parse(QEMU, "ide2", text);
    assertThat(setting).isEqualTo(new CdRom(new CdRom.CloudInit(storage), options()));
    assertThat(setting.storage()).isEqualTo(storage);
  }

  @Test
  void pathsArePassedThroughOrMounted() {
    assertThat(DiskSetting.parse(QEMU, "scsi1", "/dev/disk/by-id/ata-X,size=500107608K"))
        .isEqualTo(new Passthrough("/dev/disk/by-id/ata-X", options()));
    assertThat(DiskSetting.parse(LXC, "mp2", "/srv,mp=/srv,ro=1"))
        .isEqualTo(new BindMount("/srv", options("mp", "/srv", "ro", "1")));
    assertThat(DiskSetting.parse(LXC, "mp2", "/dev/sdb1,mp=/srv"))
        .isEqualTo(new Passthrough("/dev/sdb1", options("mp", "/srv")));
  }

  @Test
  void aContainersDirectoryWithoutLimitHasSizeZero() {
    assertThat(DiskSetting.parse(LXC, "rootfs", "local:0"))
        .isEqualTo(new Allocate("local", 0L, options()));
  }

  @Test
  void oldNamesOfOptionsAreRead() {
    assertThat(DiskSetting.parse(QEMU, "scsi0", "a1:1,bps_rd_length=3").options())
        .containsExactly(Map.entry("bps_rd_max_length", "3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "scsi0   | 32                   | names no storage; write STORAGE:32",
        "scsi0   | local:0              | has size 0",
        "scsi0   | local:1,cache=a,cache=b | names cache twice",
        "scsi0   | local:1,ssd          | 'ssd' where NAME=VALUE is expected",
        "scsi0   | ssd=1                | names no storage or volume",
        "scsi0   | a b:1                | is no disk",
        "scsi0   | local:x,import-from=local:import/a.qcow2 | needs STORAGE:0 or STORAGE:SIZE",
        "unused0 | local:8              | is for a volume that exists",
        "ide2    | ,media=cdrom         | names no storage or volume",
        "scsi0   | local:x,size=big     | 'big' is not a size",
      })
  void nonsenseIsRefusedWithTheWayOut(String key, String text, String message) {
    assertThatThrownBy(() -> DiskSetting.parse(QEMU, key, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void parsingTheTextGivesTheSettingAgain() {
    for (long seed = 1; seed <= 5000; seed++) {
      var random = new Random(seed);
      GuestType type = random.nextBoolean() ? QEMU : LXC;
      DiskSetting setting = anySetting(random, type);
      String key = type == QEMU ? "scsi" + random.nextInt(30) : "mp" + random.nextInt(200);
      assertThat(DiskSetting.parse(type, key, setting.text()))
          .as("seed %d, %s", seed, setting.text())
          .isEqualTo(setting);
    }
  }

  private static DiskSetting anySetting(Random random, GuestType type) {
    var options = type == QEMU ? options("discard", "on", "cache", "none") : options("mp", "/a b");
    long unit = new long[] {1, DiskSize.KIB, DiskSize.MIB, DiskSize.GIB}[random.nextInt(4)];
    Long size = random.nextInt(5) == 0 ? null : (Long) (unit * (1 + random.nextInt(5000)));
    int kind = random.nextInt(type == QEMU ? 5 : 3);
    return switch (kind) {
      case 0 -> new Allocate("local-lvm", size, options);
      case 1 -> new Attach("local:101/vm-101-disk-0.raw", size, options);
      case 2 ->
          type == QEMU ? new Passthrough("/dev/sda", options) : new BindMount("/srv/data", options);
      case 3 -> new Import("ceph.pool", size, "local:import/a.qcow2", options);
      default -> new CdRom(new CdRom.Image("local:iso/a.iso"), options());
    };
  }

  private static SequencedMap<String, String> options(String... pairs) {
    var options = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      options.put(pairs[i], pairs[i + 1]);
    }
    return options;
  }
}
