package pivm.simulator.records;

import java.time.Instant;
import java.util.Map;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;
import pivm.simulator.state.Access;
import pivm.simulator.state.SimulatedTime;
import pivm.simulator.state.User;

/** Clusters that are set up as the recorded ones were. */
final class RecordedCluster {
  static final String SECRET = "secret";
  private static final String TEMPLATE = "debian-12-pivmlab_12.5-1_amd64.tar.zst";
  private static final String CONTENT = "backup,snippets,rootdir,iso,vztmpl,images";

  private RecordedCluster() {}

  /** One node, {@code pve-01}, with a VM and a running container. */
  static SimulatedCluster single() {
    return base("pve-01")
        .withoutStandardStorages()
        .hardware(2, 25_276_514_304L)
        .storage(
            "local",
            "dir",
            SimulatedCluster.options(
                "path", "/var/lib/vz", "content", CONTENT, "prune-backups", "keep-all=1"),
            270_553_174_016L)
        .file("local", "vztmpl", TEMPLATE, "tzst", 1_105_757)
        .guest(
            Kind.QEMU,
            100,
            "pve-01",
            """
            boot: order=scsi0
            kvm: 0
            memory: 512
            meta: creation-qemu=10.0.13,ctime=1795489567
            name: t1
            scsi0: local:100/vm-100-disk-0.raw,size=1G
            """,
            false)
        .guest(
            Kind.LXC,
            200,
            "pve-01",
            """
            arch: amd64
            hostname: ct200
            memory: 128
            net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:89:09:0B,ip=10.213.7.50/24,type=veth
            ostype: debian
            rootfs: local:200/vm-200-disk-0.raw,size=3G
            swap: 512
            unprivileged: 1
            """,
            true)
        .build();
  }

  /** Two nodes, {@code pve-a} and {@code pve-b}, without guests. */
  static SimulatedCluster pair() {
    return base("pve-a", "pve-b")
        .withoutStandardStorages()
        .hardware(2, 25_276_514_304L)
        .storage(
            "local",
            "dir",
            SimulatedCluster.options(
                "path",
                "/var/lib/vz",
                "content",
                "images,iso,snippets,rootdir,vztmpl,import,backup"),
            270_553_174_016L)
        .file("local", "vztmpl", TEMPLATE, "tzst", 1_105_757)
        .build();
  }

  private static SimulatedCluster.Builder base(String... nodes) {
    return SimulatedCluster.builder()
        .nodes(nodes)
        .time(SimulatedTime.manual(Instant.ofEpochSecond(1_795_490_175)))
        .token("root@pam!pivm", SECRET)
        .token("nobody@pve!t1", SECRET)
        .user("alice@pve", "pivm-lab-1")
        .user("root@pam", "pivm-lab-root")
        .with(c -> {
          c.guestsCooperate(false);
          c.nodes().forEach(n -> n.kvm(false));
          var alice = c.access().users().get("alice@pve");
          if (alice != null) {
            alice.tokens().put("t1", new User.Token(SECRET, true, 0, null));
            alice.settings().putAll(Map.of("comment", "lab user", "email", ""));
          }
          c.access().addUser("bob@nosuch");
          for (var node : c.nodes()) {
            // the recorded node's card was no physical one
            node.network().cards().clear();
            node.network()
                .file(
                    """
                    auto lo
                    iface lo inet loopback

                    iface eth0 inet manual

                    auto vmbr0
                    iface vmbr0 inet static
                    \taddress 10.213.7.2/24
                    \thwaddress 62:06:dd:5b:22:ce
                    \tgateway 10.213.7.1
                    \tbridge-ports eth0
                    \tbridge-stp off
                    \tbridge-fd 0

                    source /etc/network/interfaces.d/*
                    """);
          }
        });
  }

  /** The rights that were given between the first and the later recordings. */
  static void grantAlice(SimulatedCluster cluster) {
    cluster.change(c -> {
      c.access().grant(new Access.Entry("/vms", "user", "alice@pve", "PVEVMUser", true));
      c.access().grant(new Access.Entry("/vms", "token", "alice@pve!t1", "PVEVMUser", true));
    });
  }
}
