package pivm.engine.image.source;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Event;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.image.Amounts;
import pivm.engine.image.Compression;
import pivm.engine.manifest.Checksum;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.FileUpload;
import pivm.proxmox.Upid;
import pivm.proxmox.command.NodeShell;

/** PIVM's own way: into the cache, and from there onto a storage. */
public final class Transfers {
  private static final long TELL_EVERY_NANOS = 200_000_000;

  private final Fetcher fetcher;
  private final RealAddresses addresses;
  private final NodeCopies copies;

  /**
   * @param shell for where the way to Proxmox carries no files
   */
  public Transfers(Fetcher fetcher, RealAddresses addresses, NodeShell shell) {
    this.fetcher = fetcher;
    this.addresses = addresses;
    this.copies = new NodeCopies(shell);
  }

  /** Looks at the name once more; null while it is free. */
  @FunctionalInterface
  interface LastLook {
    @Nullable WorkEnd taken();
  }

  /** Somebody else's file has come under the name while it was sent. */
  private static final class Taken extends RuntimeException {
    private final transient WorkEnd end;

    Taken(WorkEnd end) {
      this.end = end;
    }
  }

  /** A person asked the run to end. */
  static final class Stopped extends RuntimeException {}

  /** What was being sent when work was cut off. */
  record Sending(long size, Checksum source) {
    private static final Pattern FORM = Pattern.compile("sending (\\d+) bytes of (\\S+)");

    String mark() {
      return "sending " + size + " bytes of " + source;
    }

    /** The last that the marks tell; null when nothing was sent. */
    static @Nullable Sending of(List<String> marks) {
      for (String mark : marks.reversed()) {
        Matcher form = FORM.matcher(mark);
        Checksum source = form.matches() ? Checksum.parse(form.group(2)) : null;
        if (source != null) {
          return new Sending(Long.parseLong(form.group(1)), source);
        }
      }
      return null;
    }
  }

  /**
   * Fetches, verifies and unpacks what is to be brought.
   *
   * @throws Stopped when a person asked the run to end
   */
  Fetched fetch(ImageOperation.Transfer transfer, WorkContext context)
      throws WebException, InterruptedException {
    ImageOperation.Origin origin = transfer.origin();
    var wanted =
        new Fetcher.Wanted(
            addresses.of(origin.address()),
            transfer.filename(),
            origin.packed().isEmpty()
                ? Compression.NONE
                : Compression.valueOf(origin.packed().toUpperCase(Locale.ROOT)),
            origin.checksum() == null ? null : Checksum.parse(origin.checksum()),
            origin.mark(),
            origin.size() < 0 ? null : (Long) origin.size());
    return fetcher.fetch(wanted, progress(context), context::log);
  }

  private static Progress progress(WorkContext context) {
    return new Progress() {
      private long told = System.nanoTime() - TELL_EVERY_NANOS;

      @Override
      public void at(long done, long total) {
        if (context.stopping()) {
          throw new Stopped();
        }
        long now = System.nanoTime();
        if (now - told >= TELL_EVERY_NANOS || done == total) {
          told = now;
          context.progress(done, Math.max(0, total), Event.Unit.BYTES);
        }
      }
    };
  }

  /**
   * Brings a fetched file onto its storage; null when that went well.
   *
   * @param last is asked at the last moment at which nothing has been written yet
   */
  @Nullable WorkEnd bring(
      ImageOperation.Transfer transfer,
      String node,
      Fetched fetched,
      LastLook last,
      WorkContext context)
      throws InterruptedException {
    context.mark(new Sending(fetched.size(), fetched.source()).mark());
    context.log("sending " + Amounts.bytes(fetched.size()) + " to " + transfer.storage());
    try {
      return upload(transfer, node, fetched, last, context);
    } catch (UnsupportedOperationException carriesNoFiles) {
      return copies.copy(transfer, node, fetched);
    }
  }

  /**
   * Proxmox writes over what has the name when it has the whole request (pve-storage,
   * src/PVE/API2/Storage/Status.pm), so that the name is looked at with the last byte sent and the
   * request's end held back.
   */
  private static @Nullable WorkEnd upload(
      ImageOperation.Transfer transfer,
      String node,
      Fetched fetched,
      LastLook last,
      WorkContext context) {
    ApiCall call =
        ApiCall.post("/nodes/" + node + "/storage/" + transfer.storage() + "/upload")
            .with("content", transfer.content())
            .with("checksum", fetched.stored().hex())
            .with("checksum-algorithm", fetched.stored().algorithm());
    Progress progress = progress(context);
    var file =
        new FileUpload(
            fetched.file(),
            transfer.filename(),
            sent -> {
              progress.at(sent, fetched.size());
              WorkEnd taken = sent == fetched.size() ? last.taken() : null;
              if (taken != null) {
                throw new Taken(taken);
              }
            });
    Upid upid;
    try {
      upid = Upid.parse(context.proxmox().upload(call, file).data().asText());
    } catch (Stopped stopped) {
      return WorkEnd.skipped("stopped as asked; nothing was stored");
    } catch (Taken taken) {
      return taken.end;
    }
    if (upid == null) {
      return null;
    }
    TaskEnd end = context.follow(upid);
    return end.ok()
        ? null
        : WorkEnd.failed(
            transfer.volume()
                + " could not be stored: "
                + StoredImages.why(end, transfer.storage(), node));
  }
}
