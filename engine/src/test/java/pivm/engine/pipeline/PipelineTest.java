package pivm.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.execution.RunResult;
import pivm.engine.guest.SingleAction;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.json.Json;
import pivm.simulator.config.Kind;

class PipelineTest {
  private static final String TEMPLATE = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";

  private Manager manager;

  @BeforeEach
  void start(@TempDir Path state) {
    manager = new Manager(Manager.cluster().build(), state);
  }

  private static String container(int memory, int gib) {
    return """
    {"type": "lxc", "vmid": 210, "hostname": "proxy-01", "template": "%s", "node": "pve-01",
     "memory": %d, "swap": 256, "cores": 2, "storage": "local-lvm:%d",
     "net0": "name=eth0,bridge=vmbr0,ip=dhcp", "state": "running", "options": {"onboot": 1}}
    """
        .formatted(TEMPLATE, memory, gib);
  }

  private static String named(String container, @Nullable String nameserver) {
    String value = nameserver == null ? "null" : '"' + nameserver + '"';
    return container.replace("\"onboot\": 1", "\"onboot\": 1, \"nameserver\": " + value);
  }

  private static String vm(int memory, String net, String more) {
    return """
    {"type": "vm", "vmid": 310, "hostname": "worker-01", "node": "pve-02",
     "template": "local:import/debian-13-cloud.qcow2", "memory": %d, "cores": 2,
     "storage": "local-lvm:20", "net0": "virtio,bridge=vmbr0%s", "state": "running",
     "cloud_init": {"enable": true, "user": "ops", "ipconfig0": "ip=dhcp"},
     "options": {"agent": 1, "tags": "prod;worker"} %s}
    """
        .formatted(memory, net, more.isEmpty() ? "" : ", " + more);
  }

  private static String all(String... entries) {
    return "[" + String.join(",", entries) + "]";
  }

  private void applied(String manifest) throws InterruptedException {
    RunResult result = manager.apply(manifest);
    assertThat(result.succeeded()).as("%s", result.steps()).isTrue();
    assertEmpty(manifest);
  }

  private void assertEmpty(String manifest) throws InterruptedException {
    Planned again = manager.plan(manifest);
    assertThat(again.plan().steps()).as("%s", again.plan().changes()).isEmpty();
    assertThat(again.plan().obstacles()).isEmpty();
  }

  private List<String> stepIds(String manifest) throws InterruptedException {
    return manager.plan(manifest).plan().steps().stream().map(Step::id).toList();
  }

  @Test
  void declaredGuestsBecomeRealAndTheNextPlanIsEmpty() throws Exception {
    applied(all(container(1024, 12), vm(2048, "", "")));

    assertThat(manager.config("/nodes/pve-01/lxc/210", "memory")).isEqualTo("1024");
    assertThat(manager.config("/nodes/pve-02/qemu/310", "scsi0")).contains("size=20G");
  }

  @Test
  void aChangeIsProtectedByASnapshotAndDoesNotDisturbMoreThanItMust() throws Exception {
    applied(all(container(1024, 12)));
    String changed = all(container(2048, 16));

    assertThat(stepIds(changed)).contains("210/snapshot", "210/configure", "210/grow-rootfs");
    applied(changed);

    assertThat(
            manager.proxmox.call(ApiCall.get("/nodes/pve-01/lxc/210/snapshot")).objects().stream()
                .map(one -> one.text("name"))
                .toList())
        .contains("pre_automation_backup");
    applied(all(container(3072, 16)));
  }

  @Test
  void memoryOfARunningVmStaysPendingUntilARestartIsAllowed() throws Exception {
    applied(all(vm(2048, "", "")));

    manager.apply(all(vm(4096, ",tag=7", "")));
    assertEmpty(all(vm(4096, ",tag=7", "")));
    assertThat(manager.plan(all(vm(4096, ",tag=7", ""))).plan().changes()).hasSize(1);

    applied(all(vm(4096, ",tag=7", "\"restart\": \"allowed\"")));
    assertThat(manager.plan(all(vm(4096, ",tag=7", ""))).plan().changes()).isEmpty();
  }

  /** Proxmox leaves it waiting when it is only deleted, and uses it at the next start. */
  @ParameterizedTest
  @ValueSource(strings = {"", "8.8.8.8"})
  void whatWaitsOnARunningContainerIsTakenBackBeforeItIsDeleted(String before) throws Exception {
    String without = container(1024, 12);
    applied(all(before.isEmpty() ? without : named(without, before)));
    manager.apply(all(named(without, "1.1.1.1")));

    manager.apply(all(named(without, null)));

    manager.proxmox.call(ApiCall.post("/nodes/pve-01/lxc/210/status/reboot"));
    manager.proxmox.sleep(Duration.ofMinutes(1));
    assertThat(manager.config("/nodes/pve-01/lxc/210", "nameserver")).isNull();
    assertEmpty(all(named(without, null)));
  }

  @Test
  void aGuestOfSomebodyElseIsNeverTouched(@TempDir Path state) throws Exception {
    var other =
        Manager.cluster()
            .guest(
                Kind.LXC,
                105,
                "pve-01",
                "arch: amd64\nhostname: mail\nmemory: 512\nrootfs: local-lvm:vm-105-disk-0,size=8G\n",
                true)
            .build();
    manager = new Manager(other, state);
    String before = other.with(cluster -> String.valueOf(cluster.guests()));

    applied(all(container(1024, 12)));

    assertThat(manager.plan(all(container(1024, 12))).plan().foreign()).hasSize(1);
    assertThat(manager.config("/nodes/pve-01/lxc/105", "hostname")).isEqualTo("mail");
    assertThat(before).isNotEmpty();
  }

  private static String half(int vmid, String state) {
    return """
    {"type": "lxc", "vmid": %d, "hostname": "half-%d", "template": "%s", "node": "pve-01",
     "memory": 2048, "storage": "local-lvm:1", "state": "%s"}
    """
        .formatted(vmid, vmid, TEMPLATE, state);
  }

  @Test
  void aStartTakesTheRoomThatAStopOfTheSameRunGaveBackThoughStatisticsAreLate(@TempDir Path state)
      throws Exception {
    var small = Manager.cluster().hardware(4, 4L << 30).build();
    manager = new Manager(small, state);
    manager.apply(all(half(210, "running"), half(211, "stopped")));
    manager.proxmox.sleep(Duration.ofSeconds(20));

    RunResult swapped = manager.apply(all(half(210, "stopped"), half(211, "running")));

    assertThat(swapped.succeeded()).as("%s", swapped.steps()).isTrue();
    assertThat(status(210)).isEqualTo("stopped");
    assertThat(status(211)).isEqualTo("running");
  }

  @Test
  void aStartWithoutRoomIsRefusedThoughSomethingStopped(@TempDir Path state) throws Exception {
    var small = Manager.cluster().hardware(4, 4L << 30).build();
    manager = new Manager(small, state);
    manager.apply(all(half(210, "running"), half(211, "stopped")));
    manager.proxmox.sleep(Duration.ofSeconds(20));
    Planned planned = manager.plan(all(half(210, "stopped"), half(211, "running")));
    manager.proxmox.sleep(Duration.ofSeconds(20));
    ApiCall other =
        ApiCall.post("/nodes/pve-01/lxc")
            .with("vmid", 212)
            .with("ostemplate", TEMPLATE)
            .with("rootfs", "local-lvm:1")
            .with("memory", 2048)
            .with("start", true);
    manager.proxmox.call(other);
    manager.proxmox.sleep(Duration.ofSeconds(20));

    RunResult swapped = manager.run(planned);

    assertThat(swapped.succeeded()).isFalse();
    assertThat(status(210)).isEqualTo("stopped");
    assertThat(status(211)).isEqualTo("stopped");
  }

  private static String copy(String more) {
    return """
    {"type": "vm", "vmid": 311, "hostname": "copy-01", "node": "pve-02", "template": 310,
     "storage": "%s" %s}
    """
        .formatted("local-lvm:20,cache=writeback,discard=on", more);
  }

  @Test
  void optionsOfACopiedDiskAreSetInTheSameRunThoughItsVolumeHasNoNameBefore() throws Exception {
    applied(all(vm(2048, "", "")));

    applied(all(vm(2048, "", ""), copy("")));

    assertThat(manager.config("/nodes/pve-02/qemu/311", "scsi0"))
        .contains("vm-311-disk", "cache=writeback", "discard=on");
  }

  @Test
  void anOptionThatWaitsFollowsTheDiskThatIsMovedBesideIt() throws Exception {
    applied(all(vm(2048, "", "")));
    String moved = vm(2048, "", "").replace("local-lvm:20", "local:20,iothread=1");

    RunResult result = manager.apply(all(moved));

    assertThat(result.succeeded()).as("%s", result.steps()).isTrue();
    assertEmpty(all(moved));
    Json.Obj disk =
        manager.proxmox.call(ApiCall.get("/nodes/pve-02/qemu/310/pending")).objects().stream()
            .filter(row -> row.text("key", "").equals("scsi0"))
            .findFirst()
            .orElseThrow();
    assertThat(disk.text("value")).startsWith("local:310/").contains(".qcow2");
    assertThat(disk.text("pending")).startsWith("local:310/").contains("iothread=1");
  }

  @Test
  void aGuestJoinsTheHaRulesThatItsManifestNamesAndLeavesThemWhenItGoes() throws Exception {
    applied(all(container(1024, 12), half(211, "running")));
    manager.proxmox.call(ApiCall.post("/cluster/ha/resources").with("sid", "ct:211"));
    manager.proxmox.call(
        ApiCall.post("/cluster/ha/rules")
            .with("rule", "apart")
            .with("type", "resource-affinity")
            .with("affinity", "negative")
            .with("resources", "ct:211"));
    String joined =
        container(1024, 12)
            .replace(
                "\"state\"", "\"ha\": {\"state\": \"started\", \"rules\": [\"apart\"]}, \"state\"");

    applied(all(joined, half(211, "running")));
    assertThat(resources("apart")).isEqualTo("ct:210,ct:211");

    applied(all(container(1024, 12).replace("running", "absent"), half(211, "running")));
    assertThat(resources("apart")).isEqualTo("ct:211");
  }

  private @Nullable String resources(String rule) {
    return manager
        .proxmox
        .call(ApiCall.get("/cluster/ha/rules/" + rule))
        .asObject()
        .text("resources");
  }

  /** Somebody else does something, and it is done within the second. */
  private void meanwhile(ApiCall call) {
    manager.proxmox.cluster().await(String.valueOf(manager.proxmox.call(call).asText()));
  }

  private @Nullable String listed(int vmid) {
    return manager.proxmox.call(ApiCall.get("/cluster/resources")).objects().stream()
        .filter(row -> row.integer("vmid", 0) == vmid)
        .findFirst()
        .map(row -> row.text("status"))
        .orElse(null);
  }

  @Test
  void aGuestThatWasStoppedJustNowIsStartedThoughItIsStillListedAsRunning() throws Exception {
    applied(all(half(210, "running"), half(211, "running")));
    manager.proxmox.sleep(Duration.ofSeconds(20));

    meanwhile(ApiCall.post("/nodes/pve-01/lxc/211/status/stop"));

    assertThat(listed(211)).isEqualTo("running");
    assertThat(stepIds(all(half(210, "running"), half(211, "running"))))
        .containsExactly("211/start");
    applied(all(half(210, "running"), half(211, "running")));
    assertThat(status(211)).isEqualTo("running");
  }

  @Test
  void aGuestThatWasStartedJustNowIsStoppedThoughItIsStillListedAsStopped() throws Exception {
    applied(all(half(210, "stopped")));
    manager.proxmox.sleep(Duration.ofSeconds(20));

    meanwhile(ApiCall.post("/nodes/pve-01/lxc/210/status/start"));

    assertThat(listed(210)).isEqualTo("stopped");
    assertThat(stepIds(all(half(210, "stopped")))).containsExactly("210/shutdown");
  }

  @Test
  void anotherGuestUnderTheSameIdIsNotTakenForTheOneBefore() throws Exception {
    applied(all(half(210, "running")));
    manager.proxmox.sleep(Duration.ofSeconds(20));
    manager.proxmox.cluster().change(cluster -> cluster.tasks().pace(0.01));

    meanwhile(ApiCall.post("/nodes/pve-01/lxc/210/status/stop"));
    meanwhile(ApiCall.delete("/nodes/pve-01/lxc/210"));
    meanwhile(
        ApiCall.post("/nodes/pve-01/lxc")
            .with("vmid", 210)
            .with("hostname", "half-210")
            .with("ostemplate", TEMPLATE)
            .with("rootfs", "local-lvm:1")
            .with("memory", 2048));

    assertThat(listed(210)).isEqualTo("running");
    assertThat(stepIds(all(half(210, "running")))).contains("210/start");
  }

  private @Nullable String status(int vmid) {
    return manager
        .proxmox
        .call(ApiCall.get("/nodes/pve-01/lxc/" + vmid + "/status/current"))
        .asObject()
        .text("status");
  }

  @Test
  void aPersonCanRollBackToTheSnapshotThatPreceded() throws Exception {
    applied(all(container(1024, 12)));
    applied(all(container(2048, 12)));

    Planned rollback =
        manager.pipeline.planDirectly(
            Manager.read(all(container(2048, 12))),
            new TreeSet<>(List.of(210)),
            (inventory, desired) -> {
              ObservedGuest guest = inventory.guest(210);
              if (guest == null) {
                throw new AssertionError("210 is not there");
              }
              return new SingleAction.Rollback("pre_automation_backup").plan(guest, inventory);
            },
            new Pipeline.Words(
                List.of(), List.of(), new java.util.TreeMap<>(), new TreeSet<>(List.of(210))));
    RunResult result = manager.run(rollback);

    assertThat(result.succeeded()).as("%s", result.steps()).isTrue();
    assertThat(manager.config("/nodes/pve-01/lxc/210", "memory")).isEqualTo("1024");
  }
}
