package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.guest.PlanningWorld.step;
import static pivm.engine.guest.PlanningWorld.stepIds;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.proxmox.GuestType;

/** Guests that are made from each other in one and the same plan. */
class GuestsOfOnePlanTest {
  private static final String TEMPLATE =
      """
      {"type": "vm", "vmid": 900, "hostname": "base", "template": "local:import/debian.qcow2",
       "memory": 512, "storage": "local-lvm:8", "state": "template", "node": "pve-02"}
      """;

  private static final String LINKED =
      """
      {"type": "vm", "vmid": 901, "hostname": "copy", "template": 900, "clone": "linked",
       "storage": "local-lvm:10"}
      """;

  private static Plan plan(String... entries) {
    return PlanningWorld.standard().plan("[" + String.join(",", entries) + "]");
  }

  @Test
  void aTemplateAndItsLinkedCloneAreMadeTogether() {
    Plan plan = plan(LINKED, TEMPLATE);

    assertThat(plan.obstacles()).isEmpty();
    assertThat(step(plan, "901/clone").after()).contains("900/template");
    assertThat(step(plan, "901/clone").node()).isEqualTo("pve-02");
    assertThat(stepIds(plan)).contains("901/grow-scsi0");
  }

  @Test
  void aCopyOfACopyIsMadeInTheSameRun() {
    Plan plan =
        plan(
            TEMPLATE,
            LINKED,
            """
            {"type": "vm", "vmid": 902, "hostname": "third", "template": 901,
             "storage": "local-lvm:10"}
            """);

    assertThat(plan.obstacles()).isEmpty();
    assertThat(step(plan, "902/clone").after()).contains("901/grow-scsi0");
    assertThat(stepIds(plan)).doesNotContain("902/grow-scsi0");
  }

  @Test
  void aGuestThatThisPlanMakesATemplateMayBeLinkedTo() {
    Plan plan =
        PlanningWorld.standard()
            .stoppedVm(900, "name: base\nscsi0: local-lvm:vm-900-disk-0,size=8G")
            .plan("[" + TEMPLATE + "," + LINKED + "]");

    assertThat(plan.obstacles()).isEmpty();
    assertThat(step(plan, "901/clone").after()).contains("900/template");
  }

  @Test
  void withoutItsTemplateACopyIsUnknownAndTheTemplateNamesTheCause() {
    Plan plan = plan(LINKED, TEMPLATE.replace("local-lvm:8", "nowhere:8"));

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.obstacles()).hasSize(1);
    assertThat(plan.obstacles().getFirst().message()).contains("vm 900 base", "nowhere");
    assertThat(plan.unknown()).hasSize(1);
  }

  @Test
  void aCopyIsToldToLackWhatItsSourceIsGivenUnasked() {
    Plan plan =
        plan(
            """
            {"type": "lxc", "vmid": 900, "hostname": "base", "storage": "local-lvm:8",
             "template": "local:vztmpl/debian-13.tar.zst", "state": "template", "memory": 256}
            """,
            """
            {"type": "lxc", "vmid": 901, "hostname": "copy", "template": 900, "swap": 0,
             "storage": "local-lvm:8"}
            """);

    assertThat(step(plan, "901/configure").operation())
        .isInstanceOfSatisfying(
            Operation.Configure.class,
            configure -> assertThat(configure.set()).containsKey("swap"));
  }

  @Test
  void aContainerOnFilesIsNotLinkedToSinceProxmoxCanNot() {
    Plan plan =
        plan(
            """
            {"type": "lxc", "vmid": 900, "hostname": "base", "storage": "local:8",
             "template": "local:vztmpl/debian-13.tar.zst", "state": "template", "memory": 256}
            """,
            LINKED.replace("\"vm\"", "\"lxc\""));

    assertThat(plan.obstacles()).hasSize(1);
    assertThat(plan.obstacles().getFirst().message()).contains("rootfs on a storage of files");
  }

  @Test
  void whatProxmoxGivesANewGuestUnaskedGoesAgainWhereItMustNotBe() {
    Plan plan =
        plan(
            """
            {"type": "vm", "vmid": 310, "hostname": "bare", "storage": "local-lvm:8",
             "options": {"smbios1": null, "boot": null}}
            """);

    assertThat(stepIds(plan)).containsExactly("310/create", "310/configure");
    assertThat(((Operation.Configure) step(plan, "310/configure").operation()).delete())
        .containsExactly("boot", "smbios1");
  }

  @Test
  void aSlotThatMustStayEmptyGetsNoMedium() {
    Plan plan =
        plan(
            """
            {"type": "vm", "vmid": 310, "hostname": "boots", "storage": "local-lvm:8",
             "template": "local:iso/debian.iso", "options": {"ide2": null}}
            """);

    var create = (Operation.Create) step(plan, "310/create").operation();
    assertThat(create.parameters()).containsKey("ide0").doesNotContainKey("ide2");
  }

  @Test
  void theSourcesVolumeIsNeverPutIntoACopy() {
    Plan plan =
        PlanningWorld.standard()
            .stoppedVm(900, "name: base\ntemplate: 1\nscsi0: local-lvm:base-900-disk-0,size=8G")
            .plan("[" + LINKED.replace("local-lvm:10", "local-lvm:8,discard=on") + "]");

    assertThat(stepIds(plan)).contains("901/clone");
    assertThat(plan.steps()).noneMatch(step -> step.toString().contains("900-disk"));
    assertThat(step(plan, "901/options-scsi0").operation())
        .isEqualTo(
            new Operation.SetDiskOptions(
                GuestType.QEMU, 901, "scsi0", new TreeMap<>(Map.of("discard", "on"))));
  }

  @Test
  void theBootOrderOfACopyIsSentAfterWhatProxmoxWouldAppendToIt() {
    Plan plan =
        plan(
            TEMPLATE,
            LINKED.replace(
                "local-lvm:10\"",
                "local-lvm:8\", \"options\": {\"boot\": \"order=scsi0\","
                    + " \"ide3\": \"none,media=cdrom\"}"));

    assertThat(stepIds(plan)).containsSubsequence("901/configure", "901/boot-order");
    assertThat(((Operation.Configure) step(plan, "901/configure").operation()).set())
        .doesNotContainKey("boot");
  }

  @Test
  void aFullCopyGoesIntoFilesThatCanHaveSnapshots() {
    String full = LINKED.replace(" \"clone\": \"linked\",", "");
    assertThat(copied(full.replace("local-lvm:10", "local:10")).format()).isEqualTo("qcow2");
    assertThat(copied(full).format()).isNull();
    assertThat(copied(LINKED).format()).isNull();
  }

  private static Operation.Clone copied(String entry) {
    Plan plan =
        PlanningWorld.standard()
            .stoppedVm(900, "name: base\ntemplate: 1\nscsi0: local-lvm:base-900-disk-0,size=8G")
            .plan("[" + entry + "]");
    return (Operation.Clone) step(plan, "901/clone").operation();
  }
}
