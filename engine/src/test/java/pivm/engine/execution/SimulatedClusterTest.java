package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.history.Journal;
import pivm.engine.history.Run;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.engine.pipeline.Pipeline;
import pivm.engine.pipeline.Surroundings;
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Verdict;
import pivm.engine.rails.Window;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;
import pivm.simulator.fault.Fault;
import pivm.simulator.fault.Faults;
import pivm.simulator.fault.Mischief;
import pivm.simulator.state.SimulatedTime;

/** Manifests to guests on the simulated cluster, with the real planner and the real rails. */
class SimulatedClusterTest {
  private static final String TOKEN = "root@pam!pivm";

  private static final String MANIFEST =
      """
      [
        {"type": "lxc", "vmid": 210, "hostname": "proxy", "node": "pve-1",
         "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
         "memory": 1024, "storage": "local-lvm:12",
         "net0": "name=eth0,bridge=vmbr0,ip=dhcp", "state": "running"},
        {"type": "vm", "vmid": 310, "hostname": "worker", "node": "pve-2",
         "template": "local:iso/debian-13.iso", "memory": 2048, "storage": "local-lvm:16",
         "net0": "virtio,bridge=vmbr0", "state": "running"},
        {"type": "vm", "vmid": 320, "hostname": "copy", "template": 9000, "memory": 1024,
         "storage": "local-lvm:8", "state": "running"},
        {"type": "lxc", "vmid": 100, "hostname": "ct100", "template": "local:vztmpl/EXISTING",
         "memory": 1024, "state": "running"},
        {"type": "vm", "vmid": 101, "hostname": "vm101", "template": "local:iso/EXISTING",
         "storage": "local-lvm:40", "options": {"description": "declared"}}
      ]
      """;

  /** A cluster, and one manager of it. */
  private static final class World {
    final SimulatedCluster cluster;
    final TickingProxmox proxmox;
    final Faults faults;
    private final Surroundings around;
    private final Desired desired;

    World() {
      cluster =
          SimulatedCluster.builder()
              .name("test")
              .seed(7)
              .time(SimulatedTime.manual(Instant.parse("2026-01-01T00:00:00Z")))
              .nodes("pve-1", "pve-2")
              .hardware(16, 64L << 30)
              .token(TOKEN, "secret")
              .guest(
                  Kind.LXC,
                  100,
                  "pve-1",
                  """
                  arch: amd64
                  hostname: ct100
                  memory: 512
                  ostype: debian
                  rootfs: local-lvm:vm-100-disk-0,size=8G
                  swap: 512
                  unprivileged: 1
                  """,
                  true)
              .guest(
                  Kind.QEMU,
                  101,
                  "pve-2",
                  """
                  boot: order=scsi0
                  memory: 2048
                  name: vm101
                  ostype: l26
                  scsi0: local-lvm:vm-101-disk-0,size=32G
                  scsihw: virtio-scsi-single
                  """,
                  true)
              .guest(
                  Kind.QEMU,
                  9000,
                  "pve-1",
                  """
                  boot: order=scsi0
                  memory: 1024
                  name: golden
                  ostype: l26
                  scsi0: local-lvm:base-9000-disk-0,size=8G
                  template: 1
                  """,
                  false)
              .build();
      faults = Faults.in(cluster);
      proxmox = new TickingProxmox(cluster, TOKEN, "secret");
      around =
          new Surroundings(
              proxmox,
              Observer.over(proxmox),
              new Actor.Human("root"),
              TOKEN,
              RailPolicy.defaults(),
              Window.NONE,
              Path.of("unused"),
              "test",
              Limits.defaults().withParallelism(1, 1),
              reference -> {
                throw new IllegalStateException("no secrets here: " + reference);
              },
              (guest, _) -> {
                throw new IllegalStateException("nothing is destroyed here: " + guest.subject());
              },
              ClusterLock.none(),
              Unlocker.none(),
              proxmox);
      var read = ManifestReader.read("guests.json", MANIFEST);
      assertThat(read.findings()).isEmpty();
      desired = read.desired();
    }

    ReviewedPlan plan() throws InterruptedException {
      // Proxmox's statistics, from which the list takes power states, lag by ten seconds.
      cluster.advance(Duration.ofSeconds(15));
      return new Pipeline(around).plan(desired, Pipeline.Words.none()).reviewed();
    }

    void run(Journal journal) throws InterruptedException {
      ReviewedPlan plan = plan();
      assertThat(plan.verdicts()).noneMatch(Verdict::isBlocked);
      assertThat(plan.openConfirmations()).isEmpty();
      var context =
          RunContext.of("run-1", around.actor(), TOKEN, proxmox, journal)
              .withTime(proxmox)
              .withLimits(around.limits());
      try {
        new Executor().run(plan, context, EventListener.none());
      } catch (Killed killed) {
        // The next run settles what was in flight.
      }
    }

    void resume(MortalJournal journal) {
      Run run = new Run("run-1", journal.records, 0);
      if (run.ended() == null) {
        var resumer =
            new Resumer(
                proxmox,
                around.observer(),
                proxmox,
                Limits.defaults(),
                new StopSignal(),
                Unlocker.none(),
                Workers.none());
        assertThat(resumer.settle(run, journal.records::add).settled()).isTrue();
      }
    }

    void check(String name) throws InterruptedException {
      // What others began is over by then.
      cluster.advance(Duration.ofHours(1));
      ReviewedPlan next = plan();
      assertThat(next.plan().steps()).as(name + ": the next plan is empty").isEmpty();
      var inventory = around.observer().observe(ObservationRequest.everything());
      assertThat(inventory.guests().keySet())
          .as(name)
          .isEqualTo(new TreeSet<>(List.of(100, 101, 210, 310, 320, 9000)));
      var reader = new GuestReader(around.observer(), proxmox);
      for (ObservedGuest guest : inventory.guests().values()) {
        assertThat(guest.lock()).as(name + ": " + guest.subject()).isNull();
        List<Snapshot> snapshots = reader.snapshots(guest);
        assertThat(snapshots.size()).as(name + ": " + guest.subject()).isLessThan(2);
      }
    }
  }

  @Test
  void whatIsDeclaredBecomesRealAndTheNextPlanIsEmpty() throws InterruptedException {
    var world = new World();
    MortalJournal journal = MortalJournal.immortal();

    world.run(journal);

    assertThat(journal.records.getLast()).asString().contains("result=done");
    world.check("calm");
  }

  @Test
  void killedAtEveryPointOfTheJournalTheNextRunConverges() throws InterruptedException {
    var whole = new World();
    MortalJournal calm = MortalJournal.immortal();
    whole.run(calm);
    int cases = 0;
    for (int point = 1; point <= calm.records.size(); point++) {
      for (boolean recorded : new boolean[] {false, true}) {
        var world = new World();
        var journal = new MortalJournal(point, recorded);
        world.run(journal);
        world.resume(journal);
        world.run(MortalJournal.immortal());
        world.check("killed at " + point + (recorded ? "+" : "-"));
        cases++;
      }
    }
    System.out.println("kills on the simulated cluster: " + cases);
  }

  @Test
  void aFaultAtAnyWriteIsOvercome() throws InterruptedException {
    var calm = new World();
    calm.run(MortalJournal.immortal());
    List<Fault> kinds =
        List.of(
            new Fault.LoseAnswer(),
            new Fault.LoseRequest(),
            new Fault.AnswerAfterEffect(596, "Broken pipe"),
            new Fault.Answer(595, "No route to host"),
            new Fault.SlowTask(20),
            new Fault.FailTask("can't lock file '/var/lock/x' - got timeout"),
            Mischief.moves(101, "pve-1"),
            Mischief.backupLocks(100));
    int cases = 0;
    for (int write = 1; write <= calm.faults.writes(); write++) {
      for (Fault kind : kinds) {
        var world = new World();
        world.faults.atWrite(write, kind);
        MortalJournal journal = MortalJournal.immortal();
        world.run(journal);
        world.resume(journal);
        world.run(MortalJournal.immortal());
        world.check("at write " + write + " " + kind);
        cases++;
      }
    }
    System.out.println("faults at every write on the simulated cluster: " + cases);
  }
}
