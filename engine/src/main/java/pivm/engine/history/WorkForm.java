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
      case NetworkOperation.Restage _ -> "restage-network";
      case NetworkOperation.Apply _ -> "apply-network";
      case NetworkOperation.Write _ -> "write-network";
      case HostOperation.Archive _ -> "archive-node";
      case HostOperation.Upgrade _ -> "upgrade-node";
      case HostOperation.Drain _ -> "drain-node";
      case HostOperation.Reboot _ -> "reboot-node";
      case HostOperation.Undrain _ -> "undrain-node";
      case PatchOperation.Upgrade _ -> "upgrade-container";
      case PatchOperation.RebootIfRequired _ -> "reboot-upgraded-container";
    };
  }

  static Json.Obj write(Work work) {
    Json.Builder form = Json.object().put("do", word(work));
    return switch (work) {
      case ImageOperation image -> ImageForm.write(image);
      case NetworkOperation network -> NetworkForm.write(form, network);
      case HostOperation host -> HostForm.write(host, form.put("on", host.node()));
      case PatchOperation.Upgrade upgrade ->
          terms(
              form.put("vmid", upgrade.vmid())
                  .put("manager", upgrade.manager())
                  .put("starts", upgrade.starts()),
              upgrade.terms());
      case PatchOperation.RebootIfRequired reboot ->
          terms(form.put("vmid", reboot.vmid()), reboot.terms());
    };
  }

  static Work read(Json.Obj form) {
    return switch (form.text("do", "")) {
      case "stage-network", "restage-network", "apply-network", "write-network" ->
          NetworkForm.read(form);
      case "archive-node", "upgrade-node", "drain-node", "reboot-node", "undrain-node" ->
          HostForm.read(form);
      case "upgrade-container" ->
          new PatchOperation.Upgrade(
              (int) form.integer("vmid", 0),
              form.text("manager", ""),
              form.flag("starts"),
              terms(form));
      case "reboot-upgraded-container" ->
          new PatchOperation.RebootIfRequired((int) form.integer("vmid", 0), terms(form));
      default -> ImageForm.read(form);
    };
  }

  private static Json.Obj terms(Json.Builder form, PatchOperation.Terms terms) {
    return form.putIfPresent("healthCheck", terms.healthCheck())
        .put("rollback", terms.rollback())
        .put("unprotected", terms.unprotected())
        .put("lockWait", terms.lockWait())
        .put("timeout", terms.timeout())
        .build();
  }

  private static PatchOperation.Terms terms(Json.Obj form) {
    return new PatchOperation.Terms(
        form.text("healthCheck"),
        form.flag("rollback"),
        form.flag("unprotected"),
        (int) form.integer("lockWait", 0),
        (int) form.integer("timeout", 0));
  }
}
