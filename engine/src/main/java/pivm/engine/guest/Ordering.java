package pivm.engine.guest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Step;
import pivm.engine.rails.NodeMemory;

/** Adds the order between steps of different guests. */
final class Ordering {
  private final Inventory inventory;
  private final PlanOptions options;

  Ordering(Inventory inventory, PlanOptions options) {
    this.inventory = inventory;
    this.options = options;
  }

  /** Changes the list in place: steps of other guests that have to come first are waited for. */
  void apply(List<Step> steps) {
    Map<Integer, String> last = new HashMap<>();
    steps.forEach(step -> last.put(step.vmid(), step.id()));
    Map<Integer, TreeSet<String>> clones = new HashMap<>();
    for (Step step : steps) {
      if (step.operation() instanceof Operation.Clone clone) {
        clones.computeIfAbsent(clone.source(), _ -> new TreeSet<>()).add(step.id());
      }
    }
    Map<String, SortedSet<String>> freeing = freeingWhereNeeded(steps);
    steps.replaceAll(step -> {
      var after = new TreeSet<>(step.after());
      if (step.operation() instanceof Operation.Clone clone) {
        addIfPresent(after, madeBy(last, clone.source(), steps));
      }
      if (step.operation() instanceof Operation.Destroy) {
        after.addAll(clones.getOrDefault(step.vmid(), new TreeSet<>()));
      }
      if (step.memory() > 0 && !(step.operation() instanceof Operation.Migrate)) {
        after.addAll(freeing.getOrDefault(targetNode(step), new TreeSet<>()));
      }
      after.addAll(images(step));
      after.remove(step.id());
      return step.withAfter(after);
    });
  }

  /** The steps that bring what this one makes a guest of, or puts into its drive. */
  private SortedSet<String> images(Step step) {
    Map<String, Setting> settings =
        switch (step.operation()) {
          case Operation.Create create -> create.parameters();
          case Operation.Configure configure -> configure.set();
          default -> Map.of();
        };
    var steps = new TreeSet<String>();
    for (Setting setting : settings.values()) {
      if (setting instanceof Setting.Value(String text)) {
        steps.addAll(options.incoming().steps(text, step.node()));
      }
    }
    return steps;
  }

  /**
   * The step after which a clone's source is ready; a source that is destroyed is not waited for.
   */
  private static String madeBy(Map<Integer, String> last, int source, List<Step> steps) {
    boolean destroyed =
        steps.stream()
            .anyMatch(
                step -> step.vmid() == source && step.operation() instanceof Operation.Destroy);
    return destroyed ? "" : last.getOrDefault(source, "");
  }

  private static void addIfPresent(SortedSet<String> after, String step) {
    if (!step.isEmpty()) {
      after.add(step);
    }
  }

  /** Where starts and stops of one plan only fit in that order, the starts wait for the stops. */
  private Map<String, SortedSet<String>> freeingWhereNeeded(List<Step> steps) {
    Map<String, Long> claimed = new HashMap<>();
    Map<String, SortedSet<String>> freeing = new HashMap<>();
    for (Step step : steps) {
      if (step.memory() > 0) {
        claimed.merge(targetNode(step), step.memory(), Long::sum);
      } else if (step.operation() instanceof Operation.Shutdown
          || step.operation() instanceof Operation.Stop) {
        freeing.computeIfAbsent(step.node(), _ -> new TreeSet<>()).add(step.id());
      }
    }
    freeing
        .keySet()
        .removeIf(node ->
            !(NodeMemory.of(inventory, node) instanceof NodeMemory.Known memory)
                || memory.holds(
                    memory.promised(options.policy().ramBasis()) + claimed.getOrDefault(node, 0L),
                    options.policy()));
    return freeing;
  }

  private static String targetNode(Step step) {
    return step.operation() instanceof Operation.Migrate migrate ? migrate.target() : step.node();
  }
}
