package pivm.engine.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pivm.engine.plan.NetworkOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

class NetworkFormTest {

  static Stream<NetworkOperation> operations() {
    var calls =
        List.of(
            ApiCall.post("/nodes/n/network").with("iface", "vmbr5").with("type", "bridge"),
            ApiCall.put("/nodes/n/network/vmbr0").with("comments", "a\nb").with("delete", "mtu"),
            ApiCall.delete("/nodes/n/network/vmbr9"));
    return Stream.of(
        new NetworkOperation.Stage("n", calls, "0a1b"),
        new NetworkOperation.Stage("n", List.of(), ""),
        new NetworkOperation.Restage("n", "0a1b"),
        new NetworkOperation.Apply("n", 90, false),
        new NetworkOperation.Apply("n", 40, true),
        new NetworkOperation.Write("n", "dns", ApiCall.put("/nodes/n/dns").with("search", "x")));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void everyOperationIsReadBackAsItWas(NetworkOperation operation) {
    String text = JsonText.write(OperationForm.write(operation));
    assertThat(OperationForm.read((Json.Obj) JsonText.read(text))).isEqualTo(operation);
  }

  @Test
  void everyKindOfOperationIsAmongThem() {
    assertThat(operations().map(Object::getClass).distinct())
        .hasSameSizeAs(Arrays.asList(NetworkOperation.class.getPermittedSubclasses()));
  }
}
