package pivm.engine.image.source;

import org.jspecify.annotations.Nullable;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.plan.ImageOperation;

/** What PIVM fetches into its cache, verifies, unpacks, and brings under a name that is free. */
final class Uploads {
  private final StoredImages stored;
  private final Deletions deletions;
  private final Transfers transfers;

  Uploads(StoredImages stored, Deletions deletions, Transfers transfers) {
    this.stored = stored;
    this.deletions = deletions;
    this.transfers = transfers;
  }

  WorkEnd transfer(ImageOperation.Transfer transfer, String node, WorkContext context)
      throws InterruptedException {
    WorkEnd refused = transfer.replaces() ? null : stored.taken(transfer, node, context);
    if (refused != null) {
      return refused;
    }
    Fetched fetched;
    try {
      fetched = transfers.fetch(transfer, context);
    } catch (WebException failed) {
      return WorkEnd.failed(String.valueOf(failed.getMessage()));
    } catch (Transfers.Stopped stopped) {
      return WorkEnd.skipped("stopped as asked; what was received is kept for the next run");
    }
    refused = ready(transfer, node, fetched, context);
    if (refused != null) {
      return refused;
    }
    WorkEnd failed =
        transfers.bring(
            transfer, node, fetched, () -> stored.taken(transfer, node, context), context);
    return failed != null ? failed : stored.arrived(transfer, node, fetched, context);
  }

  /** Makes room under the name; null when the file can be brought. */
  private @Nullable WorkEnd ready(
      ImageOperation.Transfer transfer, String node, Fetched fetched, WorkContext context)
      throws InterruptedException {
    WorkEnd refused = stored.room(transfer, node, fetched.size(), context);
    if (refused == null
        && transfer.replaces()
        && stored.size(transfer.volume(), node, context) != null) {
      refused = deletions.remove(transfer, node, context);
    }
    return refused != null ? refused : stored.taken(transfer, node, context);
  }
}
