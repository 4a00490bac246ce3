package pivm.engine.pipeline;

import pivm.engine.inventory.Inventory;
import pivm.engine.plan.KindPlanner;

/** A kind of thing, beside guests, that manifests declare. It holds what is declared of it. */
public interface Kind {

  /** The word for it on the command line: {@code images}. */
  String word();

  /**
   * Reads what it compares. What can't be read is told as unknown by the planner, and never waited
   * for longer than a few seconds.
   *
   * @throws pivm.proxmox.ProxmoxException when the cluster cannot be reached or lets nobody in
   * @throws InterruptedException when the waiting thread is asked to end
   */
  KindPlanner observe(Inventory inventory) throws InterruptedException;
}
