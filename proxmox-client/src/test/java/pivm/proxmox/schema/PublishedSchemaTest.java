package pivm.proxmox.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import pivm.proxmox.GuestType;

class PublishedSchemaTest {
  private static byte[] script(String schema) {
    return ("const apiSchema = " + schema + "\n;\n\nExt.onReady(function() { let a = [1]; });\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String kind(String name, String more) {
    return """
    {"path": "/nodes/{node}/%1$s", "children": [{"path": "/nodes/{node}/%1$s/{vmid}", "children": [
      {"path": "/nodes/{node}/%1$s/{vmid}/config", "leaf": 1, "info": {
        "GET": {"parameters": {"properties": {"snapshot": {}}}},
        "PUT": {"parameters": {"additionalProperties": 0, "properties":
          {"node": {}, "vmid": {}, "digest": {}, "memory": {}, "net[n]": {}, %2$s}}}}}]}]}
    """
        .formatted(name, more);
  }

  private static String nodes(String... kinds) {
    return "[{\"path\": \"/cluster\"}, {\"path\": \"/nodes\", \"children\":"
        + " [{\"path\": \"/nodes/{node}\", \"children\": ["
        + String.join(",", kinds)
        + "]}]}]";
  }

  @Test
  void onlyConfigKeysBeyondTheTableAreNewer() {
    String schema = nodes(kind("lxc", "\"flux\": {}"), kind("qemu", "\"qubit[n]\": {}"));
    assertThat(PublishedSchema.newerKeys(script(schema)))
        .hasEntrySatisfying(GuestType.LXC, keys -> assertThat(keys).containsExactly("flux"))
        .hasEntrySatisfying(GuestType.QEMU, keys -> assertThat(keys).containsExactly("qubit[n]"));
  }

  @Test
  void anotherFileIsToldApart() {
    assertThatThrownBy(() -> PublishedSchema.newerKeys("<html>".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no apiSchema");
    assertThatThrownBy(() -> PublishedSchema.newerKeys(script("[{")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no JSON");
    assertThatThrownBy(() -> PublishedSchema.newerKeys(script(nodes(kind("lxc", "\"a\": {}")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("qemu");
  }
}
