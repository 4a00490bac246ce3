package pivm.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Digests;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.Desired;

/** Makes one plan of what every kind contributes. */
public final class Planner {

  private final List<KindPlanner> kinds;

  public Planner(List<KindPlanner> kinds) {
    this.kinds = List.copyOf(kinds);
  }

  /**
   * A plan on the first look, and what has to be read before it can be relied on.
   *
   * @param needs empty when the plan stands as it is
   */
  public record Draft(Plan plan, Needs needs) {}

  /** Plans every kind. The same input always gives the same plan, to its id. */
  public Plan plan(Desired desired, Inventory inventory, PlanOptions options) {
    return plan(fragments(desired, inventory, options), inventory);
  }

  /** Plans every kind on the first look. */
  public Draft draft(Desired desired, Inventory inventory, PlanOptions options) {
    List<KindPlanner.Fragment> fragments = fragments(desired, inventory, options);
    Needs needs = Needs.nothing();
    for (int i = 0; i < kinds.size(); i++) {
      needs = needs.and(kinds.get(i).needs(desired, inventory, fragments.get(i).steps()));
    }
    return new Draft(plan(fragments, inventory), needs);
  }

  private List<KindPlanner.Fragment> fragments(
      Desired desired, Inventory inventory, PlanOptions options) {
    Map<KindPlanner, KindPlanner.Fragment> planned = new HashMap<>();
    Incoming incoming = Incoming.NOTHING;
    for (KindPlanner kind : kinds) {
      if (!kind.buildsOnOthers()) {
        KindPlanner.Fragment fragment = kind.plan(desired, inventory, options);
        planned.put(kind, fragment);
        incoming = incoming.and(fragment.incoming());
      }
    }
    Inventory then = incoming.in(inventory);
    PlanOptions building = options.with(incoming);
    return kinds.stream()
        .map(kind -> {
          KindPlanner.Fragment fragment = planned.get(kind);
          return fragment == null ? kind.plan(desired, then, building) : fragment;
        })
        .toList();
  }

  private static Plan plan(List<KindPlanner.Fragment> fragments, Inventory inventory) {
    List<Change> changes = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    List<Obstacle> obstacles = new ArrayList<>();
    List<String> foreign = new ArrayList<>();
    List<Unknown> unknown = new ArrayList<>(inventory.unknown());
    SortedMap<Integer, Basis> basis = new TreeMap<>();
    List<String> declared = new ArrayList<>();
    for (KindPlanner.Fragment fragment : fragments) {
      changes.addAll(fragment.changes());
      steps.addAll(fragment.steps());
      obstacles.addAll(fragment.obstacles());
      foreign.addAll(fragment.foreign());
      unknown.addAll(fragment.unknown());
      basis.putAll(fragment.basis());
      declared.addAll(fragment.declared());
    }
    List<Step> ordered = ordered(steps);
    return new Plan(
        id(declared, ordered, basis), changes, ordered, obstacles, foreign, unknown, basis);
  }

  /** A plan of steps that no manifest asks for. */
  public static Plan assemble(
      List<Change> changes,
      List<Step> steps,
      List<Obstacle> obstacles,
      List<Unknown> unknown,
      SortedMap<Integer, Basis> basis,
      List<String> asked) {
    List<Step> ordered = ordered(steps);
    return new Plan(
        id(asked, ordered, basis), changes, ordered, obstacles, List.of(), unknown, basis);
  }

  /** The guests whose configuration planning compares or builds on. */
  public SortedSet<Integer> managed(Desired desired) {
    var managed = new TreeSet<Integer>();
    kinds.forEach(kind -> managed.addAll(kind.managed(desired)));
    return managed;
  }

  /**
   * The steps with each behind all that it waits for; otherwise in the given order.
   *
   * @throws IllegalStateException when steps wait for each other in a circle, naming them in order
   */
  public static List<Step> ordered(List<Step> steps) {
    Map<String, Step> byId = new HashMap<>();
    steps.forEach(step -> byId.put(step.id(), step));
    List<Step> done = new ArrayList<>();
    Set<String> placed = new HashSet<>();
    for (Step step : steps) {
      place(step, byId, placed, new ArrayList<>(), done);
    }
    return List.copyOf(done);
  }

  private static void place(
      Step step, Map<String, Step> byId, Set<String> placed, List<String> path, List<Step> done) {
    if (placed.contains(step.id())) {
      return;
    }
    if (path.contains(step.id())) {
      path.add(step.id());
      throw new IllegalStateException("steps wait for each other: " + String.join(" → ", path));
    }
    path.add(step.id());
    for (String before : step.after()) {
      Step other = byId.get(before);
      if (other != null) {
        place(other, byId, placed, path, done);
      }
    }
    path.removeLast();
    placed.add(step.id());
    done.add(step);
  }

  private static String id(List<String> declared, List<Step> steps, Map<Integer, Basis> basis) {
    var digest = new Digests();
    new TreeSet<>(declared).forEach(digest::add);
    steps.stream()
        .map(step -> step.id() + step.after() + step.node() + step.operation())
        .sorted()
        .forEach(digest::add);
    basis.values().forEach(rest -> digest.add(rest.toString()));
    return digest.hex(6);
  }
}
