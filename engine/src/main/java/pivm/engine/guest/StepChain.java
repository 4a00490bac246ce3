package pivm.engine.guest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;

/** Collects one guest's steps, each of which waits for the one before it. */
final class StepChain {
  private final int vmid;
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final SortedSet<String> firstAfter = new TreeSet<>();
  private String node;

  StepChain(int vmid, String node) {
    this.vmid = vmid;
    this.node = node;
  }

  /** The chain's first step waits for that step of another guest. */
  void waitFor(String step) {
    firstAfter.add(step);
  }

  /** From now on the guest is expected on another node. */
  void moveTo(String target) {
    node = target;
  }

  String node() {
    return node;
  }

  void add(String name, Operation operation, Effect effect) {
    add(name, operation, effect, 0, Set.of());
  }

  /**
   * @param name the part of the step's id behind the VMID; made unique by a number where it is
   *     taken
   * @param memory bytes that the node has promised more (or less) once done
   */
  void add(String name, Operation operation, Effect effect, long memory, Set<String> lanes) {
    var after = new TreeSet<String>();
    if (steps.isEmpty()) {
      after.addAll(firstAfter);
    } else {
      after.add(steps.getLast().id());
    }
    steps.add(new Step(unique(name), after, operation, node, effect, memory, new TreeSet<>(lanes)));
  }

  private String unique(String name) {
    String id = vmid + "/" + name;
    for (int number = 2; !ids.add(id); number++) {
      id = vmid + "/" + name + "-" + number;
    }
    return id;
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  @Nullable Step last() {
    return steps.isEmpty() ? null : steps.getLast();
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }
}
