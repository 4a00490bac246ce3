package pivm.proxmox.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.proxmox.GuestType;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;
import pivm.proxmox.schema.ValueKind;

class GuestConfigFileTest {
  private static final String VM =
      """
      #%C3%BCn%C3%AFcode%3A 50%25
      #
      #* last
      boot: order=scsi0;net0
      cipassword: $5$canary
      cores: 2
      memory: 512
      name: web
      net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
      onboot: 1
      parent: s1
      scsi0: local:100/vm-100-disk-0.qcow2,size=8G

      [PENDING]
      #
      cores: 4
      delete: onboot,!vga

      [special:cloudinit]
      added: ciuser
      name: old

      [s1]
      #before
      memory: 256
      snaptime: 1795490291
      """;

  private static final String CONTAINER =
      """
      #two
      #lines
      arch: amd64
      hostname: ct
      rootfs: local:201/vm-201-disk-0.raw,size=4G
      lxc.environment.runtime: A=b
      lxc.environment.runtime: C=d
      lxc.apparmor.profile: unconfined
      lxc.cap.drop:\s

      [pve:pending]
      tty: 1

      [s1]
      hostname: old
      snaptime: 1795490291
      """;

  private static GuestConfigFile read(GuestType type, String text) {
    return GuestConfigFile.read(type, text.getBytes(StandardCharsets.UTF_8));
  }

  private static String written(GuestConfigFile file) {
    return new String(file.write(), StandardCharsets.UTF_8);
  }

  @Test
  void aVmIsWrittenBackToTheLetter() {
    assertThat(written(read(GuestType.QEMU, VM))).isEqualTo(VM);
  }

  @Test
  void aContainerIsWrittenBackToTheLetter() {
    assertThat(written(read(GuestType.LXC, CONTAINER))).isEqualTo(CONTAINER);
  }

  @Test
  void theConfigIsWhatTheApiShows() {
    GuestConfig config = read(GuestType.QEMU, VM).config();
    assertThat(config.values())
        .containsEntry("description", "ünïcode: 50%\n\n* last")
        .containsEntry("cipassword", "**********")
        .containsEntry("cores", "2")
        .doesNotContainKey("snaptime");
    assertThat(config.pending())
        .containsEntry("cores", new GuestConfig.Pending("4"))
        .containsEntry("onboot", new GuestConfig.Pending(null))
        .doesNotContainKey("vga");
    assertThat(config.next("description")).isEmpty();
    assertThat(config.digest()).hasSize(40);
    GuestConfig container = read(GuestType.LXC, CONTAINER).config();
    assertThat(container.values())
        .containsEntry("description", "two\nlines\n")
        .containsEntry("env", "A=b\0C=d")
        .containsEntry("lxc", "lxc.apparmor.profile: unconfined\nlxc.cap.drop: \n");
  }

  @Test
  void theDigestIsTheFilesSha1() {
    assertThat(read(GuestType.QEMU, "name: a\n").digest())
        .isEqualTo("52727e27895c147e0e1a1e961e63f59d3cc7fdb5");
  }

  @Test
  void oldAndHandWrittenFormsAreRead() {
    GuestConfig config =
        read(
                GuestType.QEMU,
                """
                cdrom: local:iso/a.iso,media=cdrom
                onboot: yes
                description: a%20b
                [unknown:x]
                name: no
                """)
            .config();
    assertThat(config.values())
        .containsEntry("ide2", "local:iso/a.iso,media=cdrom")
        .containsEntry("onboot", "1")
        .containsEntry("description", "a b")
        .doesNotContainKey("name");
  }

  @Test
  void whateverTheSchemaAllowsSurvivesTheFile() {
    long seed = Long.getLong("pivm.seed", System.nanoTime());
    var values = new SchemaValues(new Random(seed));
    for (int round = 0; round < 50; round++) {
      for (GuestType type : GuestType.values()) {
        var config = new TreeMap<String, String>();
        for (GuestKey key : GuestKeys.of(type).all()) {
          boolean elsewhere = key.kind() == ValueKind.PROSE || key.pattern().equals("env");
          if (!elsewhere) {
            config.put(
                key.numbered() ? key.base() + key.firstIndex() : key.pattern(),
                values.valueOf(key));
          }
        }
        var text = new StringBuilder();
        config.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
        GuestConfigFile file = read(type, text.toString());
        assertThat(written(file)).as("seed %d", seed).isEqualTo(text.toString());
        assertThat(file.current().values()).as("seed %d", seed).isEqualTo(config);
      }
    }
  }
}
