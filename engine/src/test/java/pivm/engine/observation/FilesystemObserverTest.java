package pivm.engine.observation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.engine.plan.Needs;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/** Files are written as a node's cluster file system shows them. */
final class FilesystemObserverTest {
  private static final String VM =
      """
      #two
      #lines%3A with 100 %25
      boot: order=scsi0
      cipassword: $5$secret
      memory: 2048
      name: web
      onboot: yes
      parent: s2
      scsi0: local:101/vm-101-disk-0.qcow2,size=1G
      tags: a;b

      [PENDING]
      memory: 4096
      delete: tags !boot nosuch

      [s1]
      #first
      memory: 1024
      snaptime: 1795490841

      [s2]
      memory: 1024
      parent: s1
      snaptime: 1795490900
      snapstate: delete
      vmstate: local:101/vm-101-state-s2.raw

      [special:cloudinit]
      name: other
      """;
  private static final String CONTAINER =
      """
      #a
      hostname: ct
      memory: 512
      rootfs: btr:200/vm-200-disk-0.raw,size=4G
      lxc.cap.drop: sys_time
      lxc.cap.drop = mknod
      lxc.environment.runtime: A=1
      lxc.environment.runtime: B=2
      """;

  @TempDir Path root;

  private void file(String name, String content) {
    Path file = root.resolve(name);
    try {
      Files.createDirectories(requireNonNull(file.getParent()));
      Files.writeString(file, content);
    } catch (IOException unwritable) {
      throw new AssertionError(unwritable);
    }
  }

  private void cluster() {
    file(
        ".members",
        """
        {"nodename":"pve-a","version":5,
         "cluster":{"name":"lab","version":2,"nodes":2,"quorate":1},
         "nodelist":{"pve-a":{"id":1,"online":1,"ip":"10.0.0.1"},
                     "pve-b":{"id":2,"online":0,"ip":"10.0.0.2"}}}\
        """);
    file(
        ".rrd",
        """
        pve-storage-9.0/pve-a/local:1795557476:1000:400
        pve-node-9.0/pve-a:2482::1795557476:6.41:8:0.25:0:4000:1900:0:0:900:200:0:0:2100:70:1:1
        pve-vm-9.0/101:60:old name:running:0:1795557476:1:U:2147483648:77:1073741824:0:U:U:U:U
        pve-vm-9.0/102:0:far:running:0:1795557476:1:U:1073741824:U:0:0:U:U:U:U
        """);
    file("nodes/pve-a/qemu-server/101.conf", VM);
    file("nodes/pve-a/lxc/200.conf", CONTAINER);
    file("nodes/pve-b/qemu-server/102.conf", "name: far\nmemory: 1024\n");
    file(
        "storage.cfg",
        """
        dir: local
        \tpath /var/lib/vz
        \tcontent iso,images

        nfs: share
        \tserver 10.0.0.9
        \tcontent backup
        \tnodes pve-b
        \tdisable
        """);
    file("user.cfg", "user:root@pam:1:0::::::\npool:p1:a comment:101,300::\npool:p2::::\n");
    file("ha/resources.cfg", "vm: 101\n\tstate stopped\n\tmax_restart 2\n\nct: 400\n");
    file(
        "ha/rules.cfg",
        "resource-affinity: apart\n\taffinity negative\n\tresources vm:101,ct:400\n");
    file("replication.cfg", "local: 401-0\n\ttarget pve-b\n\tsource pve-a\n");
    file("jobs.cfg", "vzdump: job1\n\tschedule 21:00\n\tvmid 101,402\n\tenabled 1\n");
  }

  private Inventory observe(Integer... managed) {
    return Observer.overFiles(root).observe(ObservationRequest.of(new TreeSet<>(List.of(managed))));
  }

  private static ObservedGuest guest(Inventory inventory, int vmid) {
    return requireNonNull(inventory.guest(vmid));
  }

  @Test
  void aConfigFileSaysWhatTheApiWouldSay() {
    cluster();

    ObservedGuest guest = guest(observe(101), 101);
    GuestConfig config = requireNonNull(guest.config());

    assertThat(guest.name()).isEqualTo("web");
    assertThat(guest.power()).isEqualTo(PowerState.RUNNING);
    assertThat(guest.usedMemory()).isEqualTo(77);
    assertThat(guest.maxMemory()).isEqualTo(2048L << 20);
    assertThat(guest.pool()).isEqualTo("p1");
    assertThat(requireNonNull(guest.ha()).state()).isEqualTo("stopped");
    assertThat(config.value("description")).isEqualTo("two\nlines: with 100 %");
    assertThat(config.value("onboot")).isEqualTo("1");
    assertThat(config.next("memory")).isEqualTo("4096");
    assertThat(config.pending()).containsOnlyKeys("memory", "tags", "boot");
    assertThat(config.next("tags")).isNull();
    assertThat(config.digest()).hasSize(40);
  }

  @Test
  void noPasswordLeavesTheFile() {
    cluster();

    assertThat(observe(101).toString()).doesNotContain("secret");
  }

  @Test
  void rawLinesOfAContainerAreKeptTogether() {
    cluster();

    GuestConfig config = requireNonNull(guest(observe(200), 200).config());

    assertThat(config.value(GuestConfig.RAW))
        .isEqualTo("lxc.cap.drop: sys_time\nlxc.cap.drop: mknod\n");
    assertThat(config.value("env")).isEqualTo("A=1\0B=2");
    assertThat(config.value("description")).isEqualTo("a\n");
  }

  @Test
  void nodesStoragesAndClaimsComeFromTheirFiles() {
    cluster();

    Inventory inventory = observe();

    assertThat(inventory.cluster().name()).isEqualTo("lab");
    assertThat(inventory.cluster().quorate()).isTrue();
    assertThat(inventory.cluster().pools()).containsExactly("p1", "p2");
    assertThat(inventory.cluster().claims()).containsOnlyKeys(400, 401, 402);
    assertThat(inventory.cluster().haRuleTypes()).containsEntry("apart", "resource-affinity");
    var node = requireNonNull(inventory.node("pve-a"));
    assertThat(node.memoryTotal()).isEqualTo(4000);
    assertThat(node.memoryUsed()).isEqualTo(1900);
    assertThat(node.arc()).isEqualTo(70);
    assertThat(node.cores()).isEqualTo(8);
    assertThat(inventory.online("pve-b")).isFalse();
    Storage local = requireNonNull(inventory.storage("local"));
    assertThat(local.content()).containsExactly("images", "iso");
    assertThat(local.use()).containsEntry("pve-a", new Storage.Use(true, 1000L, 600L));
    Storage share = requireNonNull(inventory.storage("share"));
    assertThat(share.enabled()).isFalse();
    assertThat(share.shared()).isTrue();
  }

  @Test
  void aGuestOfAnOfflineNodeIsThereWithUnknownPower() {
    cluster();

    ObservedGuest far = guest(observe(102), 102);

    assertThat(far.power()).isEqualTo(PowerState.UNKNOWN);
    assertThat(far.config()).isNotNull();
  }

  @Test
  void aCopyWithoutStatusFilesKnowsConfigsButNoPower() {
    file("nodes/pve-a/qemu-server/101.conf", VM);

    Inventory inventory = observe();

    ObservedGuest guest = guest(inventory, 101);
    assertThat(guest.name()).isEqualTo("web");
    assertThat(guest.maxMemory()).isEqualTo(2048L << 20);
    assertThat(guest.config()).isNull();
    assertThat(guest.power()).isEqualTo(PowerState.UNKNOWN);
    assertThat(inventory.cluster().quorate()).isNull();
    assertThat(inventory.unknown())
        .anyMatch(unknown -> unknown.subject().startsWith("power of guests"));
  }

  @Test
  void snapshotsAreReadFromTheirSectionsAndVolumesAreUnknown() {
    cluster();
    var volumes = new TreeMap<String, SortedSet<String>>();
    volumes.put("pve-a", new TreeSet<>(List.of("local")));
    var needs = new Needs(new TreeSet<>(List.of(101)), new TreeSet<>(), volumes, new TreeSet<>());

    Inventory detailed = Observer.overFiles(root).details(observe(101), needs);

    assertThat(guest(detailed, 101).snapshots())
        .extracting(Snapshot::name, Snapshot::description, Snapshot::withMemory, Snapshot::state)
        .containsExactly(tuple("s1", "first", false, null), tuple("s2", "", true, "delete"));
    assertThat(detailed.unknown())
        .anyMatch(unknown -> unknown.subject().equals("storage local on pve-a"));
  }

  @Test
  void aGuestIsFoundWhereverItIs() {
    cluster();
    Observer observer = Observer.overFiles(root);

    assertThat(observer.locate(102)).isEqualTo(new Location(GuestType.QEMU, 102, "pve-b"));
    assertThat(observer.locate(999)).isNull();
    assertThat(requireNonNull(observer.guest(200)).name()).isEqualTo("ct");
  }
}
