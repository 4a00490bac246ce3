package pivm.engine.execution;

import pivm.engine.plan.Step;

/**
 * Does one kind of {@link pivm.engine.plan.Work}. What it does must bear being cut off at any
 * point: it marks what it has passed, and {@link #settle} finds out from there. Used by several
 * threads at once.
 */
public interface Worker {

  /**
   * Does the work to its end. It is on record before this is called, and judged by the rails.
   *
   * @throws pivm.proxmox.ProxmoxException when Proxmox refuses, which fails the step, or is out of
   *     reach, which leaves it to be settled
   */
  WorkEnd work(Step step, WorkContext context);

  /**
   * Finds out what became of work that was cut off: from its tasks, its marks, and the object
   * itself. Does nothing twice; may take back what was left half done.
   */
  Settlement settle(CutOff cutOff, WorkContext context);
}
