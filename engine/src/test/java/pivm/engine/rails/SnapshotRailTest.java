package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.GIB;
import static pivm.engine.rails.World.ids;
import static pivm.engine.rails.World.ours;
import static pivm.engine.rails.World.said;
import static pivm.engine.rails.World.settings;
import static pivm.engine.rails.World.snapshot;

import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;

class SnapshotRailTest {

  static World world() {
    return new World()
        .node("pve-01", 100, 10)
        .node("pve-02", 100, 10)
        .storage("local", "dir", "images", "rootdir", "backup")
        .storage("thin", "lvmthin", "images", "rootdir")
        .storage("zfs", "zfspool", "images", "rootdir");
  }

  static World vm(String disk) {
    return world().vm(310, "db", "pve-01", true, "scsi0: " + disk, "memory: 1024");
  }

  static Step step(ReviewedPlan reviewed, String id) {
    return reviewed.plan().steps().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aSnapshotIsTakenBeforeAConfigChange() {
    ReviewedPlan reviewed = vm("thin:vm-310-disk-0,size=8G").configure(310, "cores=4").review();
    assertThat(ids(reviewed.plan().steps())).containsExactly("310/snapshot", "310/configure");
    assertThat(step(reviewed, "310/configure").after()).containsExactly("310/snapshot");
    assertThat(step(reviewed, "310/snapshot").operation())
        .isEqualTo(
            new Operation.TakeSnapshot(
                GuestType.QEMU,
                310,
                "pre_automation_backup",
                "PIVM before the changes of plan 7f3c2a (human:root)"));
    assertThat(said(reviewed, Rail.SNAPSHOT, "310/configure"))
        .isEqualTo(
            "allowed: 310 pre_automation_backup before the change (crash consistent: no guest agent"
                + " freezes its file systems)");
  }

  @Test
  void theAgentMakesItConsistent() {
    World world = world().vm(310, "db", "pve-01", true, "scsi0: thin:vm-310-disk-0", "agent: 1");
    assertThat(said(world.configure(310, "cores=4").review(), Rail.SNAPSHOT, "310/configure"))
        .contains("file-system consistent if the guest agent answers");
  }

  @Test
  void theOlderOneIsRemovedFirst() {
    ReviewedPlan reviewed =
        vm("thin:vm-310-disk-0,size=8G")
            .snapshots(310, ours(), snapshot("mine", "by hand"))
            .configure(310, "cores=4")
            .review();
    assertThat(ids(reviewed.plan().steps()))
        .containsExactly("310/snapshot-remove", "310/snapshot", "310/configure");
    assertThat(step(reviewed, "310/snapshot").after()).containsExactly("310/snapshot-remove");
    assertThat(reviewed.openConfirmations()).isEmpty();
  }

  @Test
  void oneThatAPersonMadeUnderThatNameIsOnlyRemovedWhenConfirmed() {
    ReviewedPlan reviewed =
        vm("thin:vm-310-disk-0,size=8G")
            .snapshots(310, snapshot("pre_automation_backup", ""))
            .configure(310, "cores=4")
            .review();
    assertThat(said(reviewed, Rail.DESTRUCTIVE, "310/snapshot-remove")).startsWith("confirm: ");
    assertThat(reviewed.runnable()).isEmpty();
  }

  @Test
  void oneThatWasLeftHalfDoneIsRemovedByForce() {
    Snapshot broken = new Snapshot(SnapshotRail.NAME, World.NOW, "PIVM x", null, false, "delete");
    ReviewedPlan reviewed =
        vm("thin:vm-310-disk-0").snapshots(310, broken).configure(310, "cores=4").review();
    assertThat(step(reviewed, "310/snapshot-remove").operation())
        .isEqualTo(new Operation.DeleteSnapshot(GuestType.QEMU, 310, SnapshotRail.NAME, true));
  }

  @Test
  void itPrecedesEveryChangeOfTheGuest() {
    World world = vm("thin:vm-310-disk-0,size=8G").configure(310, "cores=4");
    world.step("resize", new Operation.Resize(GuestType.QEMU, 310, "scsi0", 9 * GIB));
    world.step("move", new Operation.MoveDisk(GuestType.QEMU, 310, "scsi0", "zfs", null), "resize");
    ReviewedPlan reviewed = world.review();
    for (String id : new String[] {"310/configure", "310/resize", "310/move"}) {
      assertThat(step(reviewed, id).after()).contains("310/snapshot");
    }
    assertThat(ids(reviewed.plan().steps())).startsWith("310/snapshot");
  }

  @Test
  void aPowerChangeNeedsNone() {
    World world = vm("thin:vm-310-disk-0").entry(310, DesiredGuest.Restart.ALLOWED, false);
    world.step("reboot", new Operation.Reboot(GuestType.QEMU, 310, 60));
    assertThat(ids(world.review().plan().steps())).containsExactly("310/reboot");
  }

  @Test
  void aGuestThatThisRunMadeNeedsNone() {
    World world = world().create(210, "pve-01", 512);
    world.on(
        "pve-01",
        "configure",
        new Operation.Configure(GuestType.LXC, 210, settings("onboot=1"), new TreeSet<>()),
        pivm.engine.plan.Effect.NONE,
        0,
        "create");
    assertThat(ids(world.review().plan().steps()))
        .containsExactlyInAnyOrder("210/create", "210/start", "210/configure");
  }

  @Test
  void aRollbackTakesNone() {
    World world = vm("thin:vm-310-disk-0").snapshots(310, ours());
    world.step("rollback", new Operation.Rollback(GuestType.QEMU, 310, SnapshotRail.NAME));
    assertThat(ids(world.review().plan().steps())).containsExactly("310/rollback");
  }

  @ParameterizedTest
  @CsvSource({
    "dir,     310/vm-310-disk-0.qcow2, true",
    "dir,     310/vm-310-disk-0.raw,   false",
    "nfs,     310/vm-310-disk-0.vmdk,  false",
    "lvmthin, vm-310-disk-0,           true",
    "lvm,     vm-310-disk-0,           false",
    "lvm,     vm-310-disk-0.qcow2,     true",
    "zfspool, vm-310-disk-0,           true",
    "zfs,     vm-310-disk-0,           true",
    "rbd,     vm-310-disk-0,           true",
    "btrfs,   310/vm-310-disk-0.raw,   true",
    "iscsi,   0.0.0.scsi-36,           false"
  })
  void whatAStorageCanSnapshotFollowsItsPlugin(String type, String name, boolean can) {
    World world = world().storage("store", type, "images");
    world.vm(310, "db", "pve-01", false, "scsi0: store:" + name + ",size=8G");
    assertThat(ids(world.configure(310, "cores=2").review().plan().steps()))
        .contains(can ? "310/snapshot" : "310/backup");
  }

  @Test
  void cdRomDrivesDoNotMatter() {
    World world =
        world()
            .vm(310, "db", "pve-01", false, "scsi0: thin:x", "ide2: local:iso/a.iso,media=cdrom");
    assertThat(ids(world.configure(310, "cores=2").review().plan().steps()))
        .contains("310/snapshot");
  }

  @Test
  void oneBindMountMakesTheContainerUnsnapshottable() {
    World world =
        world()
            .lxc(
                210,
                "web",
                "pve-01",
                true,
                "rootfs: thin:vm-210-disk-0,size=8G",
                "mp0: /srv/data,mp=/data");
    ReviewedPlan reviewed = world.configure(210, "cores=2").review();
    assertThat(said(reviewed, Rail.SNAPSHOT, "210/configure"))
        .startsWith(
            "allowed: no snapshot is possible (mp0 is the host's /srv/data, which is no volume)")
        .contains("210 is backed up to local before (snapshot mode: it keeps running")
        .contains("at most 8 GiB of 500 GiB free");
  }

  @Test
  void aFullStorageTakesNoSnapshot() {
    World world = vm("thin:vm-310-disk-0,size=8G").configure(310, "cores=4");
    world.storages.computeIfPresent(
        "thin",
        (_, storage) -> {
          var use = new TreeMap<>(storage.use());
          use.put("pve-01", new Storage.Use(true, 100 * GIB, GIB));
          return storage.withUse(use);
        });
    assertThat(said(world.review(), Rail.SNAPSHOT, "310/configure"))
        .contains("thin has 1 GiB free, a snapshot should find 5 GiB")
        .contains("backed up to local");
  }

  @Test
  void unreadSnapshotsBlock() {
    World world = vm("thin:vm-310-disk-0").configure(310, "cores=4");
    world.replace(
        310,
        one ->
            new pivm.engine.inventory.ObservedGuest(
                one.type(),
                one.vmid(),
                one.name(),
                one.node(),
                one.power(),
                one.template(),
                one.lock(),
                one.maxMemory(),
                one.usedMemory(),
                one.uptime(),
                one.pool(),
                one.tags(),
                one.ha(),
                one.config(),
                null));
    assertThat(said(world.review(), Rail.SNAPSHOT, "310/configure"))
        .startsWith("blocked: the snapshots of vm 310 db could not be read");
  }

  @Test
  void aConversionToATemplateIsProtectedByABackupAndPivmsSnapshotGoes() {
    World world = vm("thin:vm-310-disk-0,size=8G").snapshots(310, ours());
    world.step("template", new Operation.ConvertToTemplate(GuestType.QEMU, 310));
    ReviewedPlan reviewed = world.review();
    assertThat(ids(reviewed.plan().steps()))
        .containsExactly("310/backup", "310/snapshot-remove", "310/template");
    assertThat(step(reviewed, "310/snapshot-remove").after()).containsExactly("310/backup");
    assertThat(step(reviewed, "310/template").after())
        .containsExactly("310/backup", "310/snapshot-remove");
  }

  @Test
  void somebodyElsesSnapshotBlocksItByName() {
    World world = vm("thin:vm-310-disk-0,size=8G").snapshots(310, snapshot("before-upgrade", ""));
    world.step("template", new Operation.ConvertToTemplate(GuestType.QEMU, 310));
    assertThat(said(world.review(), Rail.SNAPSHOT, "310/template"))
        .isEqualTo(
            "blocked: Proxmox refuses it while vm 310 db has the snapshot before-upgrade, which PIVM"
                + " did not make; remove it first");
  }

  @Test
  void anUnusedVolumeIsInNoBackupSoThatDeletingItHasToBeAccepted() {
    World world =
        world()
            .vm(310, "db", "pve-01", true, "scsi0: thin:a,size=8G", "unused0: thin:vm-310-disk-1");
    world.step("delete", new Operation.DeleteVolume(GuestType.QEMU, 310, "unused0"));
    assertThat(said(world.review(), Rail.SNAPSHOT, "310/delete"))
        .startsWith("blocked: ")
        .contains("unused0 is in no snapshot and in no backup");
  }

  @Test
  void ourSnapshotIsRemovedBeforeAMoveThatItWouldHinder() {
    World world = vm("thin:vm-310-disk-0,size=8G").snapshots(310, ours());
    world.step("migrate", new Operation.Migrate(GuestType.QEMU, 310, "pve-02", true));
    ReviewedPlan reviewed = world.review();
    assertThat(ids(reviewed.plan().steps()))
        .containsExactly("310/snapshot-remove-before-move", "310/migrate");
    assertThat(said(reviewed, Rail.SNAPSHOT, "310/migrate"))
        .contains("is removed before the move, since its storage can't move it");
  }

  @Test
  void aSnapshotTakenEarlierInTheRunIsRemovedBeforeTheMoveToo() {
    World world = vm("thin:vm-310-disk-0,size=8G").configure(310, "cores=4");
    world.step("migrate", new Operation.Migrate(GuestType.QEMU, 310, "pve-02", true), "configure");
    assertThat(ids(world.review().plan().steps()))
        .containsExactly(
            "310/snapshot", "310/configure", "310/snapshot-remove-before-move", "310/migrate");
  }

  @Test
  void onceRemovedForTheMoveItIsNotRemovedAgain() {
    World world = vm("thin:vm-310-disk-0,size=8G").snapshots(310, ours());
    world.step("migrate", new Operation.Migrate(GuestType.QEMU, 310, "pve-02", true));
    world.step(
        "configure",
        new Operation.Configure(GuestType.QEMU, 310, settings("cores=4"), new TreeSet<>()),
        "migrate");
    assertThat(ids(world.review().plan().steps()))
        .containsExactly(
            "310/snapshot-remove-before-move", "310/migrate", "310/snapshot", "310/configure");
  }

  @Test
  void aContainerOnZfsMovesWithItsSnapshots() {
    World world =
        world()
            .lxc(210, "web", "pve-01", false, "rootfs: zfs:subvol-210-disk-0,size=8G")
            .snapshots(210, ours(), snapshot("mine", ""));
    world.step("migrate", new Operation.Migrate(GuestType.LXC, 210, "pve-02", false));
    assertThat(ids(world.review().runnable())).containsExactly("210/migrate");
  }

  @Test
  void somebodyElsesSnapshotMakesItUnmovable() {
    World world =
        world()
            .lxc(210, "web", "pve-01", false, "rootfs: thin:vm-210-disk-0,size=8G")
            .snapshots(210, snapshot("mine", ""));
    world.step("migrate", new Operation.Migrate(GuestType.LXC, 210, "pve-02", false));
    assertThat(said(world.review(), Rail.SNAPSHOT, "210/migrate"))
        .startsWith(
            "blocked: lxc 210 web cannot be moved: its snapshot mine lies on local storage");
  }

  @Test
  void nothingIsSavedForAChangeThatIsBlocked() {
    World world = vm("thin:vm-310-disk-0,size=8G").configure(310, "cores=4");
    world.rights = RightsRailTest.rights("/", "VM.Audit", "VM.Snapshot");
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.RIGHTS, "310/configure")).startsWith("blocked: ");
    assertThat(said(reviewed, Rail.RIGHTS, "310/snapshot")).isEmpty();
    assertThat(reviewed.blockedSteps()).containsExactly("310/configure", "310/snapshot");
  }
}
