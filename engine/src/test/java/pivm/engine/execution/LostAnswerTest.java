package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.execution.ToyFaults.afterCall;
import static pivm.engine.execution.ToyFaults.onCall;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;

/** What a run finds out when an answer of Proxmox is lost. */
class LostAnswerTest {
  private final ToyCluster cluster = new ToyCluster();

  private static Step reboot(int vmid) {
    return ToyPlanner.step(new Operation.Reboot(GuestType.LXC, vmid, 60), "reboot", "a");
  }

  @Test
  void anAnswerLostAfterTheEffectIsFoundInTheTaskList() {
    cluster.lxc(1);
    var trial =
        new Trial(
            cluster,
            afterCall(
                "/status/reboot",
                call -> {
                  throw ToyFaults.lost(call);
                }));

    RunResult run = trial.run(reboot(1));

    assertThat(run.succeeded()).isTrue();
    assertThat(cluster.effects).containsExactly("reboot 1");
    trial.ranInOrder("1/reboot");
  }

  @Test
  void anAnswerLostBeforeTheEffectIsSentAgainOnceThatIsProven() {
    cluster.lxc(1);
    var trial =
        new Trial(
            cluster,
            onCall(
                "/status/reboot",
                1,
                call -> {
                  throw ToyFaults.lost(call);
                }));

    Duration took = trial.took(() -> trial.run(reboot(1)));

    assertThat(cluster.effects).containsExactly("reboot 1");
    trial.ranInOrder("1/reboot", "1/reboot");
    assertThat(took).isGreaterThan(Limits.defaults().quiet());
  }

  @Test
  void ofTwoClonesOfOneTemplateTheRightOneIsFoundAgain() {
    cluster.lxc(9).values.put("template", "1");
    var trial =
        new Trial(
            cluster,
            afterCall(
                "/clone",
                call -> {
                  throw ToyFaults.lost(call);
                }));

    RunResult run =
        trial.run(
            List.of(
                Wanted.lxc(21, "a", Wanted.Power.STOPPED).from(9),
                Wanted.lxc(22, "a", Wanted.Power.STOPPED).from(9)));

    assertThat(run.succeeded()).isTrue();
    assertThat(cluster.effects).containsExactly("clone 21", "clone 22");
  }
}
