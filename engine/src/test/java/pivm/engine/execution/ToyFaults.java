package pivm.engine.execution;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** What goes wrong on the toy cluster. */
interface ToyFaults {

  /** How a task will go. */
  record Fate(double slowness, @Nullable String failure, boolean cutOff) {
    static final Fate GOOD = new Fate(1, null, false);
    static final Fate CUT_OFF = new Fate(1, null, true);

    static Fate failing(String words) {
      return new Fate(1, words, false);
    }
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

  /** Acts before the first so many writes to a path arrive; throwing keeps their effect away. */
  static ToyFaults onCall(String pathEnd, int times, Consumer<ApiCall> act) {
    int[] left = {times};
    return new ToyFaults() {
      @Override
      public void before(ToyCluster cluster, ApiCall call) {
        if (!call.isRead() && call.path().endsWith(pathEnd) && left[0]-- > 0) {
          act.accept(call);
        }
      }
    };
  }

  /** Acts once after a call to a path has taken effect; throwing loses its answer. */
  static ToyFaults afterCall(String pathEnd, Consumer<ApiCall> act) {
    int[] left = {1};
    return new ToyFaults() {
      @Override
      public void after(ToyCluster cluster, ApiCall call) {
        if (call.path().endsWith(pathEnd) && left[0]-- > 0) {
          act.accept(call);
        }
      }
    };
  }

  /** Gives each task its fate by the id of its guest. */
  static ToyFaults fates(Function<String, Fate> byId) {
    return new ToyFaults() {
      @Override
      public Fate fate(String taskType, String id) {
        return byId.apply(id);
      }
    };
  }

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
