package pivm.engine.image.source;

import org.jspecify.annotations.Nullable;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.image.ImageSight;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/** Deletes files that nobody uses. */
final class Deletions {
  private final StoredImages stored;

  Deletions(StoredImages stored) {
    this.stored = stored;
  }

  WorkEnd delete(ImageOperation.Delete delete, String node, WorkContext context)
      throws InterruptedException {
    if (stored.size(delete.volume(), node, context) == null) {
      stored.forget(delete.volume(), node, context);
      return WorkEnd.done(delete.volume() + " was gone already");
    }
    WorkEnd refused = remove(delete, node, context);
    return refused != null ? refused : WorkEnd.done(delete.volume() + " is deleted");
  }

  /** Null when the file is gone, else why not. */
  @Nullable WorkEnd remove(ImageOperation operation, String node, WorkContext context)
      throws InterruptedException {
    String volume = operation.volume();
    WorkEnd used = used(operation, node, context);
    if (used != null) {
      return used;
    }
    context.mark("deleting");
    Json answer = context.proxmox().call(call(operation, node));
    Upid upid = Upid.parse(answer.asText());
    if (upid != null) {
      TaskEnd end = context.follow(upid);
      if (!end.ok() && stored.size(volume, node, context) != null) {
        return WorkEnd.failed(volume + " could not be deleted: " + end.exitStatus());
      }
    }
    stored.forget(volume, node, context);
    context.mark("deleted");
    return null;
  }

  static ApiCall call(ImageOperation operation, String node) {
    return ApiCall.delete(
        "/nodes/" + node + "/storage/" + operation.storage() + "/content/" + operation.volume());
  }

  private @Nullable WorkEnd used(ImageOperation operation, String node, WorkContext context)
      throws InterruptedException {
    String volume = operation.volume();
    ImageSight.Uses uses = new GuestUses(context.proxmox()).read();
    String owner = StoredImages.owner(operation.storage(), node, context.proxmox());
    for (ImageSight.Uses.Used used : uses.used()) {
      if (used.volume().equals(volume) && (owner.isEmpty() || used.node().equals(node))) {
        return WorkEnd.refused(volume + " is used by " + used.guest() + " now; it stays");
      }
    }
    return uses.unread().isEmpty()
        ? null
        : WorkEnd.refused(
            "it can't be told whether "
                + uses.unread().keySet().iterator().next()
                + " uses "
                + volume
                + ": it stays");
  }
}
