package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.ManifestEditor;
import pivm.engine.observation.Observer;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.json.Json;

/** What the demo shows, in order. */
final class DemoScript {
  private static final int CONTAINER = 210;

  private static final String MANIFEST =
      """
      [
        {
          "type": "lxc", "vmid": 210, "hostname": "proxy-01",
          "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
          "memory": 1024, "swap": 256, "cores": 2, "storage": "local-lvm:12",
          "net0": "name=eth0,bridge=vmbr0,ip=dhcp",
          "state": "running", "options": { "onboot": 1 }
        },
        {
          "type": "vm", "vmid": 310, "hostname": "worker-01",
          "template": "local:import/debian-13-cloud.qcow2",
          "memory": 2048, "cores": 2, "cpu": "host", "storage": "local-lvm:20",
          "net0": "virtio,bridge=vmbr0,firewall=1", "state": "running",
          "cloud_init": { "enable": true, "user": "ops", "ipconfig0": "ip=dhcp" },
          "options": { "onboot": 1, "agent": 1, "tags": "prod;worker" }
        }
      ]
      """;

  private final DemoStage stage;
  private final Path manifest;

  DemoScript(DemoStage stage) {
    this.stage = stage;
    this.manifest = stage.folder().resolve(Manifests.FOLDER).resolve(Manifests.FILE);
  }

  Exit play() throws IOException, InterruptedException {
    begin();
    build();
    drift();
    change();
    destroy();
    stage.tell("That was the main job: declared, planned, judged, applied, verified.");
    return Exit.DONE;
  }

  private void begin() throws IOException {
    stage.tell("A simulated cluster with guests that no manifest knows");
    SafeFile.write(manifest, "[]\n");
    stage.type(Exit.DONE, "guest", "list");
    stage.tell("A container and a VM are declared in compute/guest/proxmox_dsc_state.json");
    SafeFile.write(manifest, MANIFEST);
    stage.show(MANIFEST);
  }

  private void build() {
    stage.tell("What would be done, and what the safety rails say");
    stage.type(Exit.DONE, "plan");
    stage.tell("Done");
    stage.type(Exit.DONE, "apply");
    stage.tell("Planning again finds nothing left to do");
    stage.type(Exit.DONE, "plan");
  }

  private void drift() {
    stage.tell("Somebody changes the container's memory in Proxmox's own page");
    try (Proxmox somebody = stage.somebodyElse()) {
      ObservedGuest guest = Observer.over(somebody).guest(CONTAINER);
      if (guest == null) {
        throw new Failure(Exit.FAILED, "The demo's container " + CONTAINER + " is gone.");
      }
      somebody.call(
          ApiCall.put("/nodes/" + guest.node() + "/lxc/" + CONTAINER + "/config")
              .with("memory", 4096));
    }
    stage.tell("The plan names field, values and disturbance; a snapshot comes first");
    stage.type(Exit.DONE, "plan");
    stage.type(Exit.DONE, "apply");
  }

  private void change() throws IOException {
    stage.tell("One edit of the manifest, and back again by the snapshot");
    SafeFile.write(
        manifest,
        ManifestEditor.set(
            Files.readString(manifest), CONTAINER, List.of("memory"), Json.of(2048)));
    stage.type(Exit.DONE, "apply");
    stage.tell("A rollback destroys what came after the snapshot, so a person has to confirm it");
    String vmid = Integer.toString(CONTAINER);
    stage.type(Exit.UNCONFIRMED, "rollback", vmid);
    stage.type(Exit.DONE, "rollback", vmid, "--confirm", stage.askedFor());
  }

  private void destroy() {
    stage.tell("Destroying shows a pre-flight check, and is asked for as well");
    String vmid = Integer.toString(CONTAINER);
    stage.type(Exit.DONE, "guest", "release", vmid);
    stage.type(Exit.UNCONFIRMED, "guest", "remove", vmid);
    stage.type(Exit.DONE, "guest", "remove", vmid, "--confirm", stage.askedFor());
    stage.type(Exit.DONE, "history");
  }
}
