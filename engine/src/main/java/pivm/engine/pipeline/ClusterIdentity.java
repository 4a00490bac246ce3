package pivm.engine.pipeline;

import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * Tells clusters apart. Names do not: many a node is called {@code pve}. Each cluster has a
 * certificate authority of its own, made with it and shared by its nodes (pve-cluster,
 * PVE/Cluster/Setup.pm), and anybody who is logged in may see its certificate.
 */
public final class ClusterIdentity {
  private static final ApiCall CERTIFICATES = ApiCall.get("/nodes/localhost/certificates/info");
  private static final String AUTHORITY = "pve-root-ca.pem";

  /**
   * The fingerprint of the cluster's certificate authority; null where it can't be seen.
   *
   * @throws ProxmoxException when the cluster can't be reached, or refuses the credentials
   */
  public static @Nullable String of(Proxmox proxmox) {
    try {
      for (Json.Obj certificate : proxmox.call(CERTIFICATES).objects()) {
        if (certificate.text("filename", "").equals(AUTHORITY)) {
          return certificate.text("fingerprint");
        }
      }
      return null;
    } catch (ProxmoxException.Unreachable
        | ProxmoxException.Untrusted
        | ProxmoxException.Unauthenticated down) {
      throw down;
    } catch (ProxmoxException cannotBeSeen) {
      return null;
    }
  }

  /** Whether both are known and are not the same. */
  public static boolean differ(@Nullable String one, @Nullable String other) {
    return one != null && other != null && !one.equals(other);
  }

  private ClusterIdentity() {}
}
