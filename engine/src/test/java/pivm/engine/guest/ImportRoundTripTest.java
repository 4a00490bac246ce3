package pivm.engine.guest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.guest.GuestImport.Form;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;
import pivm.proxmox.json.Json;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;
import pivm.simulator.http.SimulatorServer;

/** Import, destroy, apply: what comes back is what was there. */
final class ImportRoundTripTest {
  private static final String SECRET = "11111111-1111-4111-8111-111111111111";
  private static final String VM =
      """
      #two
      #lines
      agent: 1
      bios: ovmf
      boot: order=scsi0;net0
      ciuser: ops
      cores: 2
      cpu: host
      efidisk0: local-lvm:vm-310-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M
      ide0: none,media=cdrom
      ide2: local-lvm:vm-310-cloudinit,media=cdrom,size=4M
      ipconfig0: ip=dhcp
      machine: q35
      memory: 2048
      meta: creation-qemu=10.0.13,ctime=1795490407
      name: big
      net0: virtio=BC:24:11:00:01:02,bridge=vmbr0,firewall=1
      net3: e1000=BC:24:11:00:01:03,bridge=vmbr0,tag=20
      numa: 1
      onboot: 1
      ostype: l26
      scsi0: local-lvm:vm-310-disk-0,discard=on,iothread=1,size=32G,ssd=1
      scsi1: local-lvm:vm-310-disk-3,backup=0,size=2252M
      scsihw: virtio-scsi-single
      smbios1: uuid=6f11ac5d-d703-4742-8260-000000000136
      startup: order=2,up=30
      tags: prod;web
      tpmstate0: local-lvm:vm-310-disk-2,size=4M,version=v2.0
      vga: qxl,memory=32
      virtio2: local:310/vm-310-disk-0.qcow2,size=3G
      """;
  private static final String CONTAINER =
      """
      #a%3Ab
      arch: amd64
      cores: 2
      cpulimit: 1.5
      features: nesting=1
      hostname: ct
      memory: 512
      mp0: local-lvm:vm-210-disk-1,mp=/data,backup=1,size=2G
      nameserver: 1.1.1.1 9.9.9.9
      net0: name=eth0,bridge=vmbr0,gw=10.0.0.1,hwaddr=BC:24:11:00:02:01,ip=10.0.0.5/24,type=veth
      net1: name=eth1,bridge=vmbr0,hwaddr=BC:24:11:00:02:02,tag=5,type=veth
      onboot: 1
      ostype: debian
      rootfs: local-lvm:vm-210-disk-0,mountoptions=noatime,size=8G
      searchdomain: lan
      swap: 0
      tags: a
      unprivileged: 1
      """;
  private static final String TEMPLATE = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";

  @Test
  void whatIsImportedDestroyedAndAppliedIsTheSameButForVolumeNames() throws IOException {
    SimulatedCluster cluster =
        SimulatedCluster.builder()
            .nodes("pve-1", "pve-2")
            .token("root@pam!t", SECRET)
            .guest(Kind.QEMU, 310, "pve-1", VM, false)
            .guest(Kind.LXC, 210, "pve-2", CONTAINER, false)
            .build();
    try (var server = SimulatorServer.start(SimulatorServer.Options.local(), cluster::handle);
        var proxmox =
            new HttpsProxmox(
                HttpsSettings.of(
                    URI.create(server.endpoint()),
                    Credentials.ApiToken.parse("root@pam!t=" + SECRET),
                    Fingerprint.parse(server.fingerprint())))) {
      Inventory before = observe(proxmox);
      Desired desired = imported(before);
      before.guests().values().forEach(guest -> destroy(guest, proxmox, cluster));
      for (Step step : plan(desired, observe(proxmox)).steps()) {
        send(
            new Calls(_ -> "").of((Operation.Call) step.operation(), step.node(), null),
            proxmox,
            cluster);
      }
      cluster.advance(Duration.ofSeconds(30));
      Inventory after = observe(proxmox);

      for (ObservedGuest guest : before.guests().values()) {
        ObservedGuest again = requireNonNull(after.guest(guest.vmid()), guest.subject());
        assertThat(meaning(again)).isEqualTo(meaning(guest));
      }
      assertThat(plan(desired, after).isEmpty()).isTrue();
    }
  }

  private static Inventory observe(Proxmox proxmox) {
    return Observer.over(proxmox).observe(ObservationRequest.everything());
  }

  private static Plan plan(Desired desired, Inventory inventory) {
    Plan plan =
        new Planner(List.of(new GuestPlanner())).plan(desired, inventory, PlanOptions.defaults());
    assertThat(plan.obstacles()).isEmpty();
    return plan;
  }

  /** An adopted guest is never created, so what it is made from is written in. */
  private static Desired imported(Inventory inventory) {
    List<Json.Obj> entries =
        inventory.guests().values().stream()
            .map(guest -> GuestImport.entry(guest, inventory.cluster(), Form.COMPLETE).json())
            .toList();
    String manifest =
        ManifestWriter.manifest(entries)
            .replace("local:vztmpl/EXISTING", TEMPLATE)
            .replace("\"template\": \"local:iso/EXISTING\",", "");
    ManifestReader.Result read = ManifestReader.read("imported.json", manifest);
    assertThat(read.findings()).isEmpty();
    return read.desired();
  }

  private static void destroy(ObservedGuest guest, Proxmox proxmox, SimulatedCluster cluster) {
    String path = "/nodes/" + guest.node() + "/" + guest.type().apiName() + "/" + guest.vmid();
    send(ApiCall.delete(path).with("purge", true), proxmox, cluster);
  }

  private static void send(ApiCall call, Proxmox proxmox, SimulatedCluster cluster) {
    String task = proxmox.call(call).asText();
    if (task != null) {
      assertThat(cluster.await(task)).as(call.toString()).isEqualTo("OK");
    }
  }

  /** The config with disks as a manifest says them, without what Proxmox makes anew. */
  private static SortedMap<String, String> meaning(ObservedGuest guest) {
    var meaning = new TreeMap<>(requireNonNull(guest.config()).values());
    meaning.keySet().removeAll(List.of("meta", "vmgenid"));
    meaning.replaceAll((key, value) ->
        DiskSetting.isDisk(guest.type(), key)
            ? requireNonNull(ImportedDisk.of(guest.type(), guest.vmid(), key, value)).text()
            : value);
    return meaning;
  }
}
