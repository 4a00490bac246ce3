package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.guest.PlanningWorld.step;
import static pivm.engine.guest.PlanningWorld.stepIds;

import java.util.List;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.PowerState;
import pivm.engine.plan.Action;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;

class GuestCreationTest {
  private static final Calls CALLS = new Calls(reference -> "secret of " + reference);

  private static ApiCall call(Plan plan, String id) {
    return CALLS.of((Operation.Call) step(plan, id).operation(), step(plan, id).node(), null);
  }

  private static final String CONTAINER =
      """
      [{"type": "lxc", "vmid": 210, "hostname": "proxy-01",
        "template": "local:vztmpl/debian-13.tar.zst", "memory": 1024, "swap": 256, "cores": 2,
        "storage": "local-lvm:12", "net0": "name=eth0,bridge=vmbr0,ip=dhcp", "state": "running",
        "options": {"onboot": 1, "features": "nesting=1"}}]
      """;

  @Test
  void aContainerIsCreatedWithAllThatIsDeclaredAndThenStarted() {
    Plan plan = PlanningWorld.standard().plan(CONTAINER);

    assertThat(stepIds(plan)).containsExactly("210/create", "210/start");
    ApiCall create = call(plan, "210/create");
    assertThat(create.path()).isEqualTo("/nodes/pve-01/lxc");
    assertThat(create.parameters())
        .containsEntry("vmid", "210")
        .containsEntry("hostname", "proxy-01")
        .containsEntry("ostemplate", "local:vztmpl/debian-13.tar.zst")
        .containsEntry("rootfs", "local-lvm:12")
        .containsEntry("memory", "1024")
        .containsEntry("net0", "name=eth0,bridge=vmbr0,ip=dhcp")
        .containsEntry("features", "nesting=1");
    assertThat(step(plan, "210/start").after()).containsExactly("210/create");
    assertThat(step(plan, "210/start").memory()).isEqualTo(1024L << 20);
    assertThat(plan.changes().getFirst().action()).isEqualTo(Action.CREATE);
  }

  @Test
  void whatWasOnADetachedVolumeIsNamedAsLost() {
    Plan plan =
        PlanningWorld.standard()
            .plan(
                CONTAINER.replace(
                    "\"onboot\": 1,", "\"onboot\": 1, \"unused0\": \"ceph:vm-210-disk-7\","));

    assertThat(call(plan, "210/create").parameters()).doesNotContainKey("unused0");
    assertThat(plan.changes().getFirst().notes())
        .anyMatch(note -> note.contains("unused0 is not made") && note.contains("vm-210-disk-7"));
  }

  @Test
  void aGuestWithoutNodeGoesWhereMostMemoryIsFree() {
    Plan plan = PlanningWorld.standard().node("pve-02", 256).plan(CONTAINER);

    assertThat(step(plan, "210/create").node()).isEqualTo("pve-02");
    assertThat(plan.changes().getFirst().notes().getFirst()).contains("most headroom");
  }

  @Test
  void aContainerWithoutStorageGetsEightGibOnLocal() {
    Plan plan =
        PlanningWorld.standard()
            .plan(
                """
                [{"type": "lxc", "vmid": 211, "hostname": "a", "template": "local:vztmpl/d.tar.zst"}]
                """);

    assertThat(call(plan, "211/create").parameters()).containsEntry("rootfs", "local:8");
  }

  @Test
  void aVmFromAnIsoBootsFromItAndHasAQcow2DiskWhereDisksAreFiles() {
    Plan plan =
        PlanningWorld.standard()
            .plan(
                """
                [{"type": "vm", "vmid": 300, "hostname": "web", "template": "local:iso/debian.iso",
                  "storage": "local:32", "memory": 2048, "net0": "virtio,bridge=vmbr0"}]
                """);

    assertThat(stepIds(plan)).containsExactly("300/create");
    assertThat(call(plan, "300/create").parameters())
        .containsEntry("name", "web")
        .containsEntry("ide2", "local:iso/debian.iso,media=cdrom")
        .containsEntry("scsi0", "local:32,format=qcow2")
        .containsEntry("scsihw", "virtio-scsi-single");
  }

  @Test
  void aCloudImageBecomesTheFirstDiskAndIsGrown() {
    Plan plan =
        PlanningWorld.standard()
            .plan(
                """
                [{"type": "vm", "vmid": 301, "hostname": "c", "template": "local:import/d.qcow2",
                  "storage": "local-lvm:20", "state": "running",
                  "cloud_init": {"enable": true, "user": "ops", "ipconfig0": "ip=dhcp"}}]
                """);

    assertThat(stepIds(plan)).containsExactly("301/create", "301/grow-scsi0", "301/start");
    assertThat(call(plan, "301/create").parameters())
        .containsEntry("scsi0", "local-lvm:0,import-from=local:import/d.qcow2")
        .containsEntry("ide2", "local-lvm:cloudinit")
        .containsEntry("ciuser", "ops");
    assertThat(call(plan, "301/grow-scsi0").parameters()).containsEntry("size", "20G");
  }

  @Test
  void aCloneIsAdjustedGrownAndStartedAfterItsSourceIsReady() {
    Plan plan =
        PlanningWorld.standard()
            .guest(
                GuestType.QEMU,
                9000,
                "pve-02",
                PowerState.STOPPED,
                null,
                """
                name: template
                template: 1
                memory: 1024
                net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
                scsi0: local-lvm:base-9000-disk-0,size=8G
                """)
            .plan(
                """
                [{"type": "vm", "vmid": 310, "hostname": "worker-01", "template": 9000,
                  "memory": 2048, "storage": "local-lvm:60", "net0": "virtio,bridge=vmbr0,tag=7",
                  "state": "running"}]
                """);

    assertThat(stepIds(plan))
        .containsExactly("310/clone", "310/configure", "310/grow-scsi0", "310/start");
    assertThat(call(plan, "310/clone").path()).isEqualTo("/nodes/pve-02/qemu/9000/clone");
    assertThat(call(plan, "310/clone").parameters())
        .containsEntry("newid", "310")
        .containsEntry("full", "1")
        .containsEntry("name", "worker-01")
        .containsEntry("storage", "local-lvm");
    assertThat(call(plan, "310/configure").parameters())
        .containsEntry("memory", "2048")
        .containsEntry("net0", "virtio,bridge=vmbr0,firewall=1,tag=7");
    assertThat(step(plan, "310/clone").lanes()).contains("clone:9000");
  }

  @Test
  void aLinkedCloneOfWhatIsNoTemplateIsRefused() {
    Plan plan =
        PlanningWorld.standard()
            .stoppedVm(9000, "name: t\nscsi0: local-lvm:vm-9000-disk-0,size=8G")
            .plan(
                """
                [{"type": "vm", "vmid": 310, "hostname": "w", "template": 9000, "clone": "linked"}]
                """);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles().getFirst().message()).contains("linked clone needs a template");
  }

  @Test
  void anAdoptedGuestThatIsNotThereIsAnErrorAndIsNotCreated() {
    Plan plan =
        PlanningWorld.standard()
            .plan("[{\"type\": \"vm\", \"vmid\": 300, \"template\": \"local:iso/EXISTING\"}]");

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles().getFirst().message()).contains("no guest with VMID 300");
  }

  @Test
  void aStorageThatIsNotThereIsNamedWithThoseThatWouldDo() {
    Plan plan =
        PlanningWorld.standard()
            .plan(
                """
                [{"type": "lxc", "vmid": 211, "hostname": "a", "template": "local:vztmpl/d.tar.zst",
                  "storage": "nosuch:8"}]
                """);

    assertThat(plan.obstacles().getFirst().message())
        .contains("no storage 'nosuch'")
        .contains("local-lvm");
  }

  @Test
  void aVmidOfTheOtherTypeIsNeverTaken() {
    Plan plan = PlanningWorld.standard().runningVm(210, "name: db").plan(CONTAINER);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles().getFirst().message()).contains("vm 210 db").contains("next-id");
  }

  @Test
  void aVmidOfAnotherNameIsNeverTaken() {
    Plan plan =
        PlanningWorld.standard()
            .runningContainer(210, "hostname: mail\nrootfs: local-lvm:vm-210-disk-0,size=8G")
            .plan(CONTAINER);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles().getFirst().message()).contains("taken by 'mail'");
  }

  @Test
  void aGuestOfAnOfflineNodeIsUnknownAndNothingElse() {
    Plan plan =
        PlanningWorld.standard()
            .offline("pve-03")
            .guest(GuestType.LXC, 210, "pve-03", PowerState.UNKNOWN, null, "hostname: proxy-01")
            .plan(CONTAINER);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.unknown().getFirst().reason()).contains("pve-03 is offline");
  }

  @Test
  void startsWaitForStopsOnlyWhereTheyWouldNotFitOtherwise() {
    String manifest =
        """
        [{"type": "vm", "vmid": 100, "hostname": "old", "template": "local:iso/EXISTING",
          "state": "stopped"},
         {"type": "lxc", "vmid": 210, "hostname": "new", "template": "local:vztmpl/d.tar.zst",
          "node": "pve-01", "memory": %d, "state": "running"}]
        """;
    PlanningWorld world =
        new PlanningWorld()
            .node("pve-01", 16)
            .storage("local", "dir", false, "rootdir", "vztmpl")
            .runningVm(100, "name: old\nmemory: 1024");

    assertThat(step(world.plan(manifest.formatted(1024)), "210/start").after())
        .isEqualTo(new java.util.TreeSet<>(List.of("210/create")));
    assertThat(step(world.plan(manifest.formatted(12 * 1024)), "210/start").after())
        .contains("100/shutdown");
  }
}
