package pivm.engine.image.source;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.image.Amounts;
import pivm.engine.image.ImageRecord;
import pivm.engine.manifest.Checksum;
import pivm.engine.pipeline.ClusterIdentity;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.json.Json;

/** Images as storages list them and as they stand on PIVM's record. */
final class StoredImages {
  /** How long a file that is being written must not have grown to count as left. */
  private static final Duration STILL = Duration.ofSeconds(10);

  private final ImageRecords records;

  StoredImages(ImageRecords records) {
    this.records = records;
  }

  /** In bytes; null when it is not there. */
  @Nullable Long size(String volume, String node, WorkContext context) {
    return new StorageFiles(context.proxmox()).size(node, volume);
  }

  /** Refuses what would write to a name that is taken; null when it is free. */
  @Nullable WorkEnd taken(ImageOperation.Fetch fetch, String node, WorkContext context) {
    return size(fetch.volume(), node, context) == null ? null : meanwhile(fetch);
  }

  /** Why a task could not write a file, where its log says more than its end. */
  static String why(TaskEnd end, String storage, String node) {
    return end.log().stream().anyMatch(line -> line.contains("No space left on device"))
        ? "storage "
            + storage
            + " of "
            + node
            + " is full; nothing of it was kept; make room there ("
            + end.exitStatus()
            + ")"
        : end.exitStatus();
  }

  static WorkEnd meanwhile(ImageOperation.Fetch fetch) {
    return WorkEnd.refused(
        fetch.volume() + " has come to be meanwhile; nothing was done to it, plan again");
  }

  /**
   * Why a file does not fit on its storage now; null when it does, or it can't be told.
   *
   * @param bytes negative when not known
   */
  @Nullable WorkEnd room(ImageOperation.Fetch fetch, String node, long bytes, WorkContext context) {
    Long free = status(fetch.storage(), node, context.proxmox()).integer("avail");
    return free == null || free >= bytes
        ? null
        : WorkEnd.failed(
            fetch.volume()
                + " does not fit: it takes "
                + Amounts.bytes(bytes)
                + ", and "
                + Amounts.bytes(free)
                + " are free on "
                + fetch.storage()
                + " of "
                + node
                + "; make room there");
  }

  /**
   * Looks whether a file is there, and puts it on record.
   *
   * @param fetched what was sent; null when the node has fetched it
   */
  WorkEnd arrived(
      ImageOperation.Fetch fetch, String node, @Nullable Fetched fetched, WorkContext context) {
    Long size = size(fetch.volume(), node, context);
    if (size != null && fetched != null && size < fetched.size()) {
      size = written(fetch.volume(), node, size, context);
    }
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
              + ": somebody else has written to it; see whose it is, delete it and run again");
    }
    Checksum known = checksum(fetch);
    record(
        fetch,
        node,
        fetched == null ? known : fetched.source(),
        fetched == null ? fetch.origin().mark() : fetched.mark(),
        size,
        context);
    return WorkEnd.done(
        fetch.volume()
            + " is there"
            + (known == null ? "; no checksum is known for it" : ", its checksum was right"));
  }

  /** Another manager may be writing the same file at the same time: Proxmox lets both. */
  private @Nullable Long written(String volume, String node, long from, WorkContext context) {
    long size = from;
    while (true) {
      context.pause(STILL);
      Long now = size(volume, node, context);
      if (now == null || now == size) {
        return now;
      }
      size = now;
    }
  }

  /** The checksum of what the source gives; null when not known. */
  static @Nullable Checksum checksum(ImageOperation.Fetch fetch) {
    String known = fetch.origin().checksum();
    return known == null ? null : Checksum.parse(known);
  }

  void record(
      ImageOperation.Fetch fetch,
      String node,
      @Nullable Checksum source,
      @Nullable String mark,
      long size,
      WorkContext context) {
    Proxmox proxmox = context.proxmox();
    records.add(
        new ImageRecord(
            cluster(proxmox),
            owner(fetch.storage(), node, proxmox),
            fetch.volume(),
            fetch.origin().os(),
            fetch.origin().version(),
            source,
            mark,
            size,
            context.now().getEpochSecond()));
  }

  void forget(String volume, String node, WorkContext context) {
    String storage = volume.substring(0, volume.indexOf(':'));
    Proxmox proxmox = context.proxmox();
    records.remove(cluster(proxmox), owner(storage, node, proxmox), volume);
  }

  private static String cluster(Proxmox proxmox) {
    return Objects.requireNonNullElse(ClusterIdentity.of(proxmox), "");
  }

  /** The node that a record names; empty on shared storage. */
  static String owner(String storage, String node, Proxmox proxmox) {
    return status(storage, node, proxmox).flag("shared") ? "" : node;
  }

  private static Json.Obj status(String storage, String node, Proxmox proxmox) {
    return proxmox
        .call(ApiCall.get("/nodes/" + node + "/storage/" + storage + "/status"))
        .asObject();
  }
}
