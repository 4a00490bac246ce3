package pivm.engine.execution;

import java.util.Random;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** All that can go wrong, at random, from a seed; until it is calmed. */
final class RandomFaults implements ToyFaults {
  private final Random dice;
  private final Scenario scenario;
  private final boolean others;
  private boolean calm;
  private int edits;

  /**
   * @param others whether other people and managers move and edit guests too
   */
  RandomFaults(Scenario scenario, long seed, boolean others) {
    this.scenario = scenario;
    this.dice = new Random(seed);
    this.others = others;
  }

  void calm() {
    calm = true;
  }

  private boolean percent(int share) {
    return !calm && dice.nextInt(100) < share;
  }

  @Override
  public void before(ToyCluster cluster, ApiCall call) {
    if (others && percent(2)) {
      cluster.moveByOther(
          scenario.anyManaged(dice), Scenario.NODES.get(dice.nextInt(Scenario.NODES.size())));
    }
    if (others && percent(1)) {
      int vmid = scenario.anyManaged(dice);
      String text = "edit " + ++edits;
      if (cluster.editByOther(vmid, "description", text)) {
        scenario.edits.put(vmid, text);
      }
    }
    if (percent(2)) {
      throw new ProxmoxException.Unreachable(call, "Connection refused", false, null);
    }
    if (!call.isRead() && percent(5)) {
      throw ToyFaults.lost(call);
    }
    if (!call.isRead() && percent(3)) {
      throw new ProxmoxException.Locked(call, "can't lock file 'lock-1.conf' - got timeout");
    }
  }

  @Override
  public void after(ToyCluster cluster, ApiCall call) {
    if (percent(7)) {
      throw ToyFaults.lost(call);
    }
  }

  @Override
  public Fate fate(String taskType, String id) {
    double slowness = percent(10) ? 6 : 1;
    if (percent(3)) {
      return new Fate(slowness, "command failed: exit code 1", false);
    }
    if (percent(4)) {
      return new Fate(slowness, "can't lock file 'lock-1.conf' - got timeout", false);
    }
    return new Fate(slowness, null, percent(3));
  }
}
