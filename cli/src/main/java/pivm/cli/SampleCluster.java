package pivm.cli;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;
import pivm.simulator.state.SimulatedTime;

/**
 * A simulated cluster with guests, the same for the same seed.
 *
 * @param token {@code USER@REALM!NAME=SECRET} with all rights
 */
record SampleCluster(SimulatedCluster cluster, List<String> nodes, String token) {
  private static final String TOKEN = "root@pam!pivm";
  private static final String[] SERVICES = {
    "proxy", "dns", "git", "wiki", "mail", "web", "cache", "build", "metrics", "backup"
  };

  /**
   * @param speed simulated seconds in a real one
   */
  static SampleCluster of(int nodes, int guests, long seed, double speed) {
    var random = new Random(seed);
    var names = new String[nodes];
    for (int i = 0; i < nodes; i++) {
      names[i] = String.format(Locale.ROOT, "pve-%02d", i + 1);
    }
    String secret = new UUID(random.nextLong(), random.nextLong()).toString();
    SimulatedCluster.Builder builder =
        SimulatedCluster.builder()
            .name("sample")
            .seed(seed)
            .time(SimulatedTime.following(Instant.now(), speed))
            .nodes(names)
            .token(TOKEN, secret);
    for (int i = 0; i < guests; i++) {
      guest(builder, 100 + i, names[random.nextInt(nodes)], random);
    }
    return new SampleCluster(builder.build(), List.of(names), TOKEN + "=" + secret);
  }

  private static void guest(
      SimulatedCluster.Builder builder, int vmid, String node, Random random) {
    String service = SERVICES[random.nextInt(SERVICES.length)];
    String name = String.format(Locale.ROOT, "%s-%d", service, vmid);
    boolean container = random.nextInt(10) < 7;
    int memory = 512 << random.nextInt(container ? 2 : 3);
    int disk = 4 + random.nextInt(12);
    String config = container ? container(vmid, name, memory, disk) : vm(vmid, name, memory, disk);
    builder.guest(container ? Kind.LXC : Kind.QEMU, vmid, node, config, random.nextInt(10) < 8);
  }

  private static String container(int vmid, String name, int memory, int disk) {
    return """
    arch: amd64
    cores: 1
    hostname: %s
    memory: %d
    net0: name=eth0,bridge=vmbr0,hwaddr=%s,ip=dhcp,type=veth
    onboot: 1
    ostype: debian
    rootfs: local-lvm:vm-%d-disk-0,size=%dG
    swap: 512
    unprivileged: 1
    """
        .formatted(name, memory, mac(vmid), vmid, disk);
  }

  private static String vm(int vmid, String name, int memory, int disk) {
    return """
    boot: order=scsi0
    cores: 2
    cpu: host
    memory: %d
    name: %s
    net0: virtio=%s,bridge=vmbr0,firewall=1
    onboot: 1
    ostype: l26
    scsi0: local-lvm:vm-%d-disk-0,size=%dG
    scsihw: virtio-scsi-single
    """
        .formatted(memory, name, mac(vmid), vmid, disk);
  }

  /** Proxmox's own prefix, and the VMID. */
  private static String mac(int vmid) {
    return String.format(
        Locale.ROOT, "BC:24:11:%02X:%02X:%02X", vmid >> 16 & 255, vmid >> 8 & 255, vmid & 255);
  }
}
