package pivm.simulator.api;

import java.util.List;
import java.util.stream.Stream;
import pivm.simulator.json.Doc;

/** What a node's QEMU can do. */
final class CapabilitiesApi {
  private CapabilitiesApi() {}

  static void register(Router router) {
    router.get("/nodes/{node}/capabilities/qemu/cpu", c -> cpus());
    router.get("/nodes/{node}/capabilities/qemu/machines", c -> machines());
  }

  private static List<Doc> cpus() {
    return Stream.of("host", "kvm64", "qemu64", "EPYC-Milan", "Skylake-Server", "Haswell")
        .map(name -> new Doc().put("name", name).put("custom", 0).put("vendor", vendor(name)))
        .toList();
  }

  private static String vendor(String name) {
    return name.startsWith("EPYC") ? "AuthenticAMD" : "GenuineIntel";
  }

  private static List<Doc> machines() {
    return Stream.of("i440fx", "q35")
        .map(type ->
            new Doc().put("id", "pc-" + type + "-10.0").put("type", type).put("version", "10.0"))
        .toList();
  }
}
