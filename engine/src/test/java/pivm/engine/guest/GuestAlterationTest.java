package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.guest.PlanningWorld.field;
import static pivm.engine.guest.PlanningWorld.step;
import static pivm.engine.guest.PlanningWorld.stepIds;

import org.junit.jupiter.api.Test;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.PowerState;
import pivm.engine.plan.Action;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;

class GuestAlterationTest {
  private static final Calls CALLS = new Calls(reference -> "secret of " + reference);

  private static final String VM =
      """
      name: worker-01
      memory: 4096
      cores: 4
      agent: 1
      net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
      scsihw: virtio-scsi-single
      scsi0: local-lvm:vm-310-disk-0,size=60G
      tags: prod;worker
      digest: abc
      """;

  private static String vm(String fields) {
    return """
    [{"type": "vm", "vmid": 310, "hostname": "worker-01", "template": 9000 %s}]
    """
        .formatted(fields.isEmpty() ? "" : ", " + fields);
  }

  private static ApiCall call(Plan plan, String id) {
    return CALLS.of((Operation.Call) step(plan, id).operation(), step(plan, id).node(), null);
  }

  private static Plan running(String fields) {
    return PlanningWorld.standard().runningVm(310, VM).plan(vm(fields));
  }

  @Test
  void aMachineTypeThatProxmoxPinnedForWindowsIsTheDeclaredOne() {
    PlanningWorld world =
        PlanningWorld.standard()
            .stoppedVm(310, VM + "ostype: win11\nmachine: pc-q35-10.0+pve1,viommu=virtio\n");

    assertThat(world.plan(vm("\"options\": {\"machine\": \"q35\"}")).isEmpty()).isTrue();
    assertThat(stepIds(world.plan(vm("\"options\": {\"machine\": \"pc\"}"))))
        .containsExactly("310/configure");
  }

  @Test
  void whatIsDetachedIsNoDifferenceUnlessItMustBeGone() {
    PlanningWorld world =
        PlanningWorld.standard().stoppedVm(310, VM + "unused1: ceph:vm-310-disk-4\n");
    String declared = "\"options\": {\"unused0\": \"ceph:vm-310-disk-9\"}";

    assertThat(world.plan(vm(declared)).isEmpty()).isTrue();
    assertThat(stepIds(world.plan(vm("\"options\": {\"unused1\": null}"))))
        .containsExactly("310/delete-unused1");
  }

  @Test
  void memoryHotplugWithoutWhatItNeedsIsToldBeforeProxmoxRefusesIt() {
    Plan plan =
        running(
            """
            "memory": 8192, "state": "running",
            "options": {"hotplug": "network,disk,usb,memory"}
            """);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles().getFirst().message()).contains("which needs \"numa\": 1");
  }

  @Test
  void aContainerThatIsOnlyHalfMadeIsLeftAlone() {
    Plan plan =
        PlanningWorld.standard()
            .stoppedContainer(210, "hostname: proxy-01\nmemory: 512")
            .plan(
                """
                [{"type": "lxc", "vmid": 210, "hostname": "proxy-01", "memory": 1024,
                  "template": "local:vztmpl/EXISTING", "storage": "local-lvm:8"}]
                """);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.unknown().getFirst().reason())
        .contains("no root disk on pve-01")
        .contains("pct unlock 210 && pct destroy 210 --purge 1");
  }

  @Test
  void whatIsAsDeclaredGivesAnEmptyPlan() {
    Plan plan =
        running(
            """
            "memory": 4096, "cores": 4, "net0": "virtio,bridge=vmbr0", "storage": "local-lvm:60",
            "state": "running", "options": {"agent": "enabled=1", "tags": "worker, Prod"}
            """);

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.changes()).isEmpty();
  }

  @Test
  void whatIsNotDeclaredIsLeftAlone() {
    assertThat(running("").isEmpty()).isTrue();
  }

  @Test
  void aTagIsAddedLiveAndTheRestOfTheNetworkCardIsKept() {
    Plan plan = running("\"net0\": \"virtio,bridge=vmbr0,tag=30\"");

    assertThat(call(plan, "310/configure").parameters())
        .containsEntry("net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1,tag=30")
        .hasSize(1);
    assertThat(field(plan, "net0.tag").effect()).isEqualTo(Effect.LIVE);
    assertThat(step(plan, "310/configure").effect()).isEqualTo(Effect.LIVE);
  }

  @Test
  void memoryOfARunningVmIsPendingAndTheRestartIsNotMadeUnasked() {
    Plan plan = running("\"memory\": 8192");

    assertThat(stepIds(plan)).containsExactly("310/configure");
    assertThat(field(plan, "memory").effect()).isEqualTo(Effect.PENDING);
    assertThat(field(plan, "memory").why())
        .contains("restart: never")
        .contains("memory is not in hotplug");
  }

  @Test
  void aRestartFollowsWhereItIsAllowed() {
    Plan plan = running("\"memory\": 8192, \"restart\": \"allowed\"");

    assertThat(stepIds(plan)).containsExactly("310/configure", "310/reboot");
    assertThat(field(plan, "memory").effect()).isEqualTo(Effect.RESTART);
  }

  @Test
  void nothingRestartsForALiveChangeEvenWhereItIsAllowed() {
    Plan plan = running("\"net0\": \"virtio,bridge=vmbr0,tag=30\", \"restart\": \"allowed\"");

    assertThat(stepIds(plan)).containsExactly("310/configure");
  }

  @Test
  void aStoppedGuestTakesEveryChangeAtOnce() {
    Plan plan = PlanningWorld.standard().stoppedVm(310, VM).plan(vm("\"memory\": 8192"));

    assertThat(field(plan, "memory").effect()).isEqualTo(Effect.NONE);
  }

  @Test
  void whatProxmoxHoldsAsPendingIsShownAsPendingAndNotSentAgain() {
    Plan plan =
        PlanningWorld.standard().runningVm(310, VM + "memory> 8192").plan(vm("\"memory\": 8192"));

    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.changes().getFirst().action()).isEqualTo(Action.PENDING);
    assertThat(field(plan, "memory").from()).isEqualTo("4096");
    assertThat(field(plan, "memory").to()).isEqualTo("8192");
  }

  @Test
  void aPendingValueThatIsNotDeclaredIsSetBack() {
    Plan plan =
        PlanningWorld.standard().runningVm(310, VM + "memory> 8192").plan(vm("\"memory\": 4096"));

    assertThat(call(plan, "310/configure").parameters()).containsEntry("memory", "4096");
  }

  @Test
  void aDiskGrowsAndNeverShrinks() {
    Plan grown = running("\"storage\": \"local-lvm:80\"");
    assertThat(call(grown, "310/grow-scsi0").parameters())
        .containsEntry("disk", "scsi0")
        .containsEntry("size", "80G");
    assertThat(field(grown, "scsi0.size").effect()).isEqualTo(Effect.LIVE);

    Plan shrunk = running("\"storage\": \"local-lvm:40\"");
    assertThat(shrunk.steps()).isEmpty();
    assertThat(shrunk.obstacles().getFirst().message()).contains("60G").contains("40G");
  }

  @Test
  void anotherStorageMovesTheDiskLiveAndKeepsTheSource() {
    Plan plan = running("\"storage\": \"ceph:60\"");

    assertThat(call(plan, "310/move-scsi0").parameters())
        .containsEntry("storage", "ceph")
        .containsEntry("delete", "0");
  }

  @Test
  void nullDetachesADiskAndOnlyNullOnUnusedDeletesIt() {
    Plan detached = running("\"options\": {\"scsi1\": null, \"scsi0\": null}");
    assertThat(call(detached, "310/configure").parameters()).containsEntry("delete", "scsi0");

    Plan deleted =
        PlanningWorld.standard()
            .runningVm(310, VM + "unused0: local-lvm:vm-310-disk-1")
            .plan(vm("\"options\": {\"unused0\": null}"));
    assertThat(stepIds(deleted)).containsExactly("310/delete-unused0");
  }

  @Test
  void aDetachedDiskIsDeletedInTheSameRunWhereItsUnusedKeyIsDeclaredAway() {
    Plan plan =
        PlanningWorld.standard()
            .stoppedVm(310, VM + "scsi1: local-lvm:vm-310-disk-1,size=1G\nunused0: local-lvm:x")
            .plan(vm("\"options\": {\"scsi1\": null, \"unused1\": null}"));

    assertThat(stepIds(plan)).containsExactly("310/configure", "310/delete-unused1");
  }

  @Test
  void optionsOfADiskAreChangedWithoutLosingTheOthers() {
    Plan plan =
        PlanningWorld.standard()
            .runningVm(310, VM.replace("size=60G", "backup=0,size=60G"))
            .plan(vm("\"storage\": \"local-lvm:60,discard=on\""));

    assertThat(call(plan, "310/configure").parameters().get("scsi0"))
        .contains("local-lvm:vm-310-disk-0")
        .contains("backup=0")
        .contains("discard=on");
    assertThat(field(plan, "scsi0.discard").effect()).isEqualTo(Effect.PENDING);
  }

  @Test
  void aContainersVolumeMovesOnlyStoppedSoItWaitsUnlessRestartIsAllowed() {
    PlanningWorld world =
        PlanningWorld.standard()
            .runningContainer(210, "hostname: proxy-01\nrootfs: local-lvm:vm-210-disk-0,size=12G");
    String manifest =
        """
        [{"type": "lxc", "vmid": 210, "hostname": "proxy-01", "template": "local:vztmpl/d.tar.zst",
          "storage": "ceph:12", "restart": "%s"}]
        """;

    assertThat(world.plan(manifest.formatted("never")).steps()).isEmpty();
    assertThat(stepIds(world.plan(manifest.formatted("allowed"))))
        .containsExactly("210/shutdown", "210/move-rootfs", "210/start");
  }

  @Test
  void aMovedGuestIsNoDifferenceUnlessItsNodeIsPinned() {
    PlanningWorld world =
        PlanningWorld.standard().guest(GuestType.QEMU, 310, "pve-02", PowerState.RUNNING, null, VM);

    assertThat(world.plan(vm("\"node\": \"pve-01\"")).isEmpty()).isTrue();
    Plan pinned = world.plan(vm("\"node\": \"pve-01\", \"node_policy\": \"pin\""));
    assertThat(call(pinned, "310/migrate").path()).isEqualTo("/nodes/pve-02/qemu/310/migrate");
    assertThat(call(pinned, "310/migrate").parameters())
        .containsEntry("target", "pve-01")
        .containsEntry("online", "1");
    assertThat(pinned.changes().getFirst().action()).isEqualTo(Action.MIGRATE);
  }

  @Test
  void withoutSightOfItsPowerAGuestIsComparedAndTakenToRun() {
    Plan plan =
        PlanningWorld.standard()
            .guest(GuestType.QEMU, 310, "pve-01", PowerState.UNKNOWN, null, VM)
            .plan(vm("\"memory\": 8192, \"state\": \"stopped\", \"restart\": \"allowed\""));

    assertThat(stepIds(plan)).containsExactly("310/configure");
    assertThat(field(plan, "memory").effect()).isEqualTo(Effect.PENDING);
    assertThat(plan.unknown().getFirst().reason()).contains("can't be seen");
  }

  @Test
  void powerIsOnlyManagedWhereDeclared() {
    PlanningWorld stopped = PlanningWorld.standard().stoppedVm(310, VM);
    assertThat(stopped.plan(vm("")).isEmpty()).isTrue();
    assertThat(stepIds(stopped.plan(vm("\"state\": \"running\"")))).containsExactly("310/start");
    assertThat(stepIds(running("\"state\": \"stopped\""))).containsExactly("310/shutdown");
  }

  @Test
  void anAbsentGuestIsShutDownAndDestroyedOnlyUnderItsName() {
    Plan plan = running("\"state\": \"absent\"");
    assertThat(stepIds(plan)).containsExactly("310/shutdown", "310/destroy");
    assertThat(call(plan, "310/destroy").parameters())
        .containsEntry("purge", "1")
        .containsEntry("destroy-unreferenced-disks", "0");

    Plan other =
        PlanningWorld.standard()
            .runningVm(310, VM.replace("worker-01", "database"))
            .plan(vm("\"state\": \"absent\""));
    assertThat(other.steps()).isEmpty();
    assertThat(other.obstacles().getFirst().message()).contains("'database'");

    assertThat(PlanningWorld.standard().plan(vm("\"state\": \"absent\"")).isEmpty()).isTrue();
  }

  @Test
  void anAdoptedGuestMayBeRenamed() {
    Plan plan =
        PlanningWorld.standard()
            .runningVm(310, VM)
            .plan(
                """
                [{"type": "vm", "vmid": 310, "hostname": "worker-02",
                  "template": "local:iso/EXISTING"}]
                """);

    assertThat(call(plan, "310/configure").parameters()).containsEntry("name", "worker-02");
  }

  @Test
  void cloudInitChangesMakeTheDriveAnew() {
    Plan plan =
        PlanningWorld.standard()
            .runningVm(310, VM + "ide2: local-lvm:vm-310-cloudinit,media=cdrom\nciuser: root")
            .plan(vm("\"cloud_init\": {\"enable\": true, \"user\": \"ops\"}"));

    assertThat(stepIds(plan)).containsExactly("310/configure", "310/cloud-init");
  }

  @Test
  void highAvailabilityIsComparedByWhatIsDeclared() {
    PlanningWorld world =
        PlanningWorld.standard()
            .guest(
                GuestType.QEMU,
                310,
                "pve-01",
                PowerState.RUNNING,
                new HaResource("started", true, 1, 1),
                VM);

    assertThat(world.plan(vm("\"ha\": {\"state\": \"started\"}")).isEmpty()).isTrue();
    Plan plan = world.plan(vm("\"ha\": {\"state\": \"started\", \"max_restart\": 3}"));
    assertThat(call(plan, "310/ha").path()).isEqualTo("/cluster/ha/resources/vm:310");
  }

  @Test
  void aPoolThatIsNotThereIsNamed() {
    assertThat(running("\"pool\": \"web\"").obstacles().getFirst().message())
        .contains("no pool 'web'");
    Plan plan =
        PlanningWorld.standard().pool("web").runningVm(310, VM).plan(vm("\"pool\": \"web\""));
    assertThat(call(plan, "310/pool").parameters())
        .containsEntry("poolid", "web")
        .containsEntry("vms", "310");
  }

  @Test
  void aFixedPropertyIsRefusedWithTheWayToGo() {
    Plan plan =
        PlanningWorld.standard()
            .runningContainer(
                210, "hostname: proxy-01\nunprivileged: 1\nrootfs: local-lvm:v,size=8G")
            .plan(
                """
                [{"type": "lxc", "vmid": 210, "hostname": "proxy-01",
                  "template": "local:vztmpl/d.tar.zst", "options": {"unprivileged": 0}}]
                """);

    assertThat(plan.obstacles().getFirst().message()).contains("fixed after creation");
  }

  @Test
  void thePlansIdRestsOnMeaningNotOnPlacesInFiles() {
    String one = running("\"memory\": 8192").id();
    String moved =
        PlanningWorld.standard().runningVm(310, VM).plan("\n\n" + vm("\"memory\": 8192")).id();
    String other = running("\"memory\": 8193").id();

    assertThat(moved).isEqualTo(one);
    assertThat(other).isNotEqualTo(one);
  }
}
