package pivm.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import pivm.engine.config.Keys;
import pivm.engine.image.source.Fetcher;
import pivm.engine.image.source.ImageCache;
import pivm.engine.image.source.ImageKind;
import pivm.engine.image.source.ImageRecords;
import pivm.engine.image.source.ImageWorker;
import pivm.engine.image.source.RealAddresses;
import pivm.engine.image.source.Transfers;
import pivm.engine.image.source.Web;
import pivm.engine.manifest.DesiredImages;
import pivm.proxmox.Proxmox;
import pivm.proxmox.Time;
import pivm.proxmox.command.NodeShell;

/** What images are compared and brought with. */
final class ImageParts {
  private final Call call;
  private final Proxmox proxmox;
  private final Path state;
  private final NodeShell nodes;
  private final Web web;
  private final RealAddresses addresses = new RealAddresses();

  ImageParts(Call call, Proxmox proxmox, Path state, NodeShell nodes) {
    this.call = call;
    this.proxmox = proxmox;
    this.state = state;
    this.nodes = nodes;
    this.web = new Web(call.shell().environment(), VersionCommand.version());
  }

  ImageKind kind(DesiredImages declared) {
    return new ImageKind(
        declared,
        Objects.requireNonNullElse(call.settings().text(Keys.IMAGE_STORAGE), "local"),
        proxmox,
        web,
        new ImageRecords(state),
        addresses);
  }

  ImageWorker worker() {
    var cache = new ImageCache(state);
    var fetcher = new Fetcher(web, cache, Time.system());
    return new ImageWorker(new ImageRecords(state), new Transfers(fetcher, addresses, nodes));
  }

  /**
   * What is declared.
   *
   * @throws Failure when something is wrong with the manifest
   */
  DesiredImages declared() {
    try {
      return ImageManifests.desired(call);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
