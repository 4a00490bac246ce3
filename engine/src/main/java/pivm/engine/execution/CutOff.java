package pivm.engine.execution;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Work;
import pivm.proxmox.Upid;

/**
 * Work whose end is not on record.
 *
 * @param node that it was done on
 * @param runBegan when the run that it belongs to began
 * @param begun when it began itself
 * @param task the last that it is known to have started; null for none
 * @param marks the points that it had passed, in order
 */
public record CutOff(
    String step,
    Work work,
    String node,
    Instant runBegan,
    Instant begun,
    @Nullable Upid task,
    List<String> marks) {
  public CutOff {
    marks = List.copyOf(marks);
  }
}
