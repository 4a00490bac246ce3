package pivm.engine.image.source;

import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.manifest.Checksum;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** What a node downloads from the web; what it can't, PIVM brings. */
final class Downloads {
  private final ByNode nodes;
  private final Uploads uploads;

  Downloads(ByNode nodes, Uploads uploads) {
    this.nodes = nodes;
    this.uploads = uploads;
  }

  /** What a node sees at an address. */
  private sealed interface Sight {
    record Image() implements Sight {}

    /** Nobody gets an image there. */
    record Page() implements Sight {}

    /** It can't get there. */
    record Nothing(String reason) implements Sight {}
  }

  WorkEnd download(ImageOperation.Download download, String node, WorkContext context)
      throws InterruptedException {
    return switch (look(download, node, context)) {
      case Sight.Image _ -> nodes.fetch(download, call(download, node), node, context);
      case Sight.Page _ ->
          WorkEnd.failed(
              download.origin().address() + " is a web page, not an image; check the url");
      case Sight.Nothing(String reason) -> {
        context.log(node + " can't fetch it itself (" + reason + "), so PIVM does");
        yield uploads.transfer(instead(download), node, context);
      }
    };
  }

  /**
   * Asked first, since a failed download costs the time of its tries. Whatever goes wrong with the
   * question, PIVM's own way shows whether the node can be had at all.
   */
  private static Sight look(ImageOperation.Download download, String node, WorkContext context) {
    ApiCall question =
        ApiCall.get("/nodes/" + node + "/query-url-metadata")
            .with("url", download.origin().address());
    try {
      String type = context.proxmox().call(question).asObject().text("mimetype", "");
      return type.equals("text/html") ? new Sight.Page() : new Sight.Image();
    } catch (ProxmoxException noAnswer) {
      return new Sight.Nothing(String.valueOf(noAnswer.getMessage()));
    }
  }

  private static ImageOperation.Transfer instead(ImageOperation.Download download) {
    return new ImageOperation.Transfer(
        download.storage(),
        download.content(),
        download.filename(),
        download.origin(),
        false,
        false);
  }

  private static ApiCall call(ImageOperation.Download download, String node) {
    ImageOperation.Origin origin = download.origin();
    ApiCall call =
        ApiCall.post("/nodes/" + node + "/storage/" + download.storage() + "/download-url")
            .with("url", origin.address())
            .with("content", download.content())
            .with("filename", download.filename());
    Checksum checksum = StoredImages.checksum(download);
    if (checksum != null) {
      call = call.with("checksum", checksum.hex()).with("checksum-algorithm", checksum.algorithm());
    }
    return origin.packed().isEmpty() ? call : call.with("compression", origin.packed());
  }
}
