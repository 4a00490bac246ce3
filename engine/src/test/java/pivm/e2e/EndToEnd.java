package pivm.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.guest.GuestImport;
import pivm.engine.guest.SingleAction;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.pipeline.Planned;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;

/** What works on one cluster has to work on every other. */
abstract class EndToEnd {
  private final List<Integer> made = new ArrayList<>();
  private Operator operator;

  abstract Site site();

  @BeforeEach
  void begin(@TempDir Path state) {
    operator = new Operator(site(), state);
  }

  @AfterEach
  void leaveNothingBehind() {
    made.reversed().forEach(vmid -> site().remove(vmid));
  }

  private Place place() {
    return site().place();
  }

  private int newId() {
    int vmid = site().freeId();
    made.add(vmid);
    return vmid;
  }

  private String container(int vmid, String fields) {
    return """
    [{"type": "lxc", "vmid": %d, "hostname": "pivm-e2e-%d", "template": "%s", "node": "%s",
      "net0": "name=eth0,bridge=vmbr0,ip=dhcp" %s}]
    """
        .formatted(vmid, vmid, place().ctTemplate(), site().node(), more(fields));
  }

  private String vm(int vmid, String fields) {
    return """
    [{"type": "vm", "vmid": %d, "hostname": "pivm-e2e-%d", "template": "%s:iso/EXISTING",
      "node": "%s" %s}]
    """
        .formatted(vmid, vmid, place().vmStorage(), site().node(), more(fields));
  }

  private static String more(String fields) {
    return fields.isBlank() ? "" : ", " + fields.strip();
  }

  /**
   * A VM with one disk of 1 GiB that boots nothing; made past PIVM, as somebody else's would be.
   */
  private int blankVm() {
    int vmid = newId();
    site()
        .directly(
            ApiCall.post("/nodes/" + site().node() + "/qemu")
                .with("vmid", vmid)
                .with("name", "pivm-e2e-" + vmid)
                .with("memory", 128)
                .with("scsihw", "virtio-scsi-single")
                .with("scsi0", place().vmStorage() + ":1,format=qcow2")
                .with("net0", "virtio,bridge=vmbr0"));
    return vmid;
  }

  private static FieldChange field(Planned planned, String path) {
    return planned.plan().changes().stream()
        .map(Change::fields)
        .flatMap(List::stream)
        .filter(field -> field.path().equals(path))
        .findFirst()
        .orElseThrow(() -> new AssertionError(path + " is not in " + planned.plan().changes()));
  }

  private static List<String> operations(Planned planned) {
    return planned.plan().steps().stream()
        .map(Step::id)
        .map(id -> id.substring(id.indexOf('/') + 1))
        .toList();
  }

  private String storage(int gib) {
    return "\"storage\": \"" + place().ctStorage() + ":" + gib + "\"";
  }

  @Test
  void aContainerIsCreatedChangedGrownAndDestroyed() throws Exception {
    int vmid = newId();
    Planned created = operator.apply(container(vmid, storage(1) + ", \"memory\": 128"));
    assertThat(operations(created)).containsExactly("create");
    assertThat(site().config(GuestType.LXC, vmid).text("memory")).isEqualTo("128");

    Planned changed =
        operator.apply(
            container(
                vmid, storage(2) + ", \"memory\": 192, \"options\": {\"tags\": [\"b\", \"A\"]}"));
    assertThat(operations(changed)).contains("configure", "grow-rootfs");
    assertThat(site().config(GuestType.LXC, vmid).text("rootfs")).contains("size=2G");
    assertThat(site().config(GuestType.LXC, vmid).text("tags")).isEqualTo("a;b");

    operator.apply(container(vmid, "\"state\": \"absent\""));
    assertThat(site().exists(vmid)).isFalse();
  }

  @Test
  void aRunningContainerChangesLiveWhereItCanAndWaitsWhereItCannot() throws Exception {
    int vmid = newId();
    operator.apply(container(vmid, storage(1) + ", \"memory\": 128, \"state\": \"running\""));

    String declared =
        storage(1)
            + ", \"memory\": 160, \"state\": \"running\", \"options\": {\"cmode\": \"shell\"}";
    Planned changed = operator.plan(container(vmid, declared));
    assertThat(field(changed, "memory").effect()).isEqualTo(Effect.LIVE);
    assertThat(field(changed, "cmode").effect()).isEqualTo(Effect.PENDING);
    operator.apply(container(vmid, declared));

    Planned waiting = operator.plan(container(vmid, declared));
    assertThat(field(waiting, "cmode").effect()).isEqualTo(Effect.PENDING);
    String takenBack = declared.replace("\"shell\"", "null");
    operator.apply(container(vmid, takenBack));
    assertThat(operator.plan(container(vmid, takenBack)).plan().changes()).isEmpty();
    operator.apply(container(vmid, declared + ", \"restart\": \"allowed\""));
    assertThat(operator.plan(container(vmid, declared)).plan().changes()).isEmpty();
  }

  @Test
  void aVmChangesItsHardwareAndItsDisks() throws Exception {
    int vmid = blankVm();
    String disk = "\"storage\": \"" + place().vmStorage() + ":%d\", ";
    operator.apply(vm(vmid, disk.formatted(1) + "\"memory\": 128, \"state\": \"running\""));

    String changed =
        disk.formatted(2)
            + "\"memory\": 160, \"net0\": \"virtio,bridge=vmbr0,link_down=1\","
            + "\"options\": {\"scsi1\": \""
            + place().vmStorage()
            + ":1\", \"onboot\": 1}";
    Planned planned = operator.plan(vm(vmid, changed));
    assertThat(field(planned, "memory").effect()).isEqualTo(Effect.PENDING);
    assertThat(field(planned, "net0.link_down").effect()).isEqualTo(Effect.LIVE);
    operator.apply(vm(vmid, changed));
    assertThat(field(operator.plan(vm(vmid, changed)), "memory").effect())
        .isEqualTo(Effect.PENDING);
    assertThat(site().config(GuestType.QEMU, vmid).text("scsi0")).contains("size=2G");

    operator.act(vmid, new SingleAction.Stop());
    assertThat(operator.plan(vm(vmid, changed)).plan().changes()).isEmpty();
    operator.apply(
        vm(
            vmid,
            disk.formatted(2)
                + "\"snapshot\": \"unavailable-accepted\","
                + "\"options\": {\"scsi1\": null, \"unused0\": null}"));
    assertThat(site().config(GuestType.QEMU, vmid).members().keySet())
        .doesNotContain("scsi1", "unused0");
  }

  @Test
  void aTemplateIsMadeAndClonedLinkedAndFull() throws Exception {
    int template = blankVm();
    operator.apply(vm(template, "\"state\": \"template\""));
    int linked = newId();
    int full = newId();
    String clones =
        """
        [{"type": "vm", "vmid": %d, "hostname": "linked-%d", "template": %d, "clone": "linked",
          "memory": 160},
         {"type": "vm", "vmid": %d, "hostname": "full-%d", "template": %d, "memory": 192,
          "storage": "%s:2"}]
        """
            .formatted(linked, linked, template, full, full, template, place().vmStorage());
    operator.apply(clones);

    assertThat(site().config(GuestType.QEMU, linked).text("scsi0")).contains("base-");
    assertThat(site().config(GuestType.QEMU, full).text("scsi0")).contains("size=2G");
    assertThat(site().config(GuestType.QEMU, full).text("memory")).isEqualTo("192");
  }

  @Test
  void aCloudImageBecomesAVmWithCloudInit() throws Exception {
    String image = place().importImage();
    assumeTrue(image != null, "no disk image is named (PIVM_E2E_IMPORT)");
    int vmid = newId();
    String declared =
        """
        [{"type": "vm", "vmid": %d, "hostname": "cloud-%d", "template": "%s", "node": "%s",
          "memory": 256, "storage": "%s:4", "net0": "virtio,bridge=vmbr0",
          "cloud_init": {"enable": true, "user": "%s", "ipconfig0": "ip=dhcp",
            "sshkeys": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGwzZFcE3vIT2ZVEXHWiHF1ZqxSGWpTV5uBx0rd2Kg0j a@b",
            "password": {"secret": "env:CANARY"}}}]
        """;
    operator.apply(
        declared.formatted(vmid, vmid, image, site().node(), place().vmStorage(), "ops"));
    operator.apply(
        declared.formatted(vmid, vmid, image, site().node(), place().vmStorage(), "admin"));

    assertThat(site().config(GuestType.QEMU, vmid).text("ciuser")).isEqualTo("admin");
    assertThat(site().config(GuestType.QEMU, vmid).text("ide2")).contains("cloudinit");
  }

  @Test
  void driftIsNamedAndTakenBack() throws Exception {
    int vmid = newId();
    String declared = container(vmid, storage(1) + ", \"memory\": 128");
    operator.apply(declared);
    site().directly(ApiCall.put(site().path(GuestType.LXC, vmid) + "/config").with("memory", 256));

    FieldChange drift = field(operator.plan(declared), "memory");
    assertThat(drift.from()).isEqualTo("256");
    assertThat(drift.to()).isEqualTo("128");
    operator.apply(declared);
  }

  @Test
  void aGuestIsSnapshotRolledBackAndTheSnapshotDeleted() throws Exception {
    int vmid = newId();
    String declared = container(vmid, storage(1) + ", \"memory\": 128");
    operator.apply(declared);
    operator.act(vmid, new SingleAction.Snapshot("before", "made by the suite"));
    site().directly(ApiCall.put(site().path(GuestType.LXC, vmid) + "/config").with("memory", 256));
    operator.act(vmid, new SingleAction.Rollback("before"));

    assertThat(site().config(GuestType.LXC, vmid).text("memory")).isEqualTo("128");
    operator.act(vmid, new SingleAction.DeleteSnapshot("before"));
  }

  @Test
  void powerIsTurnedOnAndOff() throws Exception {
    int vmid = blankVm();
    operator.apply(vm(vmid, "\"state\": \"running\""));
    operator.act(vmid, new SingleAction.Stop());
    operator.act(vmid, new SingleAction.Start());
    operator.act(vmid, new SingleAction.Stop());
  }

  @Test
  void anAdoptedGuestHasNoDifferences() throws Exception {
    int vmid = blankVm();
    site()
        .directly(
            ApiCall.put(site().path(GuestType.QEMU, vmid) + "/config")
                .with("description", "two\nlines: 100 % ü")
                .with("tags", "x;y")
                .with("boot", "order=scsi0;net0")
                .with("agent", "enabled=1,fstrim_cloned_disks=1"));
    Inventory inventory =
        site().observer().observe(ObservationRequest.of(new TreeSet<>(List.of(vmid))));
    ObservedGuest guest = Objects.requireNonNull(inventory.guest(vmid));
    String manifest =
        ManifestWriter.manifest(
            List.of(
                GuestImport.entry(guest, inventory.cluster(), GuestImport.Form.COMPLETE).json()));

    Planned planned = operator.plan(manifest);
    assertThat(planned.plan().changes()).isEmpty();
    assertThat(planned.plan().steps()).isEmpty();
    assertThat(new TreeMap<>(planned.inventory().guests())).containsKey(vmid);
  }
}
