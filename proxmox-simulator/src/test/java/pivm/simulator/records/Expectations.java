package pivm.simulator.records;

import java.util.Set;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.json.Doc;

/**
 * What is known about the recorded installation: its artefacts, and what happened beside the calls.
 */
final class Expectations {
  private static final Set<String> NOT_SERVED =
      Set.of(
          "/cluster/firewall",
          "/cluster/acme",
          "/cluster/notifications",
          "/cluster/metrics",
          "/cluster/ceph",
          "/cluster/bulk-action",
          "/cluster/jobs",
          "/cluster/sdn",
          "/cluster/mapping",
          "/firewall/",
          "/apt",
          "/services",
          "/certificates",
          "/disks/",
          "/syslog",
          "/journal",
          "/capabilities",
          "/netstat",
          "/scan",
          "/wakeonlan",
          "/startall",
          "/stopall",
          "/migrateall",
          "/hosts",
          "/nodes/pve-01/config",
          "/nodes/pve-01/ceph",
          "/vncproxy",
          "/spiceproxy",
          "/vncwebsocket",
          "/monitor",
          "/sendkey",
          "/query-url-metadata",
          "/cluster/log",
          "/replication",
          "/hardware",
          "/config/qdevice");

  private Expectations() {}

  /** Whether the answer says more about the recorded installation than about Proxmox. */
  static boolean isArtefact(String label, Doc request, Doc response) {
    String path = String.valueOf(request.get("path"));
    String text = response.toString() + request;
    boolean outside = NOT_SERVED.stream().anyMatch(path::contains);
    return outside
        || text.contains("apparmor")
        || text.contains("genisoimage")
        || text.contains("sendmail")
        || text.contains("ifreload")
        || text.contains("OVMF_CODE")
        || text.contains("throttle node")
        || text.contains("lxc-checkpoint")
        || text.contains("no such logical volume")
        || text.contains("index.html.tpl")
        || path.contains("/api2/xml")
        || path.contains("/api2/extjs")
        || label.contains("text/plain")
        || label.contains("broken JSON")
        || label.equals("unknown file")
        || label.contains("log download")
        || label.contains("(appears")
        || label.startsWith("backup of a missing");
  }

  /** Whether the call failed on the recorded node alone: what it would have done did not happen. */
  static boolean isSkipped(Doc request, Doc response) {
    String text = response.toString();
    String parameters = String.valueOf(request.get("params"));
    boolean running =
        parameters.contains("\"newid\":111")
            || parameters.contains("\"disk\":\"scsi0\",\"storage\":\"dir2\"}");
    return text.contains("apparmor")
        || text.contains("OVMF_CODE")
        || text.contains("no such logical volume")
        || (String.valueOf(request.get("path")).contains("vzdump") && parameters.contains("110"))
        || (running && String.valueOf(request.get("path")).contains("/110/"));
  }

  /** A message without what depends on the place. */
  static String plain(String text) {
    return text.replaceAll("\\.tmp\\.\\d+", ".tmp.N")
        .replaceAll("vzdump-lxc-(\\d+)-[\\d_-]+", "vzdump-lxc-$1-TIME")
        .strip();
  }

  /** Does what happened on the recorded node beside the calls. */
  static void prepare(SimulatedCluster cluster, String label) {
    switch (label) {
      case "locked VM config" -> lock(cluster, 110);
      case "start after pending changes" -> unlock(cluster, 110);
      case "start locked CT" -> lock(cluster, 202);
      case "backup CT" -> unlock(cluster, 202);
      case "other node: pveproxy stopped" ->
          cluster.change(c -> c.node("pve-b").unreachable("Connection refused"));
      case "nodes, pve-b left, no quorum" -> cluster.change(c -> c.node("pve-b").online(false));
      case "other node unreachable (link down)" ->
          cluster.change(c -> c.node("pve-b").unreachable("No route to host"));
      case "after pve-b is back" ->
          cluster.change(c -> {
            c.node("pve-b").unreachable(null);
            c.node("pve-b").online(true);
          });
      default -> {}
    }
  }

  private static void lock(SimulatedCluster cluster, int vmid) {
    cluster.change(c -> {
      var guest = c.findGuest(vmid);
      if (guest != null) {
        guest.config().put("lock", "backup");
      }
    });
  }

  private static void unlock(SimulatedCluster cluster, int vmid) {
    cluster.change(c -> {
      var guest = c.findGuest(vmid);
      if (guest != null) {
        guest.config().remove("lock");
      }
    });
  }
}
