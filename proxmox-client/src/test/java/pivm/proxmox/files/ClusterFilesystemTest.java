package pivm.proxmox.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.GuestType;

class ClusterFilesystemTest {
  @TempDir private Path root;

  @BeforeEach
  void aSmallCluster() throws IOException {
    write("nodes/a/qemu-server/100.conf", "name: web\nmemory: 512\n");
    write("nodes/a/qemu-server/notes.txt", "x");
    write("nodes/b/lxc/201.conf", "hostname: db\n");
    write("nodes/b/qemu-server/.keep", "");
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(root.resolve(name).resolveSibling("."));
    Files.writeString(file, text);
  }

  @Test
  void everyGuestOfEveryNodeIsRead() {
    var files = new ClusterFilesystem(root);
    assertThat(files.nodes()).containsExactly("a", "b");
    assertThat(files.guests())
        .extracting(guest -> guest.file().vmid() + " " + guest.config().config().name())
        .containsExactlyInAnyOrder("100 web", "201 db");
    assertThat(files.guestFile(201))
        .isNotNull()
        .extracting(ClusterFilesystem.GuestFile::type)
        .isEqualTo(GuestType.LXC);
    assertThat(files.guestFile(999)).isNull();
  }

  @Test
  void whatIsNotThereIsUnknown() {
    var files = new ClusterFilesystem(root);
    assertThat(files.status().isEmpty()).isTrue();
    assertThat(files.status().guest(100)).isNull();
    assertThat(files.members().members()).isEmpty();
    assertThat(files.sections("storage.cfg")).isEmpty();
    assertThat(files.users().pools()).isEmpty();
    assertThat(new ClusterFilesystem(root.resolve("nosuch")).guests()).isEmpty();
  }

  @Test
  void statusLinesAreRead() throws IOException {
    write(
        ".rrd",
        """
        pve-storage-9.0/a/btr:1795558746:12884901888:60252160
        pve-node-9.0/a:3752::1795558746:10.44:2:0.5:0:25276502016:3089412096:0:0:1:1:0:0:1:77
        pve-vm-9.0/100:9:web:running:0:1795558746:1:0.25:268435456:1024:1073741824:0:U:U
        pve2-vm/201:0:db:stopped:1:1795558746:2:U:134217728:U:1073741824
        """);
    StatusFile status = new ClusterFilesystem(root).status();
    assertThat(status.node("a"))
        .isEqualTo(
            new StatusFile.NodeStatus(3752L, 10.44, 2L, 0.5, 25276502016L, 3089412096L, 77L));
    assertThat(status.guest(100))
        .isEqualTo(
            new StatusFile.GuestStatus(
                9L, "web", "running", false, 1.0, 0.25, 268435456L, 1024L, 1073741824L));
    assertThat(status.guest(201))
        .isNotNull()
        .satisfies(guest -> assertThat(guest.memoryUsed()).isNull())
        .satisfies(guest -> assertThat(guest.template()).isTrue());
    assertThat(status.storage("a", "btr"))
        .isEqualTo(new StatusFile.StorageStatus(12884901888L, 60252160L));
  }

  @Test
  void sectionsUsersAndListsAreRead() throws IOException {
    write(
        "storage.cfg",
        "dir: local\n\tpath /var/lib/vz\n\tdisable\n\nnfs: nas\n\tserver 10.0.0.1\n");
    write("datacenter.cfg", "keyboard: de\nha: shutdown_policy=migrate\n");
    write(".vmlist", "{\"version\":1,\"ids\":{\"100\":{\"node\":\"a\",\"type\":\"qemu\"}}}");
    write(".members", "{\"nodename\":\"a\",\"version\":0}");
    write(
        "user.cfg",
        """
        user:root@pam:1:0::::::
        pool:prod:two%3A words:100,201:local:
        role:R1:VM.Audit,VM.Clone:
        acl:1:/vms:@admins,ci@pve:PVEVMAdmin:
        """);
    var files = new ClusterFilesystem(root);
    assertThat(files.sections("storage.cfg")).hasSize(2);
    assertThat(files.sections("storage.cfg").getFirst().flag("disable")).isTrue();
    assertThat(files.sections("storage.cfg").get(1).value("server")).isEqualTo("10.0.0.1");
    assertThat(files.datacenter()).containsEntry("ha", "shutdown_policy=migrate");
    assertThat(files.vmlist().has("100")).isTrue();
    assertThat(files.members().text("nodename")).isEqualTo("a");
    assertThat(files.users().pools().get("prod"))
        .isNotNull()
        .satisfies(pool -> assertThat(pool.vmids()).containsExactly(100, 201))
        .satisfies(pool -> assertThat(pool.comment()).isEqualTo("two: words"));
    assertThat(files.users().roles().get("R1")).containsExactly("VM.Audit", "VM.Clone");
    assertThat(files.users().acls())
        .singleElement()
        .satisfies(acl -> assertThat(acl.subjects()).containsExactly("@admins", "ci@pve"));
  }
}
