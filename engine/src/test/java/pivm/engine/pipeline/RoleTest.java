package pivm.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.execution.RunResult;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Verdict;
import pivm.engine.setup.PivmRole;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.ApiCall;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;

/** The role that set-up makes, before a cluster that checks every call's privileges. */
class RoleTest {
  private static final String USER = "pivm@pve";
  private static final String VM =
      """
      name: db
      memory: 512
      net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
      scsi0: local-lvm:vm-310-disk-0,size=8G
      """;

  private static final String CHANGED =
      """
      [{"type": "vm", "vmid": 310, "hostname": "db", "memory": 1024, "cores": 2,
        "template": "local:iso/EXISTING", "storage": "local-lvm:9", "node": "pve-02",
        "node_policy": "pin", "state": "running", "net0": "virtio,bridge=vmbr0,tag=4",
        "options": {"description": "x", "ide2": "none,media=cdrom", "ciuser": "ops"}},
       {"type": "lxc", "vmid": 210, "hostname": "web", "memory": 512, "storage": "local-lvm:4",
        "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
        "net0": "name=eth0,bridge=vmbr0,ip=dhcp", "state": "running"}]
      """;

  private static final String GONE =
      """
      [{"type": "vm", "vmid": 310, "hostname": "db", "template": "local:iso/EXISTING",
        "state": "absent"},
       {"type": "lxc", "vmid": 210, "hostname": "web", "state": "absent",
        "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"}]
      """;

  @TempDir private Path folder;

  private Manager with(List<String> privileges) {
    SimulatedCluster cluster =
        Manager.cluster()
            .user(USER, "secret")
            .token(USER + "!ci", "secret")
            .guest(Kind.QEMU, 310, "pve-01", VM, false)
            .build();
    var root = new SimulatedProxmox(cluster, Manager.TOKEN);
    root.call(
        ApiCall.post("/access/roles")
            .with("roleid", PivmRole.NAME)
            .with("privs", String.join(",", privileges)));
    root.call(
        ApiCall.put("/access/acl")
            .with("path", "/")
            .with("users", USER)
            .with("roles", PivmRole.NAME));
    return new Manager(cluster, folder, proxmox -> proxmox, USER + "!ci=secret");
  }

  @Test
  void itSufficesForAGuestsWholeLife() throws Exception {
    Manager manager = with(PivmRole.PRIVILEGES);

    RunResult changed = manager.apply(CHANGED);
    RunResult gone = manager.apply(GONE);

    assertThat(changed.steps()).isNotEmpty().allMatch(step -> step.done());
    assertThat(gone.steps()).isNotEmpty().allMatch(step -> step.done());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Datastore.AllocateSpace",
        "SDN.Use",
        "Sys.Audit",
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.CDROM",
        "VM.Config.CPU",
        "VM.Config.Disk",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.Migrate",
        "VM.PowerMgmt",
        "VM.Snapshot"
      })
  void whatItLacksIsToldBeforeTheClusterRefusesIt(String privilege) throws Exception {
    var fewer = new ArrayList<>(PivmRole.PRIVILEGES);
    assertThat(fewer.remove(privilege)).isTrue();

    Planned planned = with(fewer).plan(CHANGED);

    assertThat(planned.reviewed().verdicts())
        .filteredOn(verdict -> verdict.isBlocked() && verdict.rail() == Rail.RIGHTS)
        .extracting(Verdict::message)
        .anyMatch(message -> message.contains("missing " + privilege));
  }
}
