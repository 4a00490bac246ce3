package pivm.engine.plan;

import pivm.engine.rails.RailPolicy;

/**
 * What a plan depends on beside manifests and cluster.
 *
 * @param windowOpen whether the maintenance window is open now
 * @param shutdownTimeoutSeconds how long a guest may take to end before a shutdown has failed
 */
public record PlanOptions(RailPolicy policy, boolean windowOpen, int shutdownTimeoutSeconds) {

  public static PlanOptions defaults() {
    return new PlanOptions(RailPolicy.defaults(), false, 180);
  }
}
