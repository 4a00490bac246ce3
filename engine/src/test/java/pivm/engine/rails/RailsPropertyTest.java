package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.GIB;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;

/** What holds for every plan. A failure names the seed that shows it again. */
class RailsPropertyTest {
  private static final int CASES = 400;
  private static final long TOTAL = 64 * GIB;
  private static final String NODE = "pve-01";

  private static World world(long seed, boolean renamed) {
    Random random = new Random(seed);
    World world =
        new World()
            .node(NODE, 64, random.nextInt(10))
            .node("pve-02", 64, 5)
            .storage("zfs", "zfspool", "images", "rootdir");
    for (int vmid = 100; vmid < 100 + random.nextInt(8); vmid++) {
      boolean running = random.nextBoolean();
      world.lxc(
          vmid,
          "g" + vmid,
          NODE,
          running,
          "memory: " + (1 + random.nextInt(16)) * 1024,
          "rootfs: zfs:subvol-" + vmid + "-disk-0,size=8G",
          "mp0: zfs:subvol-" + vmid + "-disk-1,backup=1,size=8G");
      if (random.nextInt(3) == 0) {
        world.snapshots(vmid, World.ours());
      }
      world.entry(vmid, restart(random), false).preflight(vmid);
      chain(world, vmid, running, random);
    }
    for (int vmid = 200; vmid < 200 + random.nextInt(5); vmid++) {
      world.create(vmid, NODE, (1 + random.nextInt(20)) * 1024L);
    }
    world.stranger(900, renamed ? "renamed" : "theirs", NODE, true, 1024L * random.nextInt(1, 9));
    return world;
  }

  private static DesiredGuest.Restart restart(Random random) {
    return random.nextBoolean() ? DesiredGuest.Restart.ALLOWED : DesiredGuest.Restart.NEVER;
  }

  private static void chain(World world, int vmid, boolean running, Random random) {
    String last = null;
    for (int i = 0; i < random.nextInt(4); i++) {
      String name = "s" + i;
      Operation operation = operation(vmid, running, random);
      if (last == null) {
        world.step(name, operation);
      } else {
        world.step(name, operation, last);
      }
      last = name;
    }
  }

  private static Operation operation(int vmid, boolean running, Random random) {
    GuestType type = GuestType.LXC;
    return switch (random.nextInt(10)) {
      case 0 -> new Operation.Destroy(type, vmid);
      case 1 -> new Operation.Stop(type, vmid);
      case 2 -> new Operation.Shutdown(type, vmid, 60);
      case 3 -> new Operation.Start(type, vmid);
      case 4 -> new Operation.Reboot(type, vmid, 60);
      case 5 -> new Operation.Resize(type, vmid, "rootfs", 9 * GIB);
      case 6 -> new Operation.Migrate(type, vmid, "pve-02", running);
      case 7 -> {
        var delete = new TreeSet<String>();
        delete.add("mp0");
        yield new Operation.Configure(type, vmid, World.settings(), delete);
      }
      default ->
          new Operation.Configure(
              type,
              vmid,
              World.settings("memory=" + (1 + random.nextInt(24)) * 1024),
              new TreeSet<>());
    };
  }

  /** Runs the runnable steps in a random order that their dependencies allow. */
  private static List<Step> anyOrder(ReviewedPlan reviewed, Random random) {
    List<Step> left = new ArrayList<>(reviewed.runnable());
    List<Step> order = new ArrayList<>();
    Set<String> done = new HashSet<>();
    while (!left.isEmpty()) {
      Collections.shuffle(left, random);
      Step next =
          left.stream()
              .filter(step -> done.containsAll(step.after()))
              .findFirst()
              .orElseThrow(() -> new AssertionError("steps wait for what does not run: " + left));
      left.remove(next);
      done.add(next.id());
      order.add(next);
    }
    return order;
  }

  @Test
  void noOrderOfTheRunnableStepsPromisesTooMuch() {
    for (long seed = 0; seed < CASES; seed++) {
      World world = world(seed, false);
      ReviewedPlan reviewed = world.review();
      Random random = new Random(seed);
      for (int order = 0; order < 5; order++) {
        var situation = new Situation(reviewed.request());
        long limit = 80 * TOTAL / 100;
        long before = promised(world, situation);
        for (Step step : anyOrder(reviewed, random)) {
          situation.apply(step);
          long now = promised(world, situation);
          assertThat(now <= limit || now <= before)
              .as("seed %s, step %s: %s of %s promised", seed, step.id(), now, limit)
              .isTrue();
          before = now;
        }
      }
    }
  }

  /** By the guests themselves, not by what the review added up. */
  private static long promised(World world, Situation situation) {
    long sum = 0;
    for (ProjectedGuest guest : situation.guests()) {
      Long current = guest.current();
      if (guest.running() && guest.node().equals(NODE) && current != null) {
        sum += current;
      }
    }
    NodeMemory.Known start = NodeMemory.of(world.inventory(), NODE).known();
    long running = start == null ? 0 : start.committed();
    return start == null ? sum : Math.max(start.used(), running) + sum - running;
  }

  @Test
  void aReviewIsTheSameEachTimeAndForeignNamesPlayNoPart() {
    for (long seed = 0; seed < CASES; seed++) {
      ReviewedPlan one = world(seed, false).review();
      ReviewedPlan again = world(seed, false).review();
      ReviewedPlan renamed = world(seed, true).review();
      assertThat(again.verdicts()).as("seed %s", seed).isEqualTo(one.verdicts());
      assertThat(again.plan()).as("seed %s", seed).isEqualTo(one.plan());
      assertThat(renamed.verdicts()).as("seed %s", seed).isEqualTo(one.verdicts());
    }
  }

  @Test
  void nothingDestructiveIsRunnableUnasked() {
    for (long seed = 0; seed < CASES; seed++) {
      World world = world(seed, false);
      for (Step step : world.review().runnable()) {
        Operation operation = step.operation();
        boolean never =
            operation instanceof Operation.Destroy
                || (operation instanceof Operation.Configure configure
                    && configure.delete().contains("mp0"));
        DesiredGuest entry = world.entries.get(step.vmid());
        boolean restarts = operation instanceof Operation.Reboot;
        assertThat(never).as("seed %s, step %s", seed, step).isFalse();
        assertThat(
                restarts
                    && world.guests.containsKey(step.vmid())
                    && entry != null
                    && entry.restart() == DesiredGuest.Restart.NEVER
                    && stillRuns(world, step))
            .as("seed %s, step %s", seed, step)
            .isFalse();
      }
    }
  }

  private static boolean stillRuns(World world, Step step) {
    var guest = world.guests.get(step.vmid());
    return guest != null && guest.running() && step.after().isEmpty();
  }

  @Test
  void everyChangeOfAnExistingGuestIsBehindItsProtection() {
    int changes = 0;
    for (long seed = 0; seed < CASES; seed++) {
      World world = world(seed, false);
      ReviewedPlan reviewed = world.review();
      for (Step step : reviewed.plan().steps()) {
        if (world.guests.containsKey(step.vmid()) && SnapshotRail.changes(step.operation())) {
          changes++;
          assertThat(StepOrder.withAncestors(reviewed.plan().steps(), step.id()))
              .as("seed %s, step %s", seed, step.id())
              .contains(step.vmid() + "/snapshot");
        }
      }
    }
    assertThat(changes).isPositive();
  }

  @Test
  void theLedgerNeverGivesOutTooMuchWhateverTheStatisticsLag() {
    for (long seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      MemoryLedger ledger = new MemoryLedger();
      Instant now = World.NOW;
      var running = new TreeMap<Integer, Long>();
      var readings = new ArrayList<NodeMemory.Known>();
      var begun = new ArrayList<Instant>();
      for (int vmid = 100; vmid < 140; vmid++) {
        now = now.plusSeconds(random.nextInt(3));
        readings.add(new NodeMemory.Known(NODE, TOTAL, GIB, running));
        begun.add(now);
        // Statistics are up to ten seconds old.
        int seen = Math.max(0, readings.size() - 1 - random.nextInt(4));
        long wish = (1 + random.nextInt(16)) * GIB;
        String step = vmid + "/start";
        String refusal =
            ledger.reserve(
                new MemoryLedger.Claim(step, vmid, NODE, wish, wish),
                readings.get(seen),
                begun.get(seen),
                RailPolicy.defaults());
        if (refusal == null) {
          running.put(vmid, wish);
          ledger.done(step, now);
        }
        long sum = running.values().stream().mapToLong(Long::longValue).sum();
        assertThat(sum).as("seed %s", seed).isLessThanOrEqualTo(80 * TOTAL / 100);
      }
      assertThat(running).as("seed %s", seed).isNotEmpty();
    }
  }

  @Test
  void whatFailedGivesItsRoomBack() {
    MemoryLedger ledger = new MemoryLedger();
    var reading = new NodeMemory.Known(NODE, TOTAL, 0, new TreeMap<>());
    for (int i = 0; i < 100; i++) {
      String step = i + "/start";
      var claim = new MemoryLedger.Claim(step, i + 100, NODE, 50 * GIB, 50 * GIB);
      assertThat(ledger.reserve(claim, reading, World.NOW, RailPolicy.defaults())).isNull();
      ledger.release(step);
    }
  }
}
