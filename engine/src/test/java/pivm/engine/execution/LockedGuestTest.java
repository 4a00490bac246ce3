package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.execution.ToyPlanner.start;

import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Reviews;
import pivm.proxmox.GuestType;

/** Guests that carry a lock, and what a cut-off task has left of them. */
class LockedGuestTest {
  private final ToyCluster cluster = new ToyCluster();

  @Test
  void aLockThatGoesAwayIsWaitedFor() {
    ToyGuest guest = cluster.lxc(1);
    guest.lock = "backup";
    cluster.task(
        "a",
        "vzdump",
        "1",
        "root@pam",
        ToyFaults.Fate.GOOD,
        List.of(),
        () -> {
          guest.lock = null;
          return "OK";
        });
    var trial = new Trial(cluster);

    assertThat(trial.run(start(1)).succeeded()).isTrue();
    assertThat(trial.events)
        .anyMatch(event ->
            event instanceof Event.Waiting waiting && waiting.reason().contains("locked (backup)"));
  }

  @Test
  void aLockThatStaysIsSkippedWithTheReason() {
    cluster.lxc(1).lock = "backup";
    var trial = new Trial(cluster);

    RunResult run = trial.run(start(1));

    Trial.ended(run, "1/start", StepResult.Status.SKIPPED, "\"backup\" for longer than 120 s");
    assertThat(trial.sent()).isEmpty();
  }

  @Test
  void aLockFileTimeoutIsTriedAgain() {
    cluster.lxc(1);
    int[] left = {2};
    var trial =
        new Trial(
            cluster,
            ToyFaults.fates(_ ->
                left[0]-- > 0
                    ? ToyFaults.Fate.failing(
                        "can't lock file '/run/lock/lxc/pve-config-1.lock' - got timeout")
                    : ToyFaults.Fate.GOOD));

    assertThat(trial.run(start(1)).succeeded()).isTrue();
    trial.ranInOrder("1/start", "1/start", "1/start");
    assertThat(cluster.effects).containsExactly("start 1");
  }

  @Test
  void aHalfMadeGuestOfACutOffTaskIsRemoved() {
    var trial = new Trial(cluster, ToyFaults.fates(_ -> ToyFaults.Fate.CUT_OFF));

    RunResult run = trial.run(List.of(Wanted.lxc(5, "a", Wanted.Power.STOPPED)));

    Trial.ended(run, "5/create", StepResult.Status.FAILED, "removed the half-made guest 5");
    assertThat(cluster.guests).isEmpty();
    assertThat(cluster.volumes).isEmpty();
  }

  @Test
  void aContainerWhoseMakingWasCutOffIsNotChangedThoughItsLockIsGone() {
    ToyGuest halfMade = cluster.add(GuestType.LXC, 5, "a", "ct-5");
    ReviewedPlan plan =
        ToyPlanner.plan(
            List.of(Wanted.lxc(5, "a", Wanted.Power.RUNNING)),
            cluster.as(Trial.USER, ToyFaults.NONE));
    halfMade.values.remove("rootfs");
    plan = Reviews.allowed(ToyPlanner.of(plan.plan().steps(), new TreeMap<>()));

    RunResult run = new Trial(cluster).run(plan);

    Trial.ended(run, "5/start", StepResult.Status.REFUSED, "half made");
    assertThat(halfMade.running).isFalse();
  }

  @Test
  void withoutANodeShellTheCommandIsTold() {
    var trial =
        new Trial(cluster, ToyFaults.fates(_ -> ToyFaults.Fate.CUT_OFF))
            .with(context -> context.withUnlocker(Unlocker.none()));

    RunResult run = trial.run(List.of(Wanted.lxc(5, "a", Wanted.Power.STOPPED)));

    Trial.ended(
        run, "5/create", StepResult.Status.FAILED, "pct unlock 5 && pct destroy 5 --purge 1");
  }
}
