package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pivm.engine.execution.ToyFaults.afterCall;
import static pivm.engine.execution.ToyFaults.onCall;
import static pivm.engine.execution.ToyPlanner.start;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.engine.history.JournalRecord;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.SecretReference;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Reviews;
import pivm.engine.rails.Verdict;
import pivm.proxmox.GuestType;
import pivm.proxmox.ProxmoxException;

/** One run at a time, on the toy cluster, one step at a time. */
class ExecutorTest {
  private final ToyCluster cluster = new ToyCluster();

  @Test
  void stepsRunInThePlansOrderAndTheNextPlanIsEmpty() {
    var trial = new Trial(cluster);
    List<Wanted> wanted =
        List.of(
            Wanted.lxc(210, "a", Wanted.Power.RUNNING),
            Wanted.vm(310, "b", Wanted.Power.RUNNING).memory(1024));

    RunResult run = trial.run(wanted);

    trial.ranInOrder("210/create", "210/start", "310/create", "310/start");
    assertThat(run.word()).isEqualTo("done");
    assertThat(ToyPlanner.plan(wanted, cluster.as("root@pam", ToyFaults.NONE)).plan().isEmpty())
        .isTrue();
  }

  @Test
  void aFailureCancelsOnlyWhatWaitsForIt() {
    cluster.lxc(1);
    cluster.lxc(2);
    cluster.lxc(3);
    var trial =
        new Trial(
            cluster,
            ToyFaults.fates(id ->
                id.equals("1")
                    ? ToyFaults.Fate.failing("command failed: exit code 1")
                    : ToyFaults.Fate.GOOD));

    RunResult run = trial.run(start(1), start(2, "1/start"), start(3));

    Trial.ended(run, "1/start", StepResult.Status.FAILED, "exit code 1");
    Trial.ended(run, "2/start", StepResult.Status.SKIPPED, "waits for 1/start");
    Trial.ended(run, "3/start", StepResult.Status.DONE, "");
    assertThat(run.word()).isEqualTo("failed");
  }

  @Test
  void moreFailuresThanThePolicyBearsEndTheRun() {
    List<Step> steps = new ArrayList<>();
    for (int vmid = 1; vmid <= 9; vmid++) {
      cluster.lxc(vmid);
      steps.add(start(vmid));
    }
    var trial = new Trial(cluster, ToyFaults.fates(_ -> ToyFaults.Fate.failing("no")));

    RunResult run = trial.run(steps.toArray(Step[]::new));

    assertThat(run.tooManyFailures()).isTrue();
    assertThat(run.count(StepResult.Status.FAILED)).isEqualTo(6);
    Trial.ended(run, "9/start", StepResult.Status.CANCELLED, "more than 5 steps have failed");
  }

  @Test
  void aBlockedPlanIsRefusedUnlessWhatIsBlockedIsSkipped() {
    cluster.lxc(1);
    cluster.lxc(2);
    var plan =
        Reviews.blocking(
            ToyPlanner.of(List.of(start(1), start(2)), new TreeMap<>()), Set.of("1/start"));

    assertThatThrownBy(() -> new Trial(cluster).run(plan))
        .isInstanceOf(IllegalArgumentException.class);
    var trial = new Trial(cluster).with(context -> context.withSkipBlocked(true));
    RunResult run = trial.run(plan);

    trial.ranInOrder("2/start");
    assertThat(run.word()).isEqualTo("partly");
  }

  @Test
  void nothingRunsWhileSomethingIsToBeConfirmed() {
    cluster.lxc(1);
    var plan = Reviews.unconfirmed(ToyPlanner.of(List.of(start(1)), new TreeMap<>()), "1/start");

    assertThatThrownBy(() -> new Trial(cluster).run(plan))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(cluster.effects).isEmpty();
  }

  @Test
  void aGuestThatMovesUnderTheCallIsFollowed() {
    cluster.lxc(1);
    var trial = new Trial(cluster, onCall("/status/start", 1, _ -> cluster.moveByOther(1, "b")));

    RunResult run = trial.run(start(1));

    assertThat(run.succeeded()).isTrue();
    trial.ranInOrder("1/start", "1/start");
    assertThat(cluster.effects).containsExactly("start 1");
  }

  @Test
  void aConcurrentEditIsNeverOverwritten() {
    ToyGuest guest = cluster.add(GuestType.QEMU, 1, "a", "vm-1");
    var trial =
        new Trial(cluster, onCall("/config", 1, _ -> cluster.editByOther(1, "memory", "777")));

    RunResult run = trial.run(List.of(Wanted.vm(1, "a", Wanted.Power.RUNNING).memory(2048)));

    Trial.ended(run, "1/configure", StepResult.Status.REFUSED, "somebody changed memory");
    Trial.ended(run, "1/start", StepResult.Status.SKIPPED, "1/configure");
    assertThat(guest.values).containsEntry("memory", "777");
  }

  @Test
  void anEditBetweenPlanAndRunIsNoticedBeforeAnythingIsSent() {
    cluster.add(GuestType.QEMU, 1, "a", "vm-1");
    var plan =
        ToyPlanner.plan(
            List.of(Wanted.vm(1, "a", Wanted.Power.STOPPED).memory(2048)),
            cluster.as("root@pam", ToyFaults.NONE));
    cluster.editByOther(1, "description", "mine");
    var trial = new Trial(cluster);

    RunResult run = trial.run(plan);

    Trial.ended(run, "1/snapshot", StepResult.Status.REFUSED, "changed by someone else");
    assertThat(trial.sent()).isEmpty();
  }

  @Test
  void aGuestOfSomebodyElseIsNeverAdopted() {
    var plan =
        ToyPlanner.plan(
            List.of(Wanted.lxc(5, "a", Wanted.Power.RUNNING)),
            cluster.as("root@pam", ToyFaults.NONE));
    var trial = new Trial(cluster, onCall("/lxc", 1, _ -> cluster.lxc(5)));

    RunResult run = trial.run(plan);

    Trial.ended(run, "5/create", StepResult.Status.FAILED, "not adopted");
    Trial.ended(run, "5/start", StepResult.Status.SKIPPED, "");
  }

  @Test
  void anHaMigrationIsFollowedThroughItsSecondTask() {
    cluster.lxc(1).ha = true;
    var trial = new Trial(cluster);

    RunResult run = trial.run(List.of(Wanted.lxc(1, "a", Wanted.Power.STOPPED).pinned("b")));

    assertThat(run.succeeded()).isTrue();
    assertThat(cluster.effects).containsExactly("migrate 1");
    assertThat(trial.events)
        .anyMatch(
            event -> event instanceof Event.StepLog log && log.line().equals("starting migration"));
  }

  @Test
  void anHaMigrationThatFailsInItsSecondTaskHasFailed() {
    cluster.lxc(1).ha = true;
    var trial =
        new Trial(
            cluster,
            ToyFaults.fates(
                _ -> ToyFaults.Fate.failing("storage 'local-zfs' is not available on node 'b'")));

    RunResult run = trial.run(List.of(Wanted.lxc(1, "a", Wanted.Power.STOPPED).pinned("b")));

    Trial.ended(run, "1/migrate", StepResult.Status.FAILED, "not available on node 'b'");
  }

  @Test
  void aRailThatSaysNoRightBeforeTheStepKeepsItFromBeingSent() {
    cluster.lxc(1);
    List<String> asked = new ArrayList<>();
    StepGuard guard =
        new StepGuard() {
          @Override
          public List<Verdict> check(Step step, String node, @Nullable ObservedGuest guest) {
            asked.add("check " + step.id() + " on " + node);
            return List.of(
                new Verdict(Rail.RAM, step.id(), Verdict.Result.BLOCKED, "a has 19 % left"));
          }

          @Override
          public void ended(Step step, boolean done) {
            asked.add("ended " + step.id() + " " + done);
          }
        };

    RunResult run = new Trial(cluster).with(context -> context.withGuard(guard)).run(start(1));

    Trial.ended(run, "1/start", StepResult.Status.REFUSED, "ram: a has 19 % left");
    assertThat(asked).containsExactly("check 1/start on a", "ended 1/start false");
    assertThat(cluster.effects).isEmpty();
  }

  @Test
  void askedToEndItBeginsNothingNewAndFollowsWhatRuns() {
    cluster.lxc(1);
    cluster.lxc(2);
    var trial = new Trial(cluster);
    ToyFaults faults = afterCall("/1/status/start", _ -> trial.stop.ask());
    trial.with(context ->
        Trial.context(cluster, faults, Trial.USER, trial.records::add).withStop(trial.stop));

    RunResult run = trial.run(start(1), start(2));

    assertThat(run.interrupted()).isTrue();
    Trial.ended(run, "1/start", StepResult.Status.DONE, "");
    Trial.ended(run, "2/start", StepResult.Status.CANCELLED, "the run was ended");
  }

  @Test
  void askedTwiceItLeavesWhatRunsToBeSettledLater() {
    ToyGuest guest = cluster.lxc(1);
    var trial = new Trial(cluster);
    ToyFaults faults =
        afterCall(
            "/1/status/start",
            _ -> {
              trial.stop.ask();
              trial.stop.ask();
            });
    trial.with(context ->
        Trial.context(cluster, faults, Trial.USER, trial.records::add).withStop(trial.stop));

    RunResult run = trial.run(start(1));

    Trial.ended(run, "1/start", StepResult.Status.UNSETTLED, "pivm resume");
    assertThat(trial.records).noneMatch(JournalRecord.RunEnded.class::isInstance);
    Resumer.Report report = trial.resume();
    assertThat(report.settled()).isTrue();
    assertThat(report.findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.decision()).isEqualTo("done"));
    assertThat(guest.running).isTrue();
  }

  @Test
  void aNodeOutOfReachFailsItsStepsAndNoOthers() {
    cluster.lxc(1);
    cluster.add(GuestType.LXC, 2, "b", "ct-2");
    cluster.offline.add("a");

    RunResult run =
        new Trial(cluster)
            .run(start(1), ToyPlanner.step(new Operation.Start(GuestType.LXC, 2), "start", "b"));

    Trial.ended(run, "1/start", StepResult.Status.FAILED, "No route to host");
    Trial.ended(run, "2/start", StepResult.Status.DONE, "");
  }

  @Test
  void whatIsAlreadySoIsNotSent() {
    cluster.lxc(1).running = true;
    var trial = new Trial(cluster);

    assertThat(trial.run(start(1)).succeeded()).isTrue();
    assertThat(trial.sent()).isEmpty();
  }

  @Test
  void noSecretReachesJournalOrEvents() {
    ToyGuest guest = cluster.lxc(1);
    var set = new TreeMap<String, Setting>();
    set.put(
        "description",
        new Setting.Secret(new SecretReference(SecretReference.Source.ENV, "MY_PASSWORD")));
    Step step =
        ToyPlanner.step(
            new Operation.Configure(GuestType.LXC, 1, set, new TreeSet<>()), "configure", "a");
    var trial = new Trial(cluster).with(context -> context.withSecrets(_ -> "canary-4711"));

    assertThat(trial.run(step).succeeded()).isTrue();
    assertThat(guest.values).containsEntry("description", "canary-4711");
    assertThat(trial.records.toString() + trial.events).doesNotContain("canary");
    assertThat(trial.events.toString()).contains("--description \"$MY_PASSWORD\"");
  }

  @Test
  void aRefusalOfProxmoxIsToldInItsOwnWords() {
    cluster.lxc(1);
    var trial =
        new Trial(
            cluster,
            onCall(
                "/status/start",
                1,
                call -> {
                  throw new ProxmoxException.Forbidden(
                      call, "Permission check failed (/vms/1, VM.PowerMgmt)", false);
                }));

    Trial.ended(trial.run(start(1)), "1/start", StepResult.Status.FAILED, "/vms/1, VM.PowerMgmt");
  }
}
