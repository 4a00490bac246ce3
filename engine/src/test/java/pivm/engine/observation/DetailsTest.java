package pivm.engine.observation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static pivm.engine.observation.ApiObserverTest.RUNNING;
import static pivm.engine.observation.ApiObserverTest.cluster;
import static pivm.engine.observation.ApiObserverTest.guest;
import static pivm.engine.observation.ApiObserverTest.observe;
import static pivm.engine.observation.ApiObserverTest.set;

import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Needs;
import pivm.engine.testing.FakeProxmox;
import pivm.proxmox.ProxmoxException;

/** Details are added to an inventory from prepared answers, where a plan touches something. */
final class DetailsTest {

  @Test
  void detailsAddSnapshotsVolumesBridgesAndMemory() {
    FakeProxmox proxmox =
        cluster(guest("qemu", 101, "pve-a", RUNNING))
            .answering(
                "/nodes/pve-a/qemu/101/snapshot",
                """
                [{"name":"s1","description":"","snaptime":1795490841,"vmstate":0},
                 {"name":"s2","parent":"s1","snaptime":1795490900,"vmstate":1,"snapstate":"delete"},
                 {"name":"current","parent":"s2","running":1,"digest":"af"}]\
                """)
            .answering(
                "/nodes/pve-a/storage",
                "[{\"storage\":\"local\",\"active\":1,\"total\":1000,\"used\":400,\"avail\":500}]")
            .answering(
                "/nodes/pve-a/storage/local/content",
                """
                [{"volid":"local:101/vm-101-disk-0.qcow2","content":"images","vmid":101,
                  "size":1073741824,"ctime":1795489567,"parent":null,"format":"qcow2"},
                 {"volid":"local:iso/a.iso","content":"iso","size":5,"format":"iso"}]\
                """)
            .answering(
                "/nodes/pve-a/network?type=any_bridge",
                "[{\"iface\":\"vmbr0\",\"type\":\"bridge\"},{\"iface\":\"vnet1\",\"type\":\"vnet\"}]")
            .answering(
                "/nodes/pve-a/status",
                "{\"memory\":{\"total\":1000,\"used\":600,\"free\":200,\"available\":400}}")
            .answering(
                "/nodes/pve-a/rrddata?timeframe=hour",
                "[{\"time\":1,\"arcsize\":50},{\"time\":2,\"arcsize\":70},{\"time\":3}]");
    Inventory inventory = observe(proxmox);
    var storages = new TreeMap<String, SortedSet<String>>();
    storages.put("pve-a", set("local"));

    Inventory detailed =
        Observer.over(proxmox)
            .details(inventory, new Needs(set(101), new TreeSet<>(), storages, set("pve-a")));

    assertThat(guest(detailed, 101).snapshots())
        .extracting(Snapshot::name, Snapshot::parent, Snapshot::withMemory, Snapshot::state)
        .containsExactly(tuple("s1", null, false, null), tuple("s2", "s1", true, "delete"));
    Storage local = requireNonNull(detailed.storage("local"));
    assertThat(local.use()).containsEntry("pve-a", new Storage.Use(true, 1000L, 500L));
    assertThat(local.volumes().get("pve-a"))
        .containsOnlyKeys("local:101/vm-101-disk-0.qcow2", "local:iso/a.iso");
    Node node = requireNonNull(detailed.node("pve-a"));
    assertThat(node.bridges()).containsExactly("vmbr0", "vnet1");
    assertThat(node.memoryUsed()).isEqualTo(600);
    assertThat(node.arc()).isEqualTo(70);
    assertThat(node.reclaimable()).isZero();
    assertThat(detailed.unknown()).isEqualTo(inventory.unknown());
  }

  @Test
  void aGuestThatIsDestroyedBeforeItsPowerIsAskedForIsNotThere() {
    FakeProxmox proxmox =
        cluster(
                guest("qemu", 101, "pve-a", RUNNING),
                guest("lxc", 200, "pve-a", ",\"status\":\"unknown\""))
            .answering("/cluster/resources?type=vm", "[]");
    Inventory inventory = observe(proxmox);

    Inventory detailed =
        Observer.over(proxmox)
            .details(
                inventory, new Needs(new TreeSet<>(), set(200), new TreeMap<>(), new TreeSet<>()));

    assertThat(guest(inventory, 200).power()).isEqualTo(PowerState.UNKNOWN);
    assertThat(detailed.guests()).containsOnlyKeys(101);
    assertThat(detailed.unknown()).isEqualTo(inventory.unknown());
  }

  @Test
  void aDetailThatIsRefusedIsUnknownAndTheRestIsThere() {
    FakeProxmox proxmox =
        cluster(guest("qemu", 101, "pve-a", RUNNING))
            .answering(
                "/nodes/pve-a/storage/local/content",
                call -> {
                  throw new ProxmoxException.Refused(
                      call, 500, "Failed to get shared \"write\" lock\n");
                })
            .answering("/nodes/pve-a/storage", "[]")
            .answering(
                "/nodes/pve-a/qemu/101/status/current",
                "{\"status\":\"stopped\",\"qmpstatus\":\"stopped\"}");
    var storages = new TreeMap<String, SortedSet<String>>();
    storages.put("pve-a", set("local"));

    Inventory detailed =
        Observer.over(proxmox)
            .details(
                observe(proxmox), new Needs(new TreeSet<>(), set(101), storages, new TreeSet<>()));

    assertThat(guest(detailed, 101).power()).isEqualTo(PowerState.STOPPED);
    assertThat(detailed.unknown())
        .contains(new Unknown("storage local on pve-a", "Failed to get shared \"write\" lock"));
    Storage local = requireNonNull(detailed.storage("local"));
    assertThat(local.volumes()).isEmpty();
  }
}
