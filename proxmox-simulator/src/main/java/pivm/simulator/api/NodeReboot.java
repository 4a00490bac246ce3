package pivm.simulator.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.simulator.state.Guest;

/** {@code POST /nodes/N/status}: the node ends, its guests with it, and starts again. */
final class NodeReboot {
  private static final Duration AWAY = Duration.ofSeconds(60);
  private static final Duration SHUTDOWN = Duration.ofSeconds(10);

  private NodeReboot() {}

  static @Nullable Void command(Call call) {
    var cluster = call.cluster();
    var node = cluster.node(call.node());
    boolean again = call.need("command").equals("reboot");
    cluster
        .time()
        .after(
            SHUTDOWN,
            () -> {
              List<Guest> onboot = new ArrayList<>();
              for (Guest guest : cluster.guests()) {
                if (guest.node().equals(node.name()) && guest.isRunning()) {
                  guest.stopped();
                  if (guest.config().flag("onboot")) {
                    onboot.add(guest);
                  }
                }
              }
              node.online(false);
              cluster.changed();
              if (again) {
                cluster
                    .time()
                    .after(
                        AWAY,
                        () -> {
                          node.booted(cluster.time().millis());
                          onboot.forEach(cluster::startProcess);
                          cluster.changed();
                        });
              }
            });
    return null;
  }
}
