package pivm.engine.history;

import java.util.ArrayList;
import java.util.List;
import pivm.engine.plan.HostOperation;
import pivm.proxmox.json.Json;

/** Work on nodes as data. */
final class HostForm {

  private HostForm() {}

  static Json.Obj write(HostOperation host, Json.Builder form) {
    return switch (host) {
      case HostOperation.Archive archive -> form.put("ahead", texts(archive.ahead())).build();
      case HostOperation.Upgrade upgrade ->
          form.put("securityOnly", upgrade.securityOnly())
              .put("hold", texts(upgrade.hold()))
              .put("minFreeMib", upgrade.minFreeMib())
              .put("timeout", upgrade.timeout())
              .build();
      case HostOperation.Drain drain ->
          form.put("mode", drain.mode())
              .put("always", drain.always())
              .putIfPresent("agreed", drain.agreed())
              .put("timeout", drain.timeout())
              .build();
      case HostOperation.Reboot reboot ->
          form.put("always", reboot.always())
              .putIfPresent("agreed", reboot.agreed())
              .put("healthChecks", texts(reboot.healthChecks()))
              .put("timeout", reboot.timeout())
              .build();
      case HostOperation.Undrain undrain ->
          form.put("mode", undrain.mode())
              .put("healthChecks", texts(undrain.healthChecks()))
              .put("timeout", undrain.timeout())
              .build();
    };
  }

  static HostOperation read(Json.Obj form) {
    String node = form.text("on", "");
    int timeout = (int) form.integer("timeout", 60);
    return switch (form.text("do", "")) {
      case "archive-node" -> new HostOperation.Archive(node, texts(form, "ahead"));
      case "upgrade-node" ->
          new HostOperation.Upgrade(
              node,
              form.flag("securityOnly"),
              texts(form, "hold"),
              (int) form.integer("minFreeMib", 0),
              timeout);
      case "drain-node" ->
          new HostOperation.Drain(
              node, form.text("mode", ""), form.flag("always"), form.text("agreed"), timeout);
      case "reboot-node" ->
          new HostOperation.Reboot(
              node, form.flag("always"), form.text("agreed"), texts(form, "healthChecks"), timeout);
      default ->
          new HostOperation.Undrain(
              node, form.text("mode", ""), texts(form, "healthChecks"), timeout);
    };
  }

  private static Json texts(List<String> list) {
    return Json.array(list.stream().map(Json::of).toList());
  }

  private static List<String> texts(Json.Obj form, String name) {
    List<String> list = new ArrayList<>();
    for (Json one : form.list(name)) {
      String text = one.asText();
      if (text != null) {
        list.add(text);
      }
    }
    return list;
  }
}
