package pivm.engine.network;

import java.util.SortedSet;
import pivm.engine.manifest.DesiredNetwork;

/** Bridges that guests would notice a change of. */
public final class TouchedBridges {

  /** Those that would go, or carry less, were the node made as declared. */
  public static SortedSet<String> of(
      String node, DesiredNetwork.OfNode desired, NodeNetwork network) {
    var observed = new ObservedNetwork(network, null, null, null, null, NodeFacts.none());
    return NodePlan.of(node, desired, observed).bridges();
  }

  private TouchedBridges() {}
}
