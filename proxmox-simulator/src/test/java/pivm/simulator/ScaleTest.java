package pivm.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pivm.simulator.config.Kind;
import pivm.simulator.testing.Lab;

class ScaleTest {
  private static String container(int vmid) {
    return """
    arch: amd64
    hostname: ct%1$d
    memory: 512
    net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth
    ostype: debian
    rootfs: local-lvm:vm-%1$d-disk-0,size=8G
    swap: 512
    unprivileged: 1
    """
        .formatted(vmid);
  }

  @Test
  void tenThousandGuestsFitIntoAGibibyte() {
    var builder = SimulatedCluster.builder().token(Lab.TOKEN, Lab.SECRET);
    for (int i = 0; i < 10_000; i++) {
      builder.guest(Kind.LXC, 1000 + i, "pve-" + (i % 3 + 1), container(1000 + i), i % 2 == 0);
    }
    var lab = new Lab(builder.build());
    var resources = lab.ask("GET", "/cluster/resources", Map.of("type", "vm")).data();
    assertThat(resources instanceof List<?> list ? list.size() : 0).isEqualTo(10_000);
    System.gc();
    long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    assertThat(used).isLessThan(512L << 20);
  }

  @Test
  void manyShortSchedulesRunInASecond() {
    var start = Instant.now();
    for (int i = 0; i < 300; i++) {
      var lab = Lab.three();
      lab.run("POST", "/nodes/pve-1/qemu", Map.of("vmid", 100, "scsi0", "ceph:4"));
      lab.run("POST", "/nodes/pve-1/qemu/100/status/start");
      lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("cores", 2));
      lab.run("POST", "/nodes/pve-1/qemu/100/status/stop");
      lab.run("DELETE", "/nodes/pve-1/qemu/100");
    }
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
  }
}
