package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.SnapshotRailTest.step;
import static pivm.engine.rails.SnapshotRailTest.vm;
import static pivm.engine.rails.SnapshotRailTest.world;
import static pivm.engine.rails.World.GIB;
import static pivm.engine.rails.World.ids;
import static pivm.engine.rails.World.said;

import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;

/** The backup that stands in where there can be no snapshot. */
class FallbackBackupTest {

  @Test
  void aContainerThatCannotSnapshotIsSuspendedDuringTheCopyAndThePlanSaysSo() {
    World world =
        world().lxc(210, "web", "pve-01", true, "rootfs: local:210/vm-210-disk-0.raw,size=8G");
    ReviewedPlan reviewed = world.configure(210, "cores=2").review();
    assertThat(said(reviewed, Rail.SNAPSHOT, "210/configure"))
        .contains("suspend mode: it is suspended during the copy");
    assertThat(step(reviewed, "210/backup").operation())
        .isEqualTo(
            new Operation.Backup(
                GuestType.LXC,
                210,
                "local",
                "suspend",
                "PIVM pre_automation_backup, config meaning210"));
    assertThat(step(reviewed, "210/configure").after()).containsExactly("210/backup");
  }

  @Test
  void aBackupThatLeavesOutWhatIsChangedDoesNotCount() {
    World world =
        world()
            .lxc(
                210,
                "web",
                "pve-01",
                true,
                "rootfs: local:210/vm-210-disk-0.raw,size=8G",
                "mp0: local:210/vm-210-disk-1.raw,mp=/data,size=8G");
    world.step("resize", new Operation.Resize(GuestType.LXC, 210, "mp0", 9 * GIB));
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.SNAPSHOT, "210/resize"))
        .startsWith("blocked: ")
        .contains("mp0 is left out of backups; set backup=1 on it");
    assertThat(reviewed.runnable()).isEmpty();
  }

  @Test
  void withoutRoomForABackupTheChangeIsBlocked() {
    World world = vm("local:310/vm-310-disk-0.raw,size=600G").configure(310, "cores=4");
    assertThat(said(world.review(), Rail.SNAPSHOT, "310/configure"))
        .startsWith("blocked: 310 can't be protected")
        .contains("scsi0 is raw on local (dir)")
        .contains("local has 500 GiB free, the backup may take 600 GiB")
        .contains("\"snapshot\": \"unavailable-accepted\"");
  }

  @Test
  void itMayBeAcceptedInTheManifest() {
    World world = vm("local:310/vm-310-disk-0.raw,size=600G").configure(310, "cores=4");
    world.entry(310, DesiredGuest.Restart.NEVER, true);
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.SNAPSHOT, "310/configure"))
        .startsWith("allowed: 310 is changed without protection");
    assertThat(ids(reviewed.runnable())).containsExactly("310/configure");
  }

  private static World withBackup(String notes, long age) {
    World world = vm("local:310/vm-310-disk-0.raw,size=8G").configure(310, "cores=4");
    return backup(world, 310, notes, age);
  }

  private static World backup(World world, int vmid, String notes, long age) {
    return world.volume(
        "pve-01",
        new Storage.Volume(
            "local:backup/vzdump-qemu-310.vma.zst",
            "backup",
            vmid,
            GIB,
            "vma.zst",
            World.NOW.getEpochSecond() - age,
            null,
            notes));
  }

  @Test
  void aRecentBackupOfPivmCountsWhileNothingHasChanged() {
    ReviewedPlan reviewed =
        withBackup("PIVM pre_automation_backup, config meaning310", 3 * 3600).review();
    assertThat(ids(reviewed.plan().steps())).containsExactly("310/configure");
    assertThat(said(reviewed, Rail.SNAPSHOT, "310/configure"))
        .contains("the backup local:backup/vzdump-qemu-310.vma.zst, 3 h old, protects 310");
  }

  @Test
  void anOldOneOrOneOfAnotherConfigOrOfSomebodyElseDoesNot() {
    for (World world :
        new World[] {
          withBackup("PIVM pre_automation_backup, config meaning310", 25 * 3600),
          withBackup("PIVM pre_automation_backup, config other", 60),
          withBackup("nightly", 60)
        }) {
      assertThat(ids(world.review().plan().steps())).contains("310/backup");
    }
  }

  @Test
  void oneThatIsOlderThanTheVmIsOfAnEarlierOne() {
    World world =
        world()
            .vm(
                310,
                "db",
                "pve-01",
                true,
                "scsi0: local:310/vm-310-disk-0.raw,size=8G",
                "meta: creation-qemu=10.0.2,ctime=" + (World.NOW.getEpochSecond() - 60))
            .configure(310, "cores=4");
    backup(world, 310, "PIVM pre_automation_backup, config meaning310", 90);
    assertThat(ids(world.review().plan().steps())).contains("310/backup");
    backup(world, 310, "PIVM pre_automation_backup, config meaning310", 30);
    assertThat(ids(world.review().plan().steps())).doesNotContain("310/backup");
  }

  @Test
  void oneThatIsOlderThanTheContainersRootDiskIsNotReliedOn() {
    World world =
        world()
            .lxc(
                210,
                "web",
                "pve-01",
                true,
                "rootfs: thin:vm-210-disk-0,size=8G",
                "mp0: local:210/vm-210-disk-1.raw,mp=/data,backup=1,size=8G")
            .volume(
                "pve-01",
                new Storage.Volume(
                    "thin:vm-210-disk-0",
                    "rootdir",
                    210,
                    8 * GIB,
                    "raw",
                    World.NOW.getEpochSecond() - 60))
            .configure(210, "cores=2");
    backup(world, 210, "PIVM pre_automation_backup, config meaning210", 90);
    assertThat(ids(world.review().plan().steps())).contains("210/backup");
    backup(world, 210, "PIVM pre_automation_backup, config meaning210", 30);
    assertThat(ids(world.review().plan().steps())).doesNotContain("210/backup");
  }
}
