package pivm.engine.history;

import pivm.engine.plan.HostOperation;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Work;
import pivm.proxmox.json.Json;

/** Work as data: what is written can be read back. */
final class WorkForm {

  private WorkForm() {}

  /** The word for what is done. */
  static String word(Work work) {
    return switch (work) {
      case ImageOperation image -> ImageForm.word(image);
      case NetworkOperation.Stage _ -> "stage-network";
      case NetworkOperation.Apply _ -> "apply-network";
      case NetworkOperation.Write _ -> "write-network";
      case HostOperation.Reboot _ -> "reboot-node";
      case PatchOperation.Upgrade _ -> "upgrade-container";
    };
  }

  static Json.Obj write(Work work) {
    Json.Builder form = Json.object().put("do", word(work));
    return switch (work) {
      case ImageOperation image -> ImageForm.write(image);
      case NetworkOperation network -> NetworkForm.write(form, network);
      case HostOperation.Reboot reboot -> form.put("on", reboot.node()).build();
      case PatchOperation.Upgrade upgrade -> form.put("vmid", upgrade.vmid()).build();
    };
  }

  static Work read(Json.Obj form) {
    return switch (form.text("do", "")) {
      case "stage-network", "apply-network", "write-network" -> NetworkForm.read(form);
      case "reboot-node" -> new HostOperation.Reboot(form.text("on", ""));
      case "upgrade-container" -> new PatchOperation.Upgrade((int) form.integer("vmid", 0));
      default -> ImageForm.read(form);
    };
  }
}
