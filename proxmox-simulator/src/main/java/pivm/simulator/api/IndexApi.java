package pivm.simulator.api;

import java.util.List;
import java.util.stream.Stream;
import pivm.simulator.json.Doc;

/** The directories of the API, and its version. */
final class IndexApi {
  private static final String NODE =
      "aplinfo apt capabilities ceph certificates config disks dns firewall hardware hosts journal"
          + " lxc migrateall netstat network qemu query-oci-repo-tags query-url-metadata replication"
          + " report rrd rrddata scan sdn services spiceshell startall status stopall storage"
          + " subscription suspendall syslog tasks termproxy time version vncshell vzdump wakeonlan";
  private static final String QEMU =
      "config cloudinit pending status unlink vncproxy termproxy migrate resize move rrd rrddata"
          + " monitor agent snapshot spiceproxy sendkey firewall mtunnel remote_migrate";
  private static final String LXC =
      "config pending status vncproxy termproxy vncwebsocket spiceproxy migrate clone rrd rrddata"
          + " firewall snapshot resize interfaces";
  private static final String STORAGE =
      "content download-url file-restore import-metadata identity oci-registry-pull prunebackups"
          + " rrd rrddata status upload";

  private IndexApi() {}

  static void register(Router router) {
    router.get("/version", c -> version());
    router.get("/nodes/{node}/version", c -> version());
    index(router, "/", "subdir", "version cluster nodes storage access pools");
    index(router, "/access", "subdir", "users groups roles acl domains openid tfa ticket password");
    index(router, "/nodes/{node}", "name", NODE);
    index(router, "/nodes/{node}/tasks/{upid}", "name", "log status");
    index(router, "/nodes/{node}/storage/{storage}", "subdir", STORAGE);
    router.get(
        "/nodes/{node}/qemu/{vmid}",
        c -> {
          QemuApi.guest(c);
          return names("subdir", QEMU);
        });
    router.get(
        "/nodes/{node}/lxc/{vmid}",
        c -> {
          LxcApi.guest(c);
          return names("subdir", LXC);
        });
    index(router, "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}", "cmd", "rollback config");
    index(router, "/nodes/{node}/lxc/{vmid}/snapshot/{snapname}", "cmd", "rollback config");
    index(router, "/cluster/ha", "id", "status resources groups rules");
    index(router, "/cluster/config", "name", "nodes totem join qdevice apiversion");
  }

  static Doc version() {
    return new Doc()
        .put("version", "9.2.11")
        .put("release", "9.2")
        .put("repoid", "14a22df35955d97d");
  }

  private static void index(Router router, String path, String member, String words) {
    var names = names(member, words);
    router.get(path, c -> names);
  }

  private static List<Doc> names(String member, String words) {
    return Stream.of(words.split(" ")).map(word -> Doc.of(member, word)).toList();
  }
}
