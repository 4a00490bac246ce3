package pivm.engine.plan;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One thing to do.
 *
 * @param id unique in the plan and telling: {@code 210/create}
 * @param after ids of the steps that must have succeeded before
 * @param node where the guest is expected then; the executor follows it when it has moved
 * @param effect on the running guest
 * @param memory bytes that it adds to what the node has promised once done; negative when it frees
 * @param lanes names of what it contends for with other steps (a template, a storage): steps that
 *     share one never run at the same time
 */
public record Step(
    String id,
    SortedSet<String> after,
    Operation operation,
    String node,
    Effect effect,
    long memory,
    SortedSet<String> lanes) {

  public Step {
    after = Collections.unmodifiableSortedSet(new TreeSet<>(after));
    lanes = Collections.unmodifiableSortedSet(new TreeSet<>(lanes));
  }

  public int vmid() {
    return operation.vmid();
  }

  public Step withAfter(SortedSet<String> others) {
    return new Step(id, others, operation, node, effect, memory, lanes);
  }
}
