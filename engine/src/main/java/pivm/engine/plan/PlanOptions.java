package pivm.engine.plan;

import pivm.engine.rails.RailPolicy;

/**
 * What a plan depends on beside manifests and cluster.
 *
 * @param windowOpen whether the maintenance window is open now
 * @param shutdownTimeoutSeconds how long a guest may take to end before a shutdown has failed
 * @param incoming what other kinds of the same plan bring
 */
public record PlanOptions(
    RailPolicy policy, boolean windowOpen, int shutdownTimeoutSeconds, Incoming incoming) {

  public PlanOptions(RailPolicy policy, boolean windowOpen, int shutdownTimeoutSeconds) {
    this(policy, windowOpen, shutdownTimeoutSeconds, Incoming.NOTHING);
  }

  PlanOptions with(Incoming others) {
    return new PlanOptions(policy, windowOpen, shutdownTimeoutSeconds, others);
  }

  public static PlanOptions defaults() {
    return new PlanOptions(RailPolicy.defaults(), false, 180);
  }
}
