package pivm.engine.execution;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** What goes wrong on the toy cluster. */
interface ToyFaults {

  /** How a task will go. */
  record Fate(double slowness, @Nullable String failure, boolean cutOff) {
    static final Fate GOOD = new Fate(1, null, false);
  }

  /** A call is on its way; nothing of the cluster is held. */
  default void arriving() {}

  /** Before a call arrives; may throw, and then it has no effect. */
  default void before(ToyCluster cluster, ApiCall call) {}

  /** After a call has taken effect; may throw, and then the answer is lost. */
  default void after(ToyCluster cluster, ApiCall call) {}

  default Fate fate(String taskType, String id) {
    return Fate.GOOD;
  }

  ToyFaults NONE = new ToyFaults() {};

  static ProxmoxException lost(ApiCall call) {
    return new ProxmoxException.Unreachable(call, "Connection reset", true, null);
  }

  static Duration taskTime(String type) {
    return Duration.ofMillis(
        switch (type) {
          case "qmclone", "vzclone", "vzcreate", "qmcreate", "vzdump" -> 8000;
          case "qmigrate", "vzmigrate" -> 6000;
          case "qmshutdown", "vzshutdown", "qmreboot", "vzreboot" -> 4000;
          default -> 1200;
        });
  }
}
