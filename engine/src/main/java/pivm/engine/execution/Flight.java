package pivm.engine.execution;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Operation;
import pivm.proxmox.Upid;

/**
 * A call that was sent.
 *
 * @param node that it was sent to
 * @param digest of the guest's config right before; null when there was none
 * @param upid null when the answer was lost
 */
record Flight(
    String step,
    Operation.Call operation,
    String node,
    @Nullable String digest,
    Instant sent,
    @Nullable Upid upid) {

  Flight withTask(Upid found) {
    return new Flight(step, operation, node, digest, sent, found);
  }
}
