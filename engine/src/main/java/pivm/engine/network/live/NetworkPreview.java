package pivm.engine.network.live;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.NetworkOperation;

/** Proxmox's own diff before anything is applied. */
public final class NetworkPreview {

  private NetworkPreview() {}

  /** It can't be told now; the message says why. */
  public static final class Impossible extends Exception {
    Impossible(String message) {
      super(message);
    }
  }

  /**
   * Writes the changes as pending, reads the diff and takes them back.
   *
   * @throws Impossible when somebody else's changes are pending, or Proxmox refuses these
   * @throws pivm.proxmox.ProxmoxException when Proxmox is out of reach, or does not permit it
   */
  public static List<String> of(NetworkWorker worker, NetworkOperation.Stage stage)
      throws Impossible, InterruptedException {
    return worker.staging().preview(stage);
  }

  /** Proxmox's diff of what is pending on a node; null when nothing is. */
  public static @Nullable String pending(NetworkWorker worker, String node)
      throws InterruptedException {
    return worker.staging().pending(node);
  }
}
