package pivm.engine.image.source;

import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Event;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.image.WgetProgress;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Upid;

/**
 * Files that nodes fetch by themselves: under another name first, so that the name means a whole
 * and verified file (pve-common, src/PVE/Tools.pm; pve-storage, src/PVE/API2/Storage/Status.pm).
 */
final class ByNode {
  /** Passed before the node is asked. */
  static final String ASKED = "asked the node";

  private final StoredImages stored;

  ByNode(StoredImages stored) {
    this.stored = stored;
  }

  WorkEnd fetch(ImageOperation.Fetch fetch, ApiCall call, String node, WorkContext context) {
    WorkEnd refused = stored.taken(fetch, node, context);
    if (refused == null) {
      refused = stored.room(fetch, node, fetch.origin().size(), context);
    }
    if (refused != null) {
      return refused;
    }
    context.mark(ASKED);
    var told = new Told(context);
    Upid upid = Upid.parse(context.proxmox().answer(call, told::point).data().asText());
    TaskEnd end = upid == null ? null : context.follow(upid, told::line);
    if (end != null && end.ok() && wasThere(end)) {
      return WorkEnd.done(
          fetch.volume()
              + " has come to be meanwhile, by somebody else; it is what was wanted, its checksum"
              + " was right");
    }
    if (end == null || end.ok()) {
      return stored.arrived(fetch, node, null, context);
    }
    return stored.size(fetch.volume(), node, context) != null
        ? StoredImages.meanwhile(fetch)
        : WorkEnd.failed(
            fetch.subject()
                + " could not be fetched by "
                + node
                + ": "
                + StoredImages.why(end, fetch.storage(), node));
  }

  /** It is not PIVM's then, and never its to delete. */
  private static boolean wasThere(TaskEnd end) {
    return end.log().stream().anyMatch(line -> line.contains("no need to download"));
  }

  /**
   * Tells how far a download has come, by the lines of its task. A command says them while it runs,
   * and the task's log says them again afterwards.
   */
  private static final class Told {
    private final WorkContext context;
    private final WgetProgress progress = new WgetProgress();
    private long most = -1;

    Told(WorkContext context) {
      this.context = context;
    }

    /** Whether a line is about progress. */
    boolean point(String line) {
      WgetProgress.@Nullable Point point = progress.read(line);
      if (point != null && point.done() > most) {
        most = point.done();
        context.progress(point.done(), Math.max(0, point.total()), Event.Unit.BYTES);
      }
      return point != null;
    }

    void line(String line) {
      if (!point(line)) {
        context.log(line);
      }
    }
  }
}
