package pivm.simulator.state;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What takes a change of a node's network back unless it is confirmed in time. On a real node that
 * is a script with a timer and files of its own; here what they do is done to the simulated node,
 * in simulated time.
 */
public final class NetworkBack {

  /** What was done last. */
  public enum State {
    NONE,
    ARMED,
    REVERTED,
    CONFIRMED
  }

  private State state = State.NONE;
  private String id = "";
  private String saved = "";
  private @Nullable String previous;
  private long until;
  private int reverts;

  public State state() {
    return state;
  }

  /** Of the change that it was armed for last; empty for none. */
  public String id() {
    return id;
  }

  /** How often a change was taken back. */
  public int reverts() {
    return reverts;
  }

  /** Saves the interfaces and starts the time. */
  public void arm(SimulatedTime time, Node node, int seconds, String change) {
    if (state == State.ARMED) {
      throw ApiError.die("another network change waits here to be confirmed");
    }
    state = State.ARMED;
    id = change;
    saved = node.network().file();
    until = time.seconds() + seconds;
    time.after(
        Duration.ofSeconds(seconds),
        () -> {
          if (id.equals(change)) {
            now(node);
          }
        });
  }

  /** The change stays. */
  public void confirm(String change) {
    if (state != State.ARMED || !id.equals(change)) {
      throw ApiError.die(
          switch (state) {
            case NONE -> "no network change waits to be confirmed";
            case ARMED -> "another network change waits to be confirmed";
            case REVERTED -> "the time is over: the network configuration was put back";
            case CONFIRMED -> "the network change was confirmed already";
          });
    }
    state = State.CONFIRMED;
    previous = saved;
  }

  /** Goes back if a change waits to be confirmed. */
  public void now(Node node) {
    if (state == State.ARMED) {
      state = State.REVERTED;
      reverts++;
      node.network().write(saved);
      node.network().reloadError(null);
      node.reloadNetwork();
    }
  }

  /** Writes the interfaces of before the last confirmed change as pending. */
  public void restage(NodeNetwork network) {
    if (previous == null) {
      throw ApiError.die("no earlier network configuration is kept here");
    }
    if (network.pending() != null) {
      throw ApiError.die("changes wait to be applied here; apply or revert them first");
    }
    network.pending(previous);
  }

  /** Takes that back; leaves anything else that is pending. */
  public void unstage(NodeNetwork network) {
    if (previous != null && previous.equals(network.pending())) {
      network.pending(null);
    }
  }

  /** As NAME=VALUE lines. */
  public String status(SimulatedTime time) {
    String line = "state=" + state.name().toLowerCase(Locale.ROOT) + "\n";
    return switch (state) {
      case NONE -> line;
      case ARMED -> line + "id=" + id + "\nleft=" + Math.max(0, until - time.seconds()) + "\n";
      case REVERTED, CONFIRMED -> line + "id=" + id + "\n";
    };
  }
}
