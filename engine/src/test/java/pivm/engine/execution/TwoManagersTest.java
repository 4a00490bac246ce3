package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import pivm.engine.history.JournalRecord;
import pivm.proxmox.ApiCall;

/** Two managers with the same manifests at the same time, with no lock between them. */
class TwoManagersTest {
  private static final int ROUNDS = 30;

  /** The ordinary build tries the same schedules every time; {@code -Dpivm.seed} tries others. */
  private static final long USUAL_SEED = 20_260_117;

  @Test
  void underTheirOwnNamesTheyDoNoHarm() throws Exception {
    duels(400, List.of("pivm@pve!one", "pivm@pve!two"), false);
  }

  @Test
  void underOneNameTheyDoNoHarm() throws Exception {
    duels(400, List.of("pivm@pve!one", "pivm@pve!one"), false);
  }

  @Test
  void throughFaultsTheyDoNoHarm() throws Exception {
    duels(400, List.of("pivm@pve!one", "pivm@pve!two"), true);
  }

  private static void duels(int usual, List<String> users, boolean faults) throws Exception {
    int cases = Integer.getInteger("pivm.cases", usual);
    long seed = Long.getLong("pivm.seed", USUAL_SEED);
    System.out.println("duel seed " + seed);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int at = 0; at < cases; at++) {
        duel(seed + at, users, faults, threads);
      }
    }
    System.out.println(
        "interleavings of two managers" + (faults ? ", with faults" : "") + ": " + cases);
  }

  private static void duel(long seed, List<String> users, boolean faulty, ExecutorService threads)
      throws Exception {
    String name = "duel " + seed;
    var scenario = new Scenario(seed);
    var baton = new Baton(seed * 17, users.size());
    var storm = new RandomFaults(scenario, seed * 31, false);
    if (!faulty) {
      storm.calm();
    }
    List<Future<?>> managers = new ArrayList<>();
    for (int player = 0; player < users.size(); player++) {
      int me = player;
      managers.add(threads.submit(() -> manage(scenario, users.get(me), me, baton, storm)));
    }
    for (Future<?> manager : managers) {
      try {
        manager.get();
      } catch (ExecutionException failed) {
        throw new AssertionError(name, failed.getCause());
      }
    }
    scenario.cluster.settleDown();
    scenario.check(name);
    if (!faulty) {
      assertThat(scenario.cluster.effects.stream().filter(TwoManagersTest::makes).toList())
          .as(name)
          .doesNotHaveDuplicates();
    }
  }

  private static boolean makes(String effect) {
    return effect.startsWith("create")
        || effect.startsWith("clone")
        || effect.startsWith("destroy");
  }

  private static void manage(
      Scenario scenario, String user, int me, Baton baton, RandomFaults storm) {
    var faults = new TakingTurns(me, baton, storm);
    try {
      for (int round = 0; round < ROUNDS && !faults.turnAndAsk(scenario::converged); round++) {
        if (round == 3) {
          storm.calm();
        }
        List<JournalRecord> records = new ArrayList<>();
        var context = Trial.context(scenario.cluster, faults, user, records::add);
        var plan =
            ToyPlanner.plan(scenario.wanted, scenario.cluster.as("root@pam", ToyFaults.NONE));
        new Executor().run(plan, context, EventListener.none());
        scenario.cluster.sleep(java.time.Duration.ofSeconds(5));
      }
    } finally {
      baton.leave(me);
    }
  }

  /** Waits for its turn before each call; nothing is held while it waits. */
  private record TakingTurns(int me, Baton baton, RandomFaults storm) implements ToyFaults {
    boolean turnAndAsk(java.util.function.BooleanSupplier question) {
      turn();
      return question.getAsBoolean();
    }

    void turn() {
      try {
        baton.turn(me);
      } catch (InterruptedException ended) {
        throw new IllegalStateException(ended);
      }
    }

    @Override
    public void arriving() {
      turn();
    }

    @Override
    public void before(ToyCluster cluster, ApiCall call) {
      storm.before(cluster, call);
    }

    @Override
    public void after(ToyCluster cluster, ApiCall call) {
      storm.after(cluster, call);
    }

    @Override
    public Fate fate(String taskType, String id) {
      return storm.fate(taskType, id);
    }
  }
}
