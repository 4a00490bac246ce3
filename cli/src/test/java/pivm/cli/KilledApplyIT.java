package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/** Real processes of {@code pivm apply}, ended at any moment; the next ones put things right. */
class KilledApplyIT {
  private static final long SEED = Long.getLong("pivm.kill.seed", System.nanoTime());
  private static final int ROUNDS = Integer.getInteger("pivm.kill.rounds", 3);
  private static final int KILLS = 7;
  private static final String SECRET = "canary-kill-31";
  private static final Set<Integer> DECLARED = Set.of(210, 211, 310);
  private static final String PROTECTION = "pre_automation_backup";

  @TempDir Path folder;
  private Simulation simulation;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard());
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private Launched.Begun start(String state, String... words) throws IOException {
    var line = new ArrayList<>(List.of(Launched.launcher()));
    line.addAll(List.of(words));
    return Launched.in(folder)
        .over(simulation)
        .with("PIVM_SETUP_STATE_DIR", folder.resolve(state).toString())
        .with("PIVM_RAILS_BLAST_MINIMUM", "50")
        .with("GUEST_PASSWORD", SECRET)
        .begin(line.toArray(String[]::new));
  }

  private Launched.Ended run(String state, String... words)
      throws IOException, InterruptedException {
    return start(state, words).ended();
  }

  /** Each round asks for other sizes, disks among them. */
  private void declare(int round) throws IOException {
    String template = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
    SafeFile.write(
        folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE),
        """
        [
          {"type": "lxc", "vmid": 210, "hostname": "a", "template": "%1$s", "memory": %2$d,
           "storage": "local-lvm:%3$d", "state": "running", "node": "pve-1",
           "password": {"secret": "env:GUEST_PASSWORD"}, "options": {"mp0": "local-lvm:4,mp=/srv"}},
          {"type": "lxc", "vmid": 211, "hostname": "b", "template": "%1$s", "memory": %2$d,
           "storage": "local-lvm:8", "state": "running"},
          {"type": "vm", "vmid": 310, "hostname": "v", "memory": 512, "restart": "never",
           "template": "local:import/debian-13-cloud.qcow2", "storage": "local-lvm:%3$d",
           "state": "running", "net0": "virtio,bridge=vmbr0",
           "options": {"tags": "round-%4$d", "scsi1": "local-lvm:2"},
           "cloud_init": {"enable": true, "user": "ops",
             "password": {"secret": "env:GUEST_PASSWORD"}}}
        ]
        """
            .formatted(template, 512 + 128 * round, 10 + round, round));
  }

  @Test
  void killedAtRandomMomentsTheNextRunsConverge() throws Exception {
    var random = new Random(SEED);
    int killed = 0;
    for (int round = 0; round < ROUNDS; round++) {
      declare(round);
      for (int kill = 0; kill < KILLS; kill++) {
        Process apply = start("state", kill % 2 == 0 ? "apply" : "resume").process();
        if (!apply.waitFor(400 + random.nextInt(2200), TimeUnit.MILLISECONDS)) {
          apply.destroyForcibly();
          killed++;
        }
        apply.waitFor();
      }
      converged("round " + round + " of seed " + SEED, run("state", "resume"), "state");
    }
    System.out.println("pivm apply killed " + killed + " times, seed " + SEED);
    assertThat(killed).isPositive();
  }

  @Test
  void askedToEndARunEndsItsTasksAndTheNextDoesTheRest() throws Exception {
    declare(0);
    Launched.Begun apply = start("state", "apply");
    awaitTask();
    apply.process().destroy();
    Launched.Ended first = apply.ended();
    assertThat(first.code()).as(first.said()).isNotZero();
    simulation
        .cluster()
        .change(cluster ->
            assertThat(cluster.tasks().all())
                .as("its tasks are over: %s", first.said())
                .allSatisfy(task -> assertThat(task.exitStatus()).isNotNull()));

    converged("after SIGTERM", run("state", "apply"), "state");
  }

  @Test
  void interruptedTwiceItLetsGoAtOnceAndTheNextRunSettles() throws Exception {
    declare(0);
    simulation.cluster().intercept(KilledApplyIT::neverEnding);
    Launched.Begun begun = start("state", "apply");
    Process apply = begun.process();
    awaitTask();
    interrupt(apply);
    for (int i = 0; i < 1000 && !begun.said().contains("Ctrl-C again"); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    assertThat(apply.isAlive()).as("it follows what is under way: %s", begun.said()).isTrue();
    interrupt(apply);
    assertThat(apply.waitFor(10, TimeUnit.SECONDS)).as("it lets go").isTrue();
    assertThat(apply.exitValue()).isEqualTo(130);

    simulation.cluster().intercept((request, answer) -> answer.apply(request));
    converged("after two interruptions", run("state", "apply"), "state");
  }

  /** Tells of every task that it still runs. */
  private static SimResponse neverEnding(
      SimRequest request, Function<SimRequest, SimResponse> answer) {
    SimResponse real = answer.apply(request);
    if (!real.isOk() || !request.path().matches("/nodes/[^/]+/tasks/[^/]+/status")) {
      return real;
    }
    Doc running = new Doc().put("status", "running").put("type", "any");
    return new SimResponse(200, "OK", new Doc().put("data", running), SimResponse.Outcome.ANSWERED);
  }

  private static void interrupt(Process process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void twoManagersAtOnceDoNoHarm() throws Exception {
    declare(0);
    Launched.Begun one = start("one", "apply");
    Launched.Begun two = start("two", "apply");
    Launched.Ended first = one.ended();
    Launched.Ended second = two.ended();
    assertThat(first.said() + second.said()).doesNotContain("fault in PIVM");

    converged(first.said() + second.said(), run("one", "apply"), "one");
    assertThat(run("two", "apply").code()).isZero();
  }

  private void awaitTask() throws InterruptedException {
    for (int i = 0; i < 3000; i++) {
      if (simulation.cluster().with(cluster -> !cluster.tasks().all().isEmpty())) {
        return;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError("no task was begun");
  }

  private void converged(String name, Launched.Ended last, String state) throws Exception {
    assertThat(last.code()).as(name + ": " + last.said()).isZero();
    Launched.Ended plan = run(state, "plan", "--detailed-exitcode");
    assertThat(plan.code()).as(name + ": " + plan.said()).isZero();
    simulation.cluster().change(cluster -> check(name, cluster));
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as("%s", file).doesNotContain(SECRET);
      }
    }
  }

  private static void check(String name, Cluster cluster) {
    var vmids = new TreeSet<Integer>();
    for (Guest guest : cluster.guests()) {
      vmids.add(guest.vmid());
      assertThat(guest.lock()).as("%s: lock of %s", name, guest.vmid()).isNull();
      boolean declared = DECLARED.contains(guest.vmid());
      assertThat(guest.config().snapshotNames())
          .as("%s: snapshots of %s", name, guest.vmid())
          .isSubsetOf(declared ? Set.of(PROTECTION) : Set.of());
      for (var node : cluster.nodes()) {
        for (var volume : cluster.storages().ownedBy(node.name(), guest.vmid())) {
          assertThat(guest.config().text()).as(name).contains(volume.name());
        }
      }
    }
    assertThat(vmids).as(name).containsAll(DECLARED).hasSize(DECLARED.size() + 6);
    cluster
        .nodes()
        .forEach(node -> {
          for (int free = 100; free < 400; free++) {
            if (!vmids.contains(free)) {
              assertThat(cluster.storages().ownedBy(node.name(), free)).as(name).isEmpty();
            }
          }
        });
  }
}
