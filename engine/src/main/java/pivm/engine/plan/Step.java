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
 *     share one never run at the same time, or no more than N of them where it ends in {@code #N}
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

  /** The guest that it works on; 0, which no guest has, for what is done to a node. */
  public int vmid() {
    return operation.vmid();
  }

  /** Whether it works on a guest, and not on a node. */
  public boolean onGuest() {
    return operation.vmid() != 0;
  }

  /** The same on another node. */
  public Step on(String other) {
    return new Step(id, after, operation, other, effect, memory, lanes);
  }

  public Step withAfter(SortedSet<String> others) {
    return new Step(id, others, operation, node, effect, memory, lanes);
  }
}
