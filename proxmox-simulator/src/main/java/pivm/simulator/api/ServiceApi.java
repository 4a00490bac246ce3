package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Node;

/**
 * {@code /nodes/{node}/services}: the states that systemd tells, as pve-manager lists them; and the
 * versions of what is installed, as far as kernels go.
 */
final class ServiceApi {
  private static final List<String> RUNNING =
      List.of(
          "cron",
          "lxcfs",
          "pve-cluster",
          "pve-firewall",
          "pve-ha-crm",
          "pve-ha-lrm",
          "pve-lxc-syscalld",
          "pvedaemon",
          "pveproxy",
          "pvescheduler",
          "pvestatd",
          "qmeventd",
          "spiceproxy",
          "systemd-journald",
          "systemd-timesyncd");

  private static final List<String> ABSENT = List.of("chrony", "ksmtuned", "syslog");

  private ServiceApi() {}

  static void register(Router router) {
    router.get("/nodes/{node}/services", ServiceApi::list);
    router.get("/nodes/{node}/services/{service}/state", ServiceApi::state);
    router.get("/nodes/{node}/apt/versions", ServiceApi::versions);
  }

  private static List<Doc> list(Call call) {
    Node node = call.cluster().node(call.node());
    var services = new TreeMap<String, Doc>();
    RUNNING.forEach(name -> services.put(name, service(node, name)));
    ABSENT.forEach(name -> services.put(name, service(node, name)));
    return new ArrayList<>(services.values());
  }

  private static Doc service(Node node, String name) {
    boolean absent = ABSENT.contains(name);
    boolean failed = node.failedServices().contains(name);
    return new Doc()
        .put("service", name)
        .put("name", name)
        .put("desc", name + ".service")
        .put("unit-state", absent ? "not-found" : "enabled")
        .put("active-state", absent ? "inactive" : failed ? "failed" : "active")
        .put("state", absent ? "dead" : failed ? "failed" : "running");
  }

  private static Doc state(Call call) {
    String name = call.need("service");
    if (!RUNNING.contains(name) && !ABSENT.contains(name)) {
      throw ApiError.parameter(
          "service", "value '" + name + "' does not have a value in the enumeration");
    }
    return service(call.cluster().node(call.node()), name);
  }

  private static List<Doc> versions(Call call) {
    List<Doc> packages = new ArrayList<>();
    packages.add(installed("proxmox-ve").put("RunningKernel", Node.RUNNING_KERNEL));
    packages.add(installed("pve-manager").put("ManagerVersion", "9.2.11"));
    call.cluster().node(call.node()).kernels().stream()
        .sorted()
        .forEach(kernel -> packages.add(installed("proxmox-kernel-" + kernel + "-signed")));
    return packages;
  }

  private static Doc installed(String name) {
    return new Doc()
        .put("Package", name)
        .put("Title", name)
        .put("Description", name)
        .put("Arch", "all")
        .put("Section", "admin")
        .put("Priority", "optional")
        .put("Origin", "Proxmox")
        .put("Version", "9.2.0")
        .put("OldVersion", "9.2.0")
        .put("CurrentState", "Installed");
  }
}
