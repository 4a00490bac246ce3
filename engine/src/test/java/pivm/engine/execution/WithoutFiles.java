package pivm.engine.execution;

import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;

/** A way to Proxmox that carries no files, as the commands of a node are. */
record WithoutFiles(Proxmox proxmox) implements Proxmox {

  @Override
  public Answer answer(ApiCall call) {
    return proxmox.answer(call);
  }

  @Override
  public void close() {
    proxmox.close();
  }
}
