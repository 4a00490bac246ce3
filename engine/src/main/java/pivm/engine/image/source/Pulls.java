package pivm.engine.image.source;

import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.ApiCall;

/** Container templates that only nodes can have: of Proxmox's own list, and from registries. */
final class Pulls {
  private final ByNode nodes;

  Pulls(ByNode nodes) {
    this.nodes = nodes;
  }

  WorkEnd template(ImageOperation.Template template, String node, WorkContext context) {
    ApiCall call =
        ApiCall.post("/nodes/" + node + "/aplinfo")
            .with("storage", template.storage())
            .with("template", template.filename());
    return nodes.fetch(template, call, node, context);
  }

  /** Proxmox puts the ending behind the name that it is given. */
  WorkEnd pull(ImageOperation.Pull pull, String node, WorkContext context) {
    ApiCall call =
        ApiCall.post("/nodes/" + node + "/storage/" + pull.storage() + "/oci-registry-pull")
            .with("reference", pull.origin().address())
            .with("filename", pull.filename().replaceFirst("\\.tar$", ""));
    return nodes.fetch(pull, call, node, context);
  }
}
