package pivm.engine.image.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/**
 * Finds out what became of work that was cut off. What is there under the name counts as brought by
 * PIVM only where a task or PIVM's own marks say so: somebody else may have put it there meanwhile.
 */
final class ImageSettling {
  private static final Duration ROUNDING = Duration.ofSeconds(2);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final StoredImages stored;

  ImageSettling(StoredImages stored) {
    this.stored = stored;
  }

  Settlement settle(ImageOperation operation, CutOff cutOff, WorkContext context) {
    TaskEnd end = end(operation, cutOff, context);
    Long size = stored.size(operation.volume(), cutOff.node(), context);
    return switch (operation) {
      case ImageOperation.Delete delete -> deleted(delete, cutOff, end, size, context);
      case ImageOperation.Transfer transfer -> sent(transfer, cutOff, end, size, context);
      case ImageOperation.Download _, ImageOperation.Pull _, ImageOperation.Template _ ->
          fetched((ImageOperation.Fetch) operation, cutOff, end, size, context);
    };
  }

  /** The end of the work's task; null when it had none. */
  private static @Nullable TaskEnd end(
      ImageOperation operation, CutOff cutOff, WorkContext context) {
    Upid known = cutOff.task();
    Upid task =
        known != null && known.type().equals(type(operation))
            ? known
            : found(operation, cutOff, context);
    return task == null ? null : context.follow(task);
  }

  private Settlement deleted(
      ImageOperation.Delete delete,
      CutOff cutOff,
      @Nullable TaskEnd end,
      @Nullable Long size,
      WorkContext context) {
    if (size != null) {
      return new Settlement.NotDone(delete.volume() + " is still there");
    }
    stored.forget(delete.volume(), cutOff.node(), context);
    return new Settlement.Done(delete.volume() + " is gone", log(end));
  }

  private Settlement fetched(
      ImageOperation.Fetch fetch,
      CutOff cutOff,
      @Nullable TaskEnd end,
      @Nullable Long size,
      WorkContext context) {
    Settlement not = notBrought(fetch, end, size);
    if (not != null) {
      return not;
    }
    if (end == null || size == null || !cutOff.marks().contains(ByNode.ASKED)) {
      return new Settlement.NotDone("the node had not begun to fetch " + fetch.volume());
    }
    stored.record(
        fetch, cutOff.node(), StoredImages.checksum(fetch), fetch.origin().mark(), size, context);
    return new Settlement.Done(fetch.volume() + " is there", end.log());
  }

  private Settlement sent(
      ImageOperation.Transfer transfer,
      CutOff cutOff,
      @Nullable TaskEnd end,
      @Nullable Long size,
      WorkContext context) {
    Transfers.Sending sending = Transfers.Sending.of(cutOff.marks());
    if (sending != null && end != null && !end.ok() && size != null && size < sending.size()) {
      return half(transfer, cutOff, size, sending, context);
    }
    Settlement not = notBrought(transfer, end, size);
    if (not != null) {
      return not;
    }
    if (sending == null || size == null) {
      return new Settlement.NotDone("nothing had been sent yet");
    }
    if (sending.size() != size) {
      return new Settlement.NotDone(
          transfer.volume() + " is there with other content, so somebody else has put it there");
    }
    stored.record(
        transfer, cutOff.node(), sending.source(), transfer.origin().mark(), size, context);
    return new Settlement.Done(transfer.volume() + " is there", log(end));
  }

  /** Set when it is not there, or not by its task, whose failure leaves nothing. */
  private static @Nullable Settlement notBrought(
      ImageOperation.Fetch fetch, @Nullable TaskEnd end, @Nullable Long size) {
    if (end != null && !end.ok()) {
      return new Settlement.Failed("its task failed", end.exitStatus(), end.log());
    }
    return size == null ? new Settlement.NotDone(fetch.volume() + " is not there") : null;
  }

  /** Its task was writing that file and was ended in the middle, with its node perhaps. */
  private static Settlement half(
      ImageOperation.Transfer transfer,
      CutOff cutOff,
      long size,
      Transfers.Sending sending,
      WorkContext context) {
    Json answer = context.proxmox().call(Deletions.call(transfer, cutOff.node()));
    Upid upid = Upid.parse(answer.asText());
    if (upid != null) {
      context.follow(upid);
    }
    return new Settlement.NotDone(
        transfer.volume()
            + " had "
            + size
            + " of "
            + sending.size()
            + " bytes when the copying ended; what was there is deleted");
  }

  private static List<String> log(@Nullable TaskEnd end) {
    return end == null ? List.of() : end.log();
  }

  /** As Proxmox calls its tasks. */
  private static String type(ImageOperation operation) {
    return switch (operation) {
      case ImageOperation.Delete _ -> "imgdel";
      case ImageOperation.Transfer _ -> "imgcopy";
      case ImageOperation.Pull _ -> "ociregistrypull";
      case ImageOperation.Download _, ImageOperation.Template _ -> "download";
    };
  }

  /** The latest task that does the work, where only its answer was lost; null for none. */
  private static @Nullable Upid found(
      ImageOperation operation, CutOff cutOff, WorkContext context) {
    Instant since = context.clockOf(cutOff.node(), cutOff.begun()).minus(ROUNDING);
    ApiCall call =
        ApiCall.get("/nodes/" + cutOff.node() + "/tasks")
            .with("source", "all")
            .with("typefilter", type(operation))
            .with("since", since.getEpochSecond())
            .with("limit", 500);
    return context.proxmox().call(call).objects().stream()
        .map(entry -> Upid.parse(entry.text("upid")))
        .filter(Objects::nonNull)
        .filter(upid -> isAbout(operation, upid, context))
        .max(Comparator.comparing(Upid::startTime))
        .orElse(null);
  }

  /** An upload's task is named by nothing but its log. */
  private static boolean isAbout(ImageOperation operation, Upid upid, WorkContext context) {
    return switch (operation) {
      case ImageOperation.Delete delete -> upid.id().endsWith(delete.storage());
      case ImageOperation.Transfer transfer -> writes(transfer, upid, context);
      case ImageOperation.Download download -> upid.id().equals(download.filename());
      case ImageOperation.Template template -> upid.id().equals(template.filename());
      case ImageOperation.Pull pull -> upid.id().equals(pull.filename());
    };
  }

  private static boolean writes(ImageOperation.Transfer transfer, Upid upid, WorkContext context) {
    String task = "/nodes/" + upid.node() + "/tasks/" + upid.text();
    while (true) {
      Json.Obj status = context.proxmox().call(ApiCall.get(task + "/status")).asObject();
      for (Json.Obj line : context.proxmox().call(ApiCall.get(task + "/log")).objects()) {
        String text = line.text("t", "");
        if (text.startsWith("target file: ")) {
          return text.endsWith("/" + transfer.filename());
        }
      }
      if (!status.text("status", "").equals("running")) {
        return false;
      }
      // It tells its target when it has compared the checksum.
      context.pause(LOOK_AGAIN);
    }
  }
}
