package pivm.proxmox.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;

class TablesTest {

  @Test
  void theTablesSayWhatTheRecordedSchemaSays() {
    var records = SharedFacts.folder();
    assumeTrue(records.isPresent(), "no shared/pve beside a folder above: nothing to compare with");
    TableTool.tables(records.orElseThrow())
        .forEach((name, content) -> assertThat(resource(name)).as(name).isEqualTo(content));
  }

  private static String resource(String name) {
    try (var stream = TablesTest.class.getResourceAsStream(name)) {
      return new String(
          Optional.ofNullable(stream).orElseThrow().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Test
  void numberedKeysAreFoundWithinTheirBounds() {
    GuestKeys vm = GuestKeys.of(GuestType.QEMU);
    assertThat(vm.find("net0")).isNotNull().extracting(GuestKey::pattern).isEqualTo("net[n]");
    assertThat(vm.find("net31")).isNotNull();
    assertThat(vm.find("net32")).isNull();
    assertThat(vm.find("net01")).isNull();
    assertThat(vm.find("net")).isNull();
    assertThat(vm.find("net[n]")).isNull();
    assertThat(vm.find("efidisk0")).isNotNull();
    assertThat(vm.find("efidisk1")).isNull();
    assertThat(vm.find("numa")).isNotNull().extracting(GuestKey::kind).isEqualTo(ValueKind.BOOLEAN);
    assertThat(vm.find("numa0"))
        .isNotNull()
        .extracting(GuestKey::kind)
        .isEqualTo(ValueKind.PROPERTY_STRING);
    assertThat(vm.find("rootfs")).isNull();
    assertThat(GuestKeys.of(GuestType.LXC).find("mp255")).isNotNull();
  }

  @Test
  void everyKeyOfBothKindsIsRead() {
    assertThat(GuestKeys.of(GuestType.QEMU).all()).hasSize(88);
    assertThat(GuestKeys.of(GuestType.LXC).all()).hasSize(32);
  }

  @Test
  void aLegalCallHasNoProblems() {
    ApiCall create =
        ApiCall.post("/nodes/pve-01/lxc")
            .with("vmid", 210)
            .with("ostemplate", "local:vztmpl/debian.tar.zst")
            .with("net0", "name=eth0,bridge=vmbr0")
            .with("unprivileged", true);
    assertThat(ApiTable.problems(create)).isEmpty();
    assertThat(ApiTable.problems(ApiCall.get("/nodes/pve-01/qemu/100/pending"))).isEmpty();
    assertThat(
            ApiTable.problems(
                ApiCall.delete("/nodes/pve-01/storage/local/content/local:iso/a.iso")))
        .isEmpty();
  }

  @Test
  void anIllegalCallIsToldInSentences() {
    assertThat(ApiTable.problems(ApiCall.get("/nosuch")))
        .containsExactly("there is no GET /nosuch");
    assertThat(
            ApiTable.problems(
                ApiCall.put("/nodes/pve-01/qemu/100/config")
                    .with("onboot", "yes")
                    .with("nosuch", "1")
                    .with("force", "1")))
        .containsExactlyInAnyOrder(
            "onboot: expected 0 or 1, got 'yes'",
            "nosuch: is no parameter of PUT /nodes/{node}/qemu/{vmid}/config",
            "force: needs delete as well");
    assertThat(ApiTable.problems(ApiCall.post("/nodes/pve-01/qemu/100/clone").with("newid", 7)))
        .containsExactly("newid: 7 is below the smallest value 100");
    assertThat(ApiTable.problems(ApiCall.post("/nodes/pve-01/qemu/100/clone")))
        .containsExactly("newid: is missing and it is not optional");
  }
}
