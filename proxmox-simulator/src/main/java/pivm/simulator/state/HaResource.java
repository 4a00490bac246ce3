package pivm.simulator.state;

import java.util.Map;
import java.util.TreeMap;

/** A guest under the HA manager. */
public final class HaResource {
  private final String sid;
  private final Map<String, String> options = new TreeMap<>();
  private String crmState = "queued";

  public HaResource(String sid) {
    this.sid = sid;
  }

  /** {@code vm:100} or {@code ct:200}. */
  public String sid() {
    return sid;
  }

  /** {@code state}, {@code max_restart}, {@code comment}, … as set. */
  public Map<String, String> options() {
    return options;
  }

  public String requestedState() {
    return options.getOrDefault("state", "started");
  }

  /** What the cluster resource manager says: {@code queued}, {@code started}, … */
  public String crmState() {
    return crmState;
  }

  public void crmState(String state) {
    crmState = state;
  }
}
