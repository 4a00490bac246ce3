package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pivm.engine.history.Journal;
import pivm.engine.history.Run;

/**
 * Whatever goes wrong, and wherever a run is killed: the next runs settle what was in flight and
 * converge, and nothing happens twice. In simulated time, from printed seeds.
 */
class FaultSimulationTest {
  private static final int ROUNDS = 40;
  private static final int STORMY_ROUNDS = 4;

  private static void run(Scenario scenario, ToyFaults faults, Limits limits, Journal journal) {
    var context = Trial.context(scenario.cluster, faults, Trial.USER, journal).withLimits(limits);
    var plan = ToyPlanner.plan(scenario.wanted, scenario.cluster.as("root@pam", ToyFaults.NONE));
    try {
      new Executor().run(plan, context, EventListener.none());
    } catch (Killed killed) {
      // The next run settles what was in flight.
    }
  }

  private static void resume(Scenario scenario, ToyFaults faults, MortalJournal journal) {
    Run run = new Run("run-1", journal.records, 0);
    while (run.ended() == null) {
      Trial.resumer(scenario.cluster, faults).settle(run, journal.records::add);
      run = new Run("run-1", journal.records, 0);
    }
  }

  /** No step of one run has had two effects. */
  private static void checkEffects(Scenario scenario, int from, String name) {
    Map<String, Integer> counts = new HashMap<>();
    scenario
        .cluster
        .effects
        .subList(from, scenario.cluster.effects.size())
        .forEach(effect -> counts.merge(effect, 1, Integer::sum));
    assertThat(counts)
        .as(name + ": no step with two effects")
        .allSatisfy((effect, count) -> assertThat(count).as(effect).isEqualTo(1));
  }

  private static final Limits ONE = Limits.defaults().withParallelism(1, 1);

  /** The ordinary build tries the same schedules every time; {@code -Dpivm.seed} tries others. */
  private static final long USUAL_SEED = 20_260_117;

  @Test
  void killedAtEveryPointOfTheJournalTheNextRunConverges() {
    long seed = Long.getLong("pivm.seed", USUAL_SEED);
    System.out.println("kill seed " + seed);
    int cases = 0;
    for (int world = 0; world < 25; world++) {
      MortalJournal whole = MortalJournal.immortal();
      run(new Scenario(seed + world), ToyFaults.NONE, ONE, whole);
      for (int point = 1; point <= whole.records.size(); point++) {
        for (boolean recorded : new boolean[] {false, true}) {
          killAt(seed + world, point, recorded);
          cases++;
        }
      }
    }
    System.out.println("kills at every point of the journal: " + cases);
  }

  private static void killAt(long seed, int point, boolean recorded) {
    String name = "scenario " + seed + " killed at " + point + (recorded ? "+" : "-");
    var scenario = new Scenario(seed);
    var journal = new MortalJournal(point, recorded);
    run(scenario, ToyFaults.NONE, ONE, journal);
    resume(scenario, ToyFaults.NONE, journal);
    checkEffects(scenario, 0, name);
    run(scenario, ToyFaults.NONE, ONE, MortalJournal.immortal());
    scenario.check(name);
  }

  @Test
  void throughFaultsAndKillsEveryScheduleConverges() {
    storms(1500, ONE, false);
  }

  @Test
  void throughFaultsKillsMovesAndEditsByOthersEveryScheduleConverges() {
    storms(1500, ONE, true);
  }

  @Test
  void severalStepsAtOnceConvergeToo() {
    storms(300, Limits.defaults(), true);
  }

  private static void storms(int cases, Limits limits, boolean others) {
    long seed = Long.getLong("pivm.seed", USUAL_SEED);
    System.out.println("storm seed " + seed);
    for (int at = 0; at < cases; at++) {
      storm(seed + at, limits, others);
    }
    System.out.println("fault schedules" + (others ? " with others at work" : "") + ": " + cases);
  }

  private static void storm(long seed, Limits limits, boolean others) {
    String name = "storm " + seed;
    var scenario = new Scenario(seed);
    var dice = new Random(~seed);
    var faults = new RandomFaults(scenario, seed * 31, others);
    for (int round = 0; !scenario.converged() && round < ROUNDS; round++) {
      if (round == STORMY_ROUNDS) {
        faults.calm();
      }
      int from = scenario.cluster.effects.size();
      boolean kill = round < STORMY_ROUNDS && dice.nextBoolean();
      var journal =
          kill
              ? new MortalJournal(1 + dice.nextInt(60), dice.nextBoolean())
              : MortalJournal.immortal();
      run(scenario, faults, limits, journal);
      resume(scenario, faults, journal);
      scenario.cluster.settleDown();
      checkEffects(scenario, from, name + " round " + round);
    }
    scenario.check(name);
  }
}
