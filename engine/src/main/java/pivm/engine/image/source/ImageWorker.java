package pivm.engine.image.source;

import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.execution.Worker;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Step;

/**
 * Brings images onto storages and deletes them. A name that is taken is never written to: Proxmox
 * overwrites silently, and would check an unpacked file against its archive's checksum.
 */
public final class ImageWorker implements Worker {
  private final Deletions deletions;
  private final Uploads uploads;
  private final Downloads downloads;
  private final Pulls pulls;
  private final ImageSettling settling;

  public ImageWorker(ImageRecords records, Transfers transfers) {
    var stored = new StoredImages(records);
    var nodes = new ByNode(stored);
    deletions = new Deletions(stored);
    uploads = new Uploads(stored, deletions, transfers);
    downloads = new Downloads(nodes, uploads);
    pulls = new Pulls(nodes);
    settling = new ImageSettling(stored);
  }

  @Override
  public WorkEnd work(Step step, WorkContext context) {
    if (!(step.operation() instanceof ImageOperation operation)) {
      return WorkEnd.failed("this is no work on images");
    }
    String node = step.node();
    try {
      return switch (operation) {
        case ImageOperation.Delete delete -> deletions.delete(delete, node, context);
        case ImageOperation.Transfer transfer -> uploads.transfer(transfer, node, context);
        case ImageOperation.Download download -> downloads.download(download, node, context);
        case ImageOperation.Template template -> pulls.template(template, node, context);
        case ImageOperation.Pull pull -> pulls.pull(pull, node, context);
      };
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return WorkEnd.failed("it was ended; what was received is kept for the next run");
    }
  }

  @Override
  public Settlement settle(CutOff cutOff, WorkContext context) {
    return cutOff.work() instanceof ImageOperation operation
        ? settling.settle(operation, cutOff, context)
        : new Settlement.Unclear("this is no work on images");
  }
}
