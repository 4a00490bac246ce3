package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.PowerState;
import pivm.engine.plan.Plan;
import pivm.proxmox.GuestType;

/** What is declared of a guest and of HA has to go together. */
class HaContradictionTest {
  private static final HaResource HA = new HaResource("started", true, 1, 1);
  private static final String VM = "name: worker-01\nscsi0: local-lvm:vm-310-disk-0,size=8G\n";

  private static String contradiction(
      @Nullable HaResource ha, String power, @Nullable String state) {
    String declared = state == null ? "\"max_restart\": 1" : "\"state\": \"" + state + "\"";
    return problem(
        PlanningWorld.standard().guest(GuestType.QEMU, 310, "pve-01", PowerState.RUNNING, ha, VM),
        "\"state\": \"" + power + "\", \"ha\": {" + declared + "}");
  }

  private static String problem(PlanningWorld world, String fields) {
    Plan plan =
        world.plan(
            "[{\"type\": \"vm\", \"vmid\": 310, \"hostname\": \"worker-01\", " + fields + "}]");
    return plan.obstacles().isEmpty() ? "" : plan.obstacles().getFirst().message();
  }

  @Test
  void aPowerThatHaWouldUndoIsAContradiction() {
    assertThat(contradiction(HA, "running", "stopped"))
        .contains("\"running\" contradicts", "HA would stop it", "leave one of them out");
    assertThat(contradiction(HA, "running", "disabled")).contains("HA would stop it");
    assertThat(contradiction(HA, "stopped", "started")).contains("HA would start it");
    assertThat(contradiction(null, "stopped", null)).contains("HA's default");
    assertThat(contradiction(HA, "stopped", null)).isEmpty();
    assertThat(contradiction(HA, "running", "started")).isEmpty();
    assertThat(contradiction(HA, "stopped", "stopped")).isEmpty();
    assertThat(contradiction(HA, "stopped", "ignored")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"state\": \"started\"}", "{\"max_restart\": 1}"})
  void aTemplateIsNotForHaToStart(String ha) {
    String expected = "it is a template, which Proxmox can't start; declare \"ha\": null";
    var becomes = PlanningWorld.standard().stoppedVm(310, VM);
    var is = PlanningWorld.standard().stoppedVm(310, VM + "template: 1\n");
    var made = PlanningWorld.standard();

    assertThat(problem(becomes, "\"state\": \"template\", \"ha\": " + ha)).contains(expected);
    assertThat(problem(is, "\"ha\": " + ha)).contains(expected);
    assertThat(problem(made, "\"state\": \"template\", \"ha\": " + ha)).contains(expected);
  }

  @Test
  void aTemplateThatHaLeavesAloneIsNoContradiction() {
    var is = PlanningWorld.standard().stoppedVm(310, VM + "template: 1\n");

    assertThat(problem(is, "\"ha\": {\"state\": \"ignored\"}")).isEmpty();
    assertThat(problem(is, "\"ha\": null")).isEmpty();
  }
}
