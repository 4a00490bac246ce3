package pivm.engine.patching;

import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import pivm.engine.inventory.Inventory;
import pivm.engine.observation.Observer;
import pivm.engine.patching.ContainerPatching.Prepared;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Renewal;
import pivm.engine.plan.Needs;
import pivm.engine.plan.Step;

/**
 * Plans containers anew that another run has worked on while this one waited for a person or for
 * the cluster's lock. What that run has patched is left out, and its snapshot from before stays.
 */
public final class PatchRenewal implements Renewal {
  private final ContainerPatching patching;
  private final Observer observer;
  private final Prepared before;
  private final Planning planning;
  private final Consumer<SortedSet<Integer>> told;

  /** Plans and judges what was prepared, with what people have said about the plan before. */
  @FunctionalInterface
  public interface Planning {
    Planned plan(Prepared prepared, Planned agreed) throws InterruptedException;
  }

  /**
   * @param before what the plan was made from
   * @param told hears which containers another run has worked on
   */
  public PatchRenewal(
      ContainerPatching patching,
      Observer observer,
      Prepared before,
      Planning planning,
      Consumer<SortedSet<Integer>> told) {
    this.patching = patching;
    this.observer = observer;
    this.before = before;
    this.planning = planning;
    this.told = told;
  }

  @Override
  public Planned renew(Planned agreed) throws InterruptedException {
    var planned = new TreeSet<Integer>();
    agreed.plan().steps().stream().filter(Step::onGuest).forEach(step -> planned.add(step.vmid()));
    var needs = new Needs(planned, new TreeSet<>(), new TreeMap<>(), new TreeSet<>());
    Inventory now = observer.details(agreed.inventory(), needs);
    SortedSet<Integer> overtaken =
        ContainerPatching.overtaken(agreed.plan(), agreed.inventory(), now);
    if (overtaken.isEmpty()) {
      return agreed;
    }
    told.accept(overtaken);
    return planning.plan(patching.again(observer, before, planned, overtaken), agreed);
  }
}
