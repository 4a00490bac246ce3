package pivm.engine.execution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Step;

/**
 * Which step may start next: pure bookkeeping, used by one thread. Among several the plan's order
 * decides. Steps of one guest never run at the same time, nor do steps that share a lane.
 */
final class Schedule {

  private final SortedMap<Integer, Step> waiting = new TreeMap<>();
  private final SortedMap<Integer, Step> ready = new TreeMap<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, List<Step>> dependents = new HashMap<>();
  private final Map<String, Integer> missing = new HashMap<>();
  private final Map<String, Integer> busyLanes = new HashMap<>();
  private final Map<String, Integer> busyNodes = new HashMap<>();
  private final int perNode;
  private final int total;
  private int running;

  /**
   * @param steps each behind all that it waits for; what is not among them is not waited for
   */
  Schedule(List<Step> steps, int perNode, int total) {
    this.perNode = perNode;
    this.total = total;
    steps.forEach(step -> places.put(step.id(), places.size()));
    steps.forEach(this::add);
  }

  private void add(Step step) {
    int place = place(step);
    int count = 0;
    for (String before : step.after()) {
      if (places.containsKey(before)) {
        dependents.computeIfAbsent(before, _ -> new ArrayList<>()).add(step);
        count++;
      }
    }
    missing.put(step.id(), count);
    waiting.put(place, step);
    if (count == 0) {
      ready.put(place, step);
    }
  }

  private int place(Step step) {
    return places.getOrDefault(step.id(), -1);
  }

  /** Takes the next step that may start now; null when there is none at the moment. */
  @Nullable Step next() {
    if (running >= total) {
      return null;
    }
    for (Step step : ready.values()) {
      if (hasRoom(step)) {
        start(step);
        return step;
      }
    }
    return null;
  }

  private boolean hasRoom(Step step) {
    return busyNodes.getOrDefault(step.node(), 0) < perNode
        && lanes(step).stream().allMatch(lane -> busyLanes.getOrDefault(lane, 0) < room(lane));
  }

  private void start(Step step) {
    waiting.remove(place(step));
    ready.remove(place(step));
    running++;
    lanes(step).forEach(lane -> busyLanes.merge(lane, 1, Integer::sum));
    busyNodes.merge(step.node(), 1, Integer::sum);
  }

  /** How many steps a lane has room for: what follows its last {@code #}, else one. */
  private static int room(String lane) {
    int mark = lane.lastIndexOf('#');
    String number = lane.substring(mark + 1);
    return mark < 0 || number.isEmpty() || !number.chars().allMatch(Character::isDigit)
        ? 1
        : Integer.parseInt(number);
  }

  private static Set<String> lanes(Step step) {
    var lanes = new HashSet<>(step.lanes());
    if (step.onGuest()) {
      lanes.add("guest/" + step.vmid());
    }
    return lanes;
  }

  /**
   * A step has ended.
   *
   * @return the steps that can never start because of it, in the plan's order; none when it
   *     succeeded
   */
  List<Step> ended(Step step, boolean success) {
    running--;
    lanes(step).forEach(lane -> busyLanes.merge(lane, -1, Integer::sum));
    busyNodes.merge(step.node(), -1, Integer::sum);
    if (!success) {
      return removeDependents(step.id());
    }
    for (Step dependent : dependents.getOrDefault(step.id(), List.of())) {
      if (missing.merge(dependent.id(), -1, Integer::sum) == 0
          && waiting.containsKey(place(dependent))) {
        ready.put(place(dependent), dependent);
      }
    }
    return List.of();
  }

  private List<Step> removeDependents(String id) {
    SortedMap<Integer, Step> lost = new TreeMap<>();
    collect(id, lost);
    lost.values().forEach(step -> waiting.remove(place(step)));
    return List.copyOf(lost.values());
  }

  private void collect(String id, Map<Integer, Step> lost) {
    for (Step dependent : dependents.getOrDefault(id, List.of())) {
      if (waiting.containsKey(place(dependent)) && lost.put(place(dependent), dependent) == null) {
        collect(dependent.id(), lost);
      }
    }
  }

  boolean idle() {
    return running == 0;
  }

  /** Drops all that has not started. */
  List<Step> drain() {
    List<Step> rest = List.copyOf(waiting.values());
    waiting.clear();
    ready.clear();
    return rest;
  }
}
