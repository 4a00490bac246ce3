package pivm.engine.guest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.guest.PlanningWorld.stepIds;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;

/** What keeps a guest from the node that its manifest pins is told by the plan. */
class PinnedNodeTest {
  private static final String VM = "name: worker-01\nscsi0: local-lvm:vm-310-disk-0,size=8G\n";
  private static final String CONTAINER =
      "hostname: proxy\nrootfs: local-lvm:vm-210-disk-0,size=8G\n";

  private static Plan vm(boolean running, String more, String options) {
    var world = PlanningWorld.standard();
    String config = VM + more + "\n";
    return (running ? world.runningVm(310, config) : world.stoppedVm(310, config))
        .plan(
            """
            [{"type": "vm", "vmid": 310, "hostname": "worker-01", "node": "pve-02",
              "node_policy": "pin", "options": {%s}}]
            """
                .formatted(options));
  }

  private static Plan container(boolean running, String more) {
    var world = PlanningWorld.standard();
    String config = CONTAINER + more + "\n";
    return (running ? world.runningContainer(210, config) : world.stoppedContainer(210, config))
        .plan(
            """
            [{"type": "lxc", "vmid": 210, "hostname": "proxy", "node": "pve-02",
              "node_policy": "pin", "restart": "allowed", "template": "local:vztmpl/EXISTING"}]
            """);
  }

  private static String problem(Plan plan) {
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles()).hasSize(1);
    return plan.obstacles().getFirst().message();
  }

  @Test
  void aLocalCdRomImageIsNamedWithTheWayOut() {
    assertThat(problem(vm(true, "ide2: local:iso/debian-13.iso,media=cdrom", "")))
        .isEqualTo(
            "vm 310 worker-01 can't be moved to pve-02: ide2 holds local:iso/debian-13.iso, which"
                + " lies on a storage of pve-01 alone, and Proxmox copies no CD-ROM image; empty"
                + " the drive first (\"ide2\": \"none,media=cdrom\"), or put the image on shared"
                + " storage. Else let it stay: \"node\": \"pve-01\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "false | ide2: cdrom,media=cdrom | ide2 is the CD-ROM drive of pve-01",
        "false | ide2: /srv/debian.iso,media=cdrom | ide2 is /srv/debian.iso of pve-01",
        "false | scsi1: /dev/disk/by-id/x | scsi1 is /dev/disk/by-id/x of pve-01",
        "false | scsi1: local-lvm:vm-999-disk-0 | belongs to the guest 999",
        "false | scsi1: local:100/base-100-disk-0.qcow2/310/vm-310-disk-1.qcow2 | linked clone",
        "false | usb0: host=1234:5678 | usb0 is a USB device of its node",
        "false | hostpci0: 0000:01:00.0 | hostpci0 is a PCI device of its node",
        "false | serial1: /dev/ttyS0 | serial1 is a serial device of its node",
        "true | usb0: mapping=stick | usb0 is a mapped USB device",
        "true | hostpci0: mapping=gpu1 | hostpci0 is a mapped PCI device",
        "true | scsi1> /dev/sdb | scsi1 is /dev/sdb of pve-01",
      })
  void whatOnlyItsNodeHasHoldsAVm(boolean running, String line, String words) {
    assertThat(problem(vm(running, line, ""))).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "true | scsi1: local-lvm:vm-310-disk-1,size=1G",
        "true | unused0: local-lvm:vm-310-disk-1",
        "true | ide2: local-lvm:vm-310-cloudinit,media=cdrom",
        "true | ide2: none,media=cdrom",
        "true | scsi1: /dev/disk/by-id/x,shared=1",
        "true | usb0: spice",
        "true | serial0: socket",
        "false | usb0: mapping=stick",
        "false | hostpci0: mapping=gpu1",
      })
  void whatIsCopiedOrEverywhereDoesNot(boolean running, String line) {
    assertThat(stepIds(vm(running, line, ""))).containsExactly("310/migrate");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMountOfTheNodeHoldsAContainerUnlessMarkedShared(boolean running) {
    assertThat(problem(container(running, "mp0: /srv/data,mp=/data")))
        .contains("mp0 is /srv/data of pve-01", "shared=1");
    assertThat(stepIds(container(running, "mp0: /srv/data,mp=/data,shared=1")))
        .containsExactly("210/migrate");
  }

  @Test
  void aStorageThatTheOtherNodeLacksIsNamed() {
    Plan plan =
        PlanningWorld.standard()
            .storageOn("fast", "zfspool", List.of("pve-01"), "rootdir")
            .stoppedContainer(210, CONTAINER + "mp0: fast:subvol-210-disk-0,mp=/data,size=1G\n")
            .plan(
                """
                [{"type": "lxc", "vmid": 210, "hostname": "proxy", "node": "pve-02",
                  "node_policy": "pin", "template": "local:vztmpl/EXISTING"}]
                """);

    assertThat(problem(plan)).contains("mp0 lies on fast, and pve-02 has no storage fast");
  }

  @Test
  void whatTheManifestTakesAwayGoesBeforeTheMoveAndTheRestAfterIt() {
    Plan plan =
        vm(
            true,
            "ide2: local:iso/debian-13.iso,media=cdrom\nonboot: 0",
            "\"ide2\": \"none,media=cdrom\", \"onboot\": 1");

    assertThat(plan.obstacles()).isEmpty();
    assertThat(stepIds(plan)).containsExactly("310/configure", "310/migrate", "310/configure-2");
    assertThat(((Operation.Configure) plan.steps().getFirst().operation()).set())
        .containsOnlyKeys("ide2");
  }

  @Test
  void whatGoesOnlyWithTheNextStopIsStillInTheWay() {
    assertThat(problem(vm(true, "usb0: host=1234:5678\nhotplug: 0", "\"usb0\": null")))
        .contains("usb0 is a USB device of its node");
    assertThat(stepIds(vm(false, "usb0: host=1234:5678\nhotplug: 0", "\"usb0\": null")))
        .containsExactly("310/configure", "310/migrate");
  }

  @Test
  void aMoveAtAPersonsWordIsJudgedTheSameWay() {
    var world =
        PlanningWorld.standard().runningVm(310, VM + "ide2: local:iso/debian.iso,media=cdrom\n");
    var inventory = world.inventory();
    ObservedGuest guest = requireNonNull(inventory.guest(310));

    Plan plan = new SingleAction.Migrate("pve-02").plan(guest, inventory);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles())
        .extracting(Obstacle::message)
        .first()
        .asString()
        .contains("it can't be moved to pve-02: ide2 holds local:iso/debian.iso");
  }
}
