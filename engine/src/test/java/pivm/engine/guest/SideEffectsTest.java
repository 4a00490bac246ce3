package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.guest.PlanningWorld.field;
import static pivm.engine.guest.PlanningWorld.step;
import static pivm.engine.guest.PlanningWorld.stepIds;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.proxmox.GuestType;

/** What Proxmox does to other keys, or refuses because of them, when one key is changed. */
class SideEffectsTest {
  private static final String VM =
      """
      name: worker-01
      boot: order=scsi0
      scsi0: local-lvm:vm-310-disk-0,size=8G
      scsi1: local-lvm:vm-310-disk-1,size=8G
      """;

  private static final String PROTECTED =
      """
      hostname: proxy
      protection: 1
      rootfs: local-lvm:vm-210-disk-0,size=8G
      mp0: local-lvm:vm-210-disk-1,mp=/srv,size=8G
      """;

  private static final String KEPT = "local-lvm:vm-210-disk-1,mp=/srv,size=8G";

  private static Plan vm(String options) {
    return PlanningWorld.standard()
        .stoppedVm(310, VM)
        .plan(
            """
            [{"type": "vm", "vmid": 310, "hostname": "worker-01", "options": {%s}}]
            """
                .formatted(options));
  }

  private static Plan container(String options) {
    return PlanningWorld.standard()
        .stoppedContainer(210, PROTECTED)
        .plan(
            """
            [{"type": "lxc", "vmid": 210, "hostname": "proxy", "options": {%s},
              "template": "local:vztmpl/EXISTING"}]
            """
                .formatted(options));
  }

  private static Operation.Configure configure(Plan plan, String id) {
    return (Operation.Configure) step(plan, id).operation();
  }

  @Test
  void aDeclaredBootOrderIsSentAgainAfterANewCdRomWhichProxmoxAppends() {
    Plan plan = vm("\"boot\": \"order=scsi0\", \"ide2\": \"none,media=cdrom\"");

    assertThat(stepIds(plan)).containsExactly("310/configure", "310/boot-order");
    assertThat(configure(plan, "310/configure").set()).containsOnlyKeys("ide2");
    assertThat(configure(plan, "310/boot-order").set()).containsOnlyKeys("boot");
  }

  @Test
  void aBootOrderThatIsNotDeclaredIsLeftToProxmoxAndThePlanSaysSo() {
    Plan plan = vm("\"ide2\": \"none,media=cdrom\"");

    assertThat(stepIds(plan)).containsExactly("310/configure");
    assertThat(plan.changes().getFirst().notes().getFirst()).contains("order=scsi0;ide2");
  }

  @Test
  void aBootOrderMustNotNameADiskThatGoes() {
    Plan plan = vm("\"boot\": \"order=scsi1;scsi0\", \"scsi1\": null");

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles().getFirst().message()).contains("boot", "scsi1");
  }

  @Test
  void aProtectedContainersMountPointIsNotChanged() {
    Plan plan = container("\"mp0\": \"local-lvm:8,mp=/srv,ro=1\"");

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles().getFirst().message()).contains("protection", "apply that first");
  }

  @Test
  void protectionIsGivenUpBeforeTheDiskThatItHolds() {
    Plan plan = container("\"mp0\": null, \"protection\": 0");

    assertThat(stepIds(plan)).containsExactly("210/unprotect", "210/configure");
    assertThat(configure(plan, "210/unprotect").set()).containsOnlyKeys("protection");
    assertThat(configure(plan, "210/configure").delete()).containsExactly("mp0");
  }

  @Test
  void whatWaitsForTheStopThatThisPlanMakesIsNoLongerPending() {
    Plan plan =
        PlanningWorld.standard()
            .runningContainer(
                210, "hostname: proxy\nrootfs: local-lvm:vm-210-disk-0,size=8G\ntty: 2\ntty> 4\n")
            .plan(
                """
                [{"type": "lxc", "vmid": 210, "hostname": "proxy", "state": "stopped",
                  "template": "local:vztmpl/EXISTING", "options": {"tty": 4}}]
                """);

    assertThat(stepIds(plan)).containsExactly("210/shutdown");
    assertThat(field(plan, "tty").effect()).isEqualTo(Effect.NONE);
  }

  @Test
  void aCloudInitDriveTakesNoSlotThatMustStayEmpty() {
    Plan plan =
        PlanningWorld.standard()
            .stoppedVm(310, VM)
            .plan(
                """
                [{"type": "vm", "vmid": 310, "hostname": "worker-01",
                  "cloud_init": {"enable": true}, "options": {"ide2": null}}]
                """);

    assertThat(configure(plan, "310/configure").set()).containsOnlyKeys("ide0");
  }

  /** A running container whose mount point somebody took away, which waits for its next stop. */
  private static Plan withPendingRemoval(String mountPoint, String more) {
    return PlanningWorld.standard()
        .runningContainer(
            210,
            "hostname: proxy\nrootfs: local-lvm:vm-210-disk-0,size=8G\nmp0: " + KEPT + "\nmp0>\n")
        .plan(
            """
            [{"type": "lxc", "vmid": 210, "hostname": "proxy", %s
              "template": "local:vztmpl/EXISTING", "options": {"mp0": "%s"}}]
            """
                .formatted(more, mountPoint));
  }

  @Test
  void aDiskWhoseRemovalIsPendingIsKeptAndNoNewOneMade() {
    Plan plan = withPendingRemoval("local-lvm:8,mp=/srv", "");

    assertThat(stepIds(plan)).containsExactly("210/configure");
    assertThat(configure(plan, "210/configure").set()).containsEntry("mp0", Setting.of(KEPT));
  }

  @Test
  void whatElseIsDeclaredOfADiskThatIsKeptIsDoneInTheSameRun() {
    Plan plan = withPendingRemoval("local-lvm:9,mp=/srv,mountoptions=noatime", "");

    assertThat(stepIds(plan)).containsExactly("210/configure", "210/grow-mp0", "210/configure-2");
    assertThat(configure(plan, "210/configure").set()).containsEntry("mp0", Setting.of(KEPT));
    assertThat(configure(plan, "210/configure-2").set().toString())
        .contains("vm-210-disk-1", "size=9G", "mountoptions=noatime");
  }

  @Test
  void aDiskIsKeptBeforeTheStopWithWhichItsRemovalWouldBeDone() {
    Plan plan = withPendingRemoval("ceph:8,mp=/srv", "\"restart\": \"allowed\",");

    assertThat(stepIds(plan))
        .containsExactly("210/configure", "210/shutdown", "210/move-mp0", "210/start");
  }

  @Test
  void aDiskIsGrownBeforeItsOptionsAreSetWithItsNewSize() {
    Plan plan =
        PlanningWorld.standard()
            .runningContainer(
                210,
                "hostname: proxy\nrootfs: local-lvm:vm-210-disk-0,size=8G\nmp0: local-lvm:vm-210-disk-1,mp=/srv,size=2G\n")
            .plan(
                """
                [{"type": "lxc", "vmid": 210, "hostname": "proxy",
                  "template": "local:vztmpl/EXISTING",
                  "options": {"mp0": "local-lvm:3,mp=/srv,mountoptions=noatime"}}]
                """);

    assertThat(stepIds(plan)).containsExactly("210/grow-mp0", "210/configure");
    assertThat(configure(plan, "210/configure").set().toString()).contains("size=3G");
  }

  @Test
  void optionsThatWaitNeverBringBackTheVolumeFromBeforeAMove() {
    Plan plan =
        PlanningWorld.standard()
            .runningVm(310, VM)
            .plan(
                """
                [{"type": "vm", "vmid": 310, "hostname": "worker-01",
                  "options": {"scsi1": "ceph:8,iothread=1"}}]
                """);

    assertThat(stepIds(plan)).containsExactly("310/move-scsi1", "310/options-scsi1");
    assertThat(step(plan, "310/options-scsi1").operation())
        .isEqualTo(
            new Operation.SetDiskOptions(
                GuestType.QEMU, 310, "scsi1", new TreeMap<>(Map.of("iothread", "1"))));
    assertThat(field(plan, "scsi1.iothread").effect()).isEqualTo(Effect.PENDING);
  }

  @Test
  void aDiskThatIsNotPluggedInYetIsMadeElsewhereInsteadOfMoved() {
    Plan plan =
        PlanningWorld.standard()
            .runningVm(310, VM + "efidisk0> local-lvm:vm-310-disk-2,efitype=4m,size=4M")
            .plan(
                """
                [{"type": "vm", "vmid": 310, "hostname": "worker-01",
                  "options": {"efidisk0": "ceph:,efitype=4m"}}]
                """);

    assertThat(stepIds(plan)).containsExactly("310/configure");
    assertThat(configure(plan, "310/configure").set().toString()).contains("ceph:");
  }
}
