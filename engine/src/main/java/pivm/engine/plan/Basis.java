package pivm.engine.plan;

/**
 * What a plan rests on for one guest; when it has moved, the plan is stale.
 *
 * @param meaning hash of the guest's config and pending changes without what snapshots and locks
 *     add; {@code absent} for a guest that is not there
 * @param node where it was
 * @param power what it did
 */
public record Basis(int vmid, String meaning, String node, String power) {
  public static final String ABSENT = "absent";
}
