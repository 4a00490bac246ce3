package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;

class ScheduleTest {

  private static Step step(
      int vmid, String word, String node, List<String> after, String... lanes) {
    return new Step(
        vmid + "/" + word,
        new TreeSet<>(after),
        new Operation.Start(GuestType.LXC, vmid),
        node,
        Effect.NONE,
        0,
        new TreeSet<>(List.of(lanes)));
  }

  private static List<String> startable(Schedule schedule) {
    List<String> started = new ArrayList<>();
    for (Step step = schedule.next(); step != null; step = schedule.next()) {
      started.add(step.id());
    }
    return started;
  }

  @Test
  void independentStepsStartTogetherUpToTheNodesBound() {
    List<Step> steps = new ArrayList<>();
    for (int vmid = 1; vmid <= 6; vmid++) {
      steps.add(step(vmid, "start", vmid <= 5 ? "a" : "b", List.of()));
    }

    assertThat(startable(new Schedule(steps, 4, 32)))
        .containsExactly("1/start", "2/start", "3/start", "4/start", "6/start");
  }

  @Test
  void stepsThatShareALaneNeverRunAtTheSameTime() {
    Step first = step(1, "clone", "a", List.of(), "template/9");
    Step second = step(2, "clone", "a", List.of(), "template/9");
    var schedule = new Schedule(List.of(first, second), 4, 32);

    assertThat(startable(schedule)).containsExactly("1/clone");
    schedule.ended(first, true);
    assertThat(startable(schedule)).containsExactly("2/clone");
  }

  @Test
  void nothingWaitsForASlowStepButWhatDependsOnIt() {
    Step slow = step(1, "create", "a", List.of());
    Step quick = step(2, "create", "a", List.of());
    var schedule =
        new Schedule(
            List.of(
                slow,
                quick,
                step(1, "start", "a", List.of("1/create")),
                step(2, "start", "a", List.of("2/create"))),
            4,
            32);
    startable(schedule);

    schedule.ended(quick, true);

    assertThat(startable(schedule)).containsExactly("2/start");
  }

  @Test
  void aFailedStepTakesAwayAllThatWaitsForItDirectlyOrNot() {
    Step first = step(1, "create", "a", List.of());
    var schedule =
        new Schedule(
            List.of(
                first,
                step(1, "start", "a", List.of("1/create")),
                step(1, "pool", "a", List.of("1/start")),
                step(2, "create", "a", List.of())),
            1,
            1);
    startable(schedule);

    assertThat(schedule.ended(first, false))
        .extracting(Step::id)
        .containsExactly("1/start", "1/pool");
    assertThat(startable(schedule)).containsExactly("2/create");
  }

  @Test
  void whatIsNotInThePlanIsNotWaitedFor() {
    assertThat(startable(new Schedule(List.of(step(1, "start", "a", List.of("0/gone"))), 1, 1)))
        .containsExactly("1/start");
  }

  @Test
  void noInterleavingBreaksAnyBound() {
    long seed = new Random().nextLong();
    System.out.println("schedule seed " + seed);
    var random = new Random(seed);
    int cases = 3000;
    for (int at = 0; at < cases; at++) {
      play(random, "seed " + seed + ", case " + at);
    }
    System.out.println("interleavings tried: " + cases);
  }

  private static void play(Random random, String name) {
    List<Step> steps = steps(random);
    int perNode = 1 + random.nextInt(4);
    int total = 1 + random.nextInt(6);
    var schedule = new Schedule(steps, perNode, total);
    List<Step> running = new ArrayList<>();
    Set<String> done = new HashSet<>();
    Set<String> lost = new HashSet<>();
    while (true) {
      Step next = random.nextInt(3) > 0 || running.isEmpty() ? schedule.next() : null;
      if (next != null) {
        running.add(next);
        check(next, running, done, perNode, total, name);
      } else if (running.isEmpty()) {
        break;
      } else {
        Step ended = running.remove(random.nextInt(running.size()));
        boolean success = random.nextInt(10) > 0;
        (success ? done : lost).add(ended.id());
        schedule.ended(ended, success).forEach(step -> lost.add(step.id()));
      }
    }
    assertThat(done.size() + lost.size()).as(name).isEqualTo(steps.size());
  }

  private static void check(
      Step next, List<Step> running, Set<String> done, int perNode, int total, String name) {
    Map<String, Integer> nodes = new HashMap<>();
    Set<String> lanes = new HashSet<>();
    Set<Integer> guests = new HashSet<>();
    for (Step step : running) {
      nodes.merge(step.node(), 1, Integer::sum);
      assertThat(guests.add(step.vmid())).as(name).isTrue();
      step.lanes().forEach(lane -> assertThat(lanes.add(lane)).as(name).isTrue());
    }
    assertThat(running.size()).as(name).isLessThanOrEqualTo(total);
    assertThat(nodes.values()).as(name).allMatch(count -> count <= perNode);
    assertThat(done).as(name).containsAll(next.after());
  }

  private static List<Step> steps(Random random) {
    List<Step> steps = new ArrayList<>();
    int count = 1 + random.nextInt(20);
    for (int at = 0; at < count; at++) {
      List<String> after = new ArrayList<>();
      for (Step earlier : steps) {
        if (random.nextInt(6) == 0) {
          after.add(earlier.id());
        }
      }
      String[] lanes =
          random.nextInt(3) == 0 ? new String[] {"lane/" + random.nextInt(3)} : new String[0];
      steps.add(step(1 + random.nextInt(8), "s" + at, "n" + random.nextInt(3), after, lanes));
    }
    return steps;
  }
}
