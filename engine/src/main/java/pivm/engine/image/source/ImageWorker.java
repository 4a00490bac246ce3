package pivm.engine.image.source;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Event;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.execution.Worker;
import pivm.engine.image.ImageRecord;
import pivm.engine.image.ImageSight;
import pivm.engine.image.WgetProgress;
import pivm.engine.manifest.Checksum;
import pivm.engine.pipeline.ClusterIdentity;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/**
 * Brings images onto storages and deletes them. A name that is taken is never written to: Proxmox
 * overwrites silently, and would check an unpacked file against its archive's checksum.
 */
public final class ImageWorker implements Worker {
  private final ImageRecords records;
  private final Transfers transfers;

  public ImageWorker(ImageRecords records, Transfers transfers) {
    this.records = records;
    this.transfers = transfers;
  }

  @Override
  public WorkEnd work(Step step, WorkContext context) {
    if (!(step.operation() instanceof ImageOperation operation)) {
      return WorkEnd.failed("this is no work on images");
    }
    try {
      return switch (operation) {
        case ImageOperation.Delete delete -> delete(delete, step.node(), context);
        case ImageOperation.Transfer transfer -> transfer(transfer, step.node(), context);
        case ImageOperation.Download download -> download(download, step.node(), context);
        case ImageOperation.Fetch fetch -> byNode(fetch, call(fetch, step.node()), step, context);
      };
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      return WorkEnd.failed("it was ended; what was received is kept for the next run");
    }
  }

  private static StorageFiles files(WorkContext context) {
    return new StorageFiles(context.proxmox());
  }

  private static @Nullable WorkEnd taken(
      ImageOperation.Fetch fetch, String node, WorkContext context) {
    return files(context).size(node, fetch.volume()) == null
        ? null
        : WorkEnd.refused(
            fetch.volume() + " has come to be meanwhile; nothing was done to it, plan again");
  }

  private WorkEnd download(ImageOperation.Download download, String node, WorkContext context)
      throws InterruptedException {
    String problem = unreachable(download, node, context.proxmox());
    if (problem != null && problem.startsWith("!")) {
      return WorkEnd.failed(problem.substring(1));
    }
    if (problem != null) {
      context.log(node + " can't fetch it itself (" + problem + "), so PIVM does");
      return transfer(
          new ImageOperation.Transfer(
              download.storage(),
              download.content(),
              download.filename(),
              download.origin(),
              false,
              false),
          node,
          context);
    }
    return byNode(download, call(download, node), node, context);
  }

  /**
   * Why a node can't fetch an address; null when it can. Begins with an exclamation mark when
   * nobody else can either.
   */
  private static @Nullable String unreachable(
      ImageOperation.Download download, String node, Proxmox proxmox) {
    try {
      Json.Obj seen =
          proxmox
              .call(
                  ApiCall.get("/nodes/" + node + "/query-url-metadata")
                      .with("url", download.origin().address()))
              .asObject();
      return seen.text("mimetype", "").equals("text/html")
          ? "!" + download.origin().address() + " is a web page, not an image; check the url"
          : null;
    } catch (ProxmoxException.Refused | ProxmoxException.Forbidden refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private WorkEnd byNode(ImageOperation.Fetch fetch, ApiCall call, Step step, WorkContext context) {
    return byNode(fetch, call, step.node(), context);
  }

  private WorkEnd byNode(
      ImageOperation.Fetch fetch, ApiCall call, String node, WorkContext context) {
    WorkEnd taken = taken(fetch, node, context);
    if (taken != null) {
      return taken;
    }
    context.mark("asked the node");
    Upid upid = Upid.parse(context.proxmox().call(call).asText());
    if (upid != null) {
      var progress = new WgetProgress();
      TaskEnd end = context.follow(upid, line -> progress(line, progress, context));
      if (!end.ok()) {
        return WorkEnd.failed(
            fetch.subject() + " could not be fetched by " + node + ": " + end.exitStatus());
      }
    }
    return arrived(fetch, node, null, context);
  }

  private static void progress(String line, WgetProgress progress, WorkContext context) {
    WgetProgress.Point point = progress.read(line);
    if (point == null) {
      context.log(line);
    } else {
      context.progress(point.done(), Math.max(0, point.total()), Event.Unit.BYTES);
    }
  }

  private static ApiCall call(ImageOperation.Fetch fetch, String node) {
    String storage = "/nodes/" + node + "/storage/" + fetch.storage();
    ImageOperation.Origin origin = fetch.origin();
    return switch (fetch) {
      case ImageOperation.Template template ->
          ApiCall.post("/nodes/" + node + "/aplinfo")
              .with("storage", template.storage())
              .with("template", template.filename());
      case ImageOperation.Pull pull ->
          ApiCall.post(storage + "/oci-registry-pull")
              .with("reference", origin.address())
              .with("filename", pull.filename().replaceFirst("\\.tar$", ""));
      case ImageOperation.Download _, ImageOperation.Transfer _ -> {
        ApiCall call =
            ApiCall.post(storage + "/download-url")
                .with("url", origin.address())
                .with("content", fetch.content())
                .with("filename", fetch.filename());
        Checksum checksum = origin.checksum() == null ? null : Checksum.parse(origin.checksum());
        if (checksum != null) {
          call =
              call.with("checksum", checksum.hex())
                  .with("checksum-algorithm", checksum.algorithm());
        }
        yield origin.packed().isEmpty() ? call : call.with("compression", origin.packed());
      }
    };
  }

  /** Looks whether the file is there, and puts it on record. */
  private WorkEnd arrived(
      ImageOperation.Fetch fetch, String node, @Nullable Fetched fetched, WorkContext context) {
    Long size = files(context).size(node, fetch.volume());
    if (size == null) {
      return WorkEnd.failed(
          fetch.volume() + " is not there although it was brought; look at the storage");
    }
    if (fetched != null && size != fetched.size()) {
      return WorkEnd.failed(
          fetch.volume()
              + " has "
              + size
              + " bytes instead of "
              + fetched.size()
              + "; delete it and run again");
    }
    Checksum known =
        fetch.origin().checksum() == null ? null : Checksum.parse(fetch.origin().checksum());
    record(
        fetch,
        node,
        fetched == null ? known : fetched.source(),
        fetched == null ? fetch.origin().mark() : fetched.mark(),
        size,
        context);
    boolean verified = known != null;
    return WorkEnd.done(
        fetch.volume()
            + " is there"
            + (verified ? ", its checksum was right" : "; no checksum is known for it"));
  }

  private void record(
      ImageOperation.Fetch fetch,
      String node,
      @Nullable Checksum source,
      @Nullable String mark,
      long size,
      WorkContext context) {
    records.add(
        new ImageRecord(
            cluster(context.proxmox()),
            owner(fetch.storage(), node, context.proxmox()),
            fetch.volume(),
            fetch.origin().os(),
            fetch.origin().version(),
            source,
            mark,
            size,
            context.now().getEpochSecond()));
  }

  private static String cluster(Proxmox proxmox) {
    return Objects.requireNonNullElse(ClusterIdentity.of(proxmox), "");
  }

  /** The node that a record names; empty on shared storage. */
  private static String owner(String storage, String node, Proxmox proxmox) {
    Json.Obj status =
        proxmox.call(ApiCall.get("/nodes/" + node + "/storage/" + storage + "/status")).asObject();
    return status.flag("shared") ? "" : node;
  }

  private WorkEnd transfer(ImageOperation.Transfer transfer, String node, WorkContext context)
      throws InterruptedException {
    WorkEnd taken = transfer.replaces() ? null : taken(transfer, node, context);
    if (taken != null) {
      return taken;
    }
    Fetched fetched;
    try {
      fetched = transfers.fetch(transfer, context);
    } catch (WebException failed) {
      return WorkEnd.failed(String.valueOf(failed.getMessage()));
    } catch (Transfers.Stopped stopped) {
      return WorkEnd.skipped("stopped as asked; what was received is kept for the next run");
    }
    String problem = transfers.room(transfer, node, fetched, context);
    if (problem != null) {
      return WorkEnd.failed(problem);
    }
    if (transfer.replaces()) {
      WorkEnd refused = remove(transfer.storage(), transfer.volume(), node, context);
      if (refused != null) {
        return refused;
      }
    }
    taken = taken(transfer, node, context);
    if (taken != null) {
      return taken;
    }
    WorkEnd failed = transfers.bring(transfer, node, fetched, context);
    return failed != null ? failed : arrived(transfer, node, fetched, context);
  }

  private WorkEnd delete(ImageOperation.Delete delete, String node, WorkContext context)
      throws InterruptedException {
    if (files(context).size(node, delete.volume()) == null) {
      forget(delete.volume(), node, context);
      return WorkEnd.done(delete.volume() + " was gone already");
    }
    WorkEnd refused = remove(delete.storage(), delete.volume(), node, context);
    return refused != null ? refused : WorkEnd.done(delete.volume() + " is deleted");
  }

  /** Deletes a file that nobody uses; null when it is gone, else why not. */
  private @Nullable WorkEnd remove(String storage, String volume, String node, WorkContext context)
      throws InterruptedException {
    ImageSight.Uses uses = new GuestUses(context.proxmox()).read();
    String owner = owner(storage, node, context.proxmox());
    for (ImageSight.Uses.Used used : uses.used()) {
      if (used.volume().equals(volume) && (owner.isEmpty() || used.node().equals(node))) {
        return WorkEnd.refused(volume + " is used by " + used.guest() + " now; it stays");
      }
    }
    if (!uses.unread().isEmpty()) {
      return WorkEnd.refused(
          "it can't be told whether "
              + uses.unread().keySet().iterator().next()
              + " uses "
              + volume
              + ": it stays");
    }
    context.mark("deleting");
    Json answer =
        context
            .proxmox()
            .call(ApiCall.delete("/nodes/" + node + "/storage/" + storage + "/content/" + volume));
    Upid upid = Upid.parse(answer.asText());
    if (upid != null) {
      TaskEnd end = context.follow(upid);
      if (!end.ok()) {
        return WorkEnd.failed(volume + " could not be deleted: " + end.exitStatus());
      }
    }
    forget(volume, node, context);
    context.mark("deleted");
    return null;
  }

  private void forget(String volume, String node, WorkContext context) {
    String storage = volume.substring(0, volume.indexOf(':'));
    Proxmox proxmox = context.proxmox();
    records.remove(cluster(proxmox), owner(storage, node, proxmox), volume);
  }

  @Override
  public Settlement settle(CutOff cutOff, WorkContext context) {
    if (!(cutOff.work() instanceof ImageOperation operation)) {
      return new Settlement.Unclear("this is no work on images");
    }
    Upid task = cutOff.task() == null ? found(operation, cutOff, context) : cutOff.task();
    List<String> log = List.of();
    String status = "";
    if (task != null) {
      TaskEnd end = context.follow(task);
      log = end.log();
      status = end.ok() ? "" : end.exitStatus();
    }
    Long size = files(context).size(cutOff.node(), operation.volume());
    return switch (operation) {
      case ImageOperation.Delete delete -> deleted(delete, cutOff, size, log, context);
      case ImageOperation.Fetch fetch -> brought(fetch, cutOff, size, status, log, context);
    };
  }

  private Settlement deleted(
      ImageOperation.Delete delete,
      CutOff cutOff,
      @Nullable Long size,
      List<String> log,
      WorkContext context) {
    if (size != null) {
      return new Settlement.NotDone(delete.volume() + " is still there");
    }
    forget(delete.volume(), cutOff.node(), context);
    return new Settlement.Done(delete.volume() + " is gone", log);
  }

  private Settlement brought(
      ImageOperation.Fetch fetch,
      CutOff cutOff,
      @Nullable Long size,
      String status,
      List<String> log,
      WorkContext context) {
    if (size == null) {
      return status.isEmpty()
          ? new Settlement.NotDone(fetch.volume() + " is not there")
          : new Settlement.Failed("its task failed", status, log);
    }
    Transfers.Sending sending = Transfers.Sending.of(cutOff.marks());
    if (sending == null && !cutOff.marks().contains("asked the node")) {
      return new Settlement.NotDone("nothing had been sent yet");
    }
    if (sending != null && sending.size() != size) {
      return half(fetch, cutOff, size, sending, context);
    }
    Checksum known =
        fetch.origin().checksum() == null ? null : Checksum.parse(fetch.origin().checksum());
    record(
        fetch,
        cutOff.node(),
        sending == null ? known : sending.source(),
        fetch.origin().mark(),
        size,
        context);
    return new Settlement.Done(fetch.volume() + " is there", log);
  }

  /** The name was free before, so what is there is part of what was being copied. */
  private static Settlement half(
      ImageOperation.Fetch fetch,
      CutOff cutOff,
      long size,
      Transfers.Sending sending,
      WorkContext context) {
    ApiCall call =
        ApiCall.delete(
            "/nodes/"
                + cutOff.node()
                + "/storage/"
                + fetch.storage()
                + "/content/"
                + fetch.volume());
    Upid upid = Upid.parse(context.proxmox().call(call).asText());
    if (upid != null) {
      context.follow(upid);
    }
    return new Settlement.NotDone(
        fetch.volume()
            + " had "
            + size
            + " of "
            + sending.size()
            + " bytes when the copying ended; what was there is deleted");
  }

  /** The task of the work, where only its answer was lost; null when there is none. */
  private static @Nullable Upid found(
      ImageOperation operation, CutOff cutOff, WorkContext context) {
    String type =
        switch (operation) {
          case ImageOperation.Delete _ -> "imgdel";
          case ImageOperation.Transfer _ -> "imgcopy";
          case ImageOperation.Pull _ -> "ociregistrypull";
          case ImageOperation.Download _, ImageOperation.Template _ -> "download";
        };
    Instant since = cutOff.begun().minusSeconds(2);
    ApiCall call =
        ApiCall.get("/nodes/" + cutOff.node() + "/tasks")
            .with("source", "all")
            .with("typefilter", type)
            .with("since", since.getEpochSecond())
            .with("limit", 500);
    for (Json.Obj entry : context.proxmox().call(call).objects()) {
      Upid upid = Upid.parse(entry.text("upid"));
      boolean named =
          upid != null
              && (!(operation instanceof ImageOperation.Fetch fetch)
                  || operation instanceof ImageOperation.Transfer
                  || upid.id().equals(fetch.filename()));
      if (upid != null && named) {
        return upid;
      }
    }
    return null;
  }
}
