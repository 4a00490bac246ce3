package pivm.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Tasks;
import pivm.proxmox.Time;
import pivm.proxmox.Upid;
import pivm.proxmox.config.ByteSize;
import pivm.proxmox.config.DiskValue;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.ValueComparison;
import pivm.proxmox.json.Json;
import pivm.proxmox.schema.ApiTable;
import pivm.proxmox.schema.GuestKeys;

/** The promises. Every call is first checked against the table of calls. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ProxmoxContract {
  private Stage stage;
  private Tasks tasks;

  /** Opens the way in, or skips with a reason. */
  abstract Stage open() throws Exception;

  @BeforeAll
  void enter() throws Exception {
    stage = open();
    Proxmox checked =
        new Proxmox() {
          @Override
          public Answer answer(ApiCall call) {
            assertThat(ApiTable.problems(call)).as(call.toString()).isEmpty();
            return stage.proxmox().answer(call);
          }

          @Override
          public void close() {}
        };
    tasks = new Tasks(checked, Time.system());
  }

  @AfterAll
  void leave() {
    if (stage != null) {
      stage.close();
    }
  }

  @AfterEach
  void cleanUp() throws InterruptedException {
    for (Json.Obj guest : call(ApiCall.get("/cluster/resources").with("type", "vm")).objects()) {
      int vmid = (int) guest.integer("vmid", 0);
      if (vmid >= stage.firstVmid() && vmid < stage.firstVmid() + 10) {
        remove("qemu".equals(guest.text("type")) ? GuestType.QEMU : GuestType.LXC, vmid);
      }
    }
  }

  private void remove(GuestType type, int vmid) throws InterruptedException {
    try {
      String power =
          call(ApiCall.get(path(type, vmid) + "/status/current")).asObject().text("status");
      if ("running".equals(power)) {
        tasks.run(ApiCall.post(path(type, vmid) + "/status/stop"), _ -> {});
      }
      tasks.run(ApiCall.delete(path(type, vmid)), _ -> {});
    } catch (ProxmoxException.NotFound gone) {
      return;
    }
  }

  private Json call(ApiCall call) {
    return stage.proxmox().call(call);
  }

  private String path(GuestType type, int vmid) {
    return "/nodes/" + stage.node() + "/" + type.apiName() + "/" + vmid;
  }

  private String createVm(int vmid) throws InterruptedException {
    tasks.run(
        ApiCall.post("/nodes/" + stage.node() + "/qemu")
            .with("vmid", vmid)
            .with("name", "contract-vm")
            .with("memory", 128)
            .with("scsihw", "virtio-scsi-pci")
            .with("scsi0", stage.vmStorage() + ":1,format=qcow2")
            .with("net0", "virtio,bridge=vmbr0"),
        _ -> {});
    return path(GuestType.QEMU, vmid);
  }

  private String createContainer(int vmid) throws InterruptedException {
    return createContainer(vmid, _ -> {});
  }

  private String createContainer(int vmid, Consumer<String> log) throws InterruptedException {
    tasks.run(
        ApiCall.post("/nodes/" + stage.node() + "/lxc")
            .with("vmid", vmid)
            .with("ostemplate", stage.template())
            .with("hostname", "contract-ct")
            .with("memory", 128)
            .with("rootfs", stage.containerStorage() + ":1")
            .with("net0", "name=eth0,bridge=vmbr0"),
        log);
    return path(GuestType.LXC, vmid);
  }

  private GuestConfig pending(GuestType type, String path) {
    return GuestConfig.ofPending(type, call(ApiCall.get(path + "/pending")));
  }

  @Test
  void theClusterIsSeen() {
    assertThat(call(ApiCall.get("/version")).asObject().text("version")).startsWith("9.");
    List<Json.Obj> nodes = call(ApiCall.get("/cluster/resources").with("type", "node")).objects();
    assertThat(nodes).anySatisfy(node -> assertThat(node.text("node")).isEqualTo(stage.node()));
  }

  @Test
  void aVmIsCreatedReadChangedAndDestroyed() throws InterruptedException {
    String vm = createVm(stage.firstVmid());
    GuestConfig config = pending(GuestType.QEMU, vm);
    assertThat(config.name()).isEqualTo("contract-vm");
    assertThat(config.digest()).hasSize(40);
    DiskValue disk =
        DiskValue.parse(
            Objects.requireNonNull(GuestKeys.of(GuestType.QEMU).find("scsi0")),
            Objects.requireNonNull(config.value("scsi0")));
    assertThat(disk.volume().storage()).isEqualTo(stage.vmStorage());
    assertThat(disk.size()).isEqualTo(ByteSize.ofGib(1));
    call(ApiCall.put(vm + "/config").with("tags", "Zeta;alpha").with("onboot", true));
    assertThat(pending(GuestType.QEMU, vm).tags()).containsExactly("alpha", "zeta");
    tasks.run(ApiCall.put(vm + "/resize").with("disk", "scsi0").with("size", "+1G"), _ -> {});
    assertThat(pending(GuestType.QEMU, vm).value("scsi0")).contains("size=2G");
    tasks.run(ApiCall.delete(vm).with("purge", true), _ -> {});
    assertThatThrownBy(() -> call(ApiCall.get(vm + "/config")))
        .isInstanceOf(ProxmoxException.NotFound.class);
  }

  @Test
  void aContainerIsCreatedStartedStoppedAndDestroyed() throws InterruptedException {
    List<String> log = new ArrayList<>();
    String container = createContainer(stage.firstVmid() + 1, log::add);
    assertThat(log).isNotEmpty();
    tasks.run(ApiCall.post(container + "/status/start"), _ -> {});
    assertThat(call(ApiCall.get(container + "/status/current")).asObject().text("status"))
        .isEqualTo("running");
    call(ApiCall.put(container + "/config").with("tty", 1));
    GuestConfig waiting = pending(GuestType.LXC, container);
    assertThat(waiting.next("tty")).isEqualTo("1");
    assertThat(waiting.pending()).containsKey("tty");
    assertThatThrownBy(() -> call(ApiCall.post(container + "/status/start")))
        .isInstanceOf(ProxmoxException.Refused.class)
        .hasMessageContaining("already running");
    tasks.run(ApiCall.post(container + "/status/stop"), _ -> {});
    assertThat(pending(GuestType.LXC, container).value("tty")).isEqualTo("1");
  }

  @Test
  void descriptionsOfAnyTextComeBack() throws InterruptedException {
    String vm = createVm(stage.firstVmid() + 2);
    String text = "ünïcode: 50% #1\n* second & third = \"x\"\n+plus";
    call(ApiCall.put(vm + "/config").with("description", text));
    var key = Objects.requireNonNull(GuestKeys.of(GuestType.QEMU).find("description"));
    assertThat(ValueComparison.same(key, pending(GuestType.QEMU, vm).value("description"), text))
        .isTrue();
  }

  @Test
  void aSnapshotIsTakenAndRemoved() throws InterruptedException {
    String container = createContainer(stage.firstVmid() + 3);
    tasks.run(ApiCall.post(container + "/snapshot").with("snapname", "before"), _ -> {});
    assertThat(call(ApiCall.get(container + "/snapshot")).objects())
        .extracting(snapshot -> snapshot.text("name"))
        .containsExactlyInAnyOrder("before", "current");
    assertThatThrownBy(() ->
            tasks.run(ApiCall.post(container + "/snapshot").with("snapname", "before"), _ -> {}))
        .isInstanceOfAny(ProxmoxException.TaskFailed.class, ProxmoxException.AlreadyExists.class)
        .hasMessageContaining("before");
    tasks.run(ApiCall.delete(container + "/snapshot/before"), _ -> {});
  }

  @Test
  void aStaleDigestIsRefused() throws InterruptedException {
    String vm = createVm(stage.firstVmid() + 4);
    assertThatThrownBy(
            () -> call(ApiCall.put(vm + "/config").with("cores", 2).with("digest", "0".repeat(40))))
        .isInstanceOf(ProxmoxException.DigestMismatch.class);
    assertThat(pending(GuestType.QEMU, vm).value("cores")).isNull();
  }

  @Test
  void anIdInUseIsRefused() throws InterruptedException {
    int vmid = stage.firstVmid() + 5;
    createVm(vmid);
    assertThatThrownBy(() -> createContainer(vmid))
        .isInstanceOf(ProxmoxException.AlreadyExists.class);
  }

  @Test
  void wrongParametersAreNamed() throws InterruptedException {
    String vm = createVm(stage.firstVmid() + 6);
    var refused =
        catchThrowableOfType(
            ProxmoxException.InvalidParameters.class,
            () -> call(ApiCall.put(vm + "/config").with("cores", 0)));
    assertThat(refused.errors()).containsOnlyKeys("cores");
  }

  @Test
  void whatOnlyRootMaySetIsToldApart() throws InterruptedException {
    String vm = createVm(stage.firstVmid() + 7);
    ApiCall set = ApiCall.put(vm + "/config").with("args", "-nodefaults");
    if (stage.root()) {
      call(set);
      assertThat(pending(GuestType.QEMU, vm).value("args")).isEqualTo("-nodefaults");
      return;
    }
    assertThatThrownBy(() -> call(set))
        .isInstanceOfSatisfying(
            ProxmoxException.Forbidden.class, e -> assertThat(e.rootOnly()).isTrue());
  }

  @Test
  void aTaskIsFoundAgain() throws InterruptedException {
    int vmid = stage.firstVmid() + 8;
    Instant before = Instant.now().minusSeconds(5);
    String vm = createVm(vmid);
    Upid upid = Objects.requireNonNull(Upid.parse(call(ApiCall.post(vm + "/template")).asText()));
    tasks.await(upid);
    Tasks.Listed found =
        Objects.requireNonNull(
            tasks.findTask(
                stage.node(),
                "qmtemplate",
                Integer.toString(vmid),
                null,
                before,
                Instant.now().plusSeconds(600)));
    assertThat(found.upid()).isEqualTo(upid);
    assertThat(found.status()).isEqualTo("OK");
    assertThat(tasks.log(upid)).isNotEmpty();
  }

  @Test
  void whatIsMissingIsNotFound() {
    assertThatThrownBy(
            () -> call(ApiCall.get(path(GuestType.QEMU, stage.firstVmid() + 9) + "/config")))
        .isInstanceOf(ProxmoxException.NotFound.class);
    assertThatThrownBy(() -> call(ApiCall.get("/nodes/" + stage.node() + "/nosuch")))
        .isInstanceOfSatisfying(
            ProxmoxException.Refused.class,
            e -> assertThat(e.remedy()).isEqualTo(ProxmoxException.Remedy.BUG));
  }
}
