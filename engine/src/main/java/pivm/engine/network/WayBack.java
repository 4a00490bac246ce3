package pivm.engine.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What takes a network change back on the node itself when nobody confirms it in time: a shell
 * script, a timer and a service that systemd runs at boot and when the time is over. Nothing of
 * PIVM has to run there.
 */
public final class WayBack {
  /** How long a person has, in seconds. */
  public static final int DEFAULT_SECONDS = 90;

  /** A reload takes some of the time. */
  public static final int LEAST_SECONDS = 10;

  /** On a node with active HA services, which is fenced after 60 seconds without quorum. */
  public static final int MOST_WITH_HA = 40;

  private static final String FOLDER = "/var/lib/pivm/network-back";

  private WayBack() {}

  /** The script's text. */
  public static String script() {
    try (InputStream in = WayBack.class.getResourceAsStream("back.sh")) {
      if (in == null) {
        throw new IllegalStateException("the script of the way back is not packed");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Puts the script, which is on standard input, on the node and saves and starts. */
  public static List<String> arm(int seconds, String id) {
    return List.of(
        "sh", "-c", installing(""), "pivm-network", "arm", Integer.toString(seconds), id);
  }

  static String installing(String root) {
    String folder = root + FOLDER;
    return "umask 077; mkdir -p "
        + folder
        + " && cat >"
        + folder
        + "/back.sh.part && mv -f "
        + folder
        + "/back.sh.part "
        + folder
        + "/back.sh && exec sh "
        + folder
        + "/back.sh \"$@\"";
  }

  /** Any other of its words; the script is on standard input. */
  public static List<String> command(String... words) {
    var command = new java.util.ArrayList<>(List.of("sh", "-s", "--"));
    command.addAll(List.of(words));
    return List.copyOf(command);
  }

  /** What is going on with the way back. */
  public enum State {
    /** Nothing, and nothing is remembered. */
    NONE,
    /** A change waits to be confirmed. */
    ARMED,
    /** It is being taken back right now. */
    REVERTING,
    /** The last one was taken back. */
    REVERTED,
    /** The last one was confirmed. */
    CONFIRMED;

    /** The word in JSON, and the script's own. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * An answer of the script.
   *
   * @param id of the change; null with {@link State#NONE}
   * @param left seconds until it goes back; null when it is not armed
   */
  public record Status(State state, @Nullable String id, @Nullable Integer left) {}

  /** Reads what {@code status} and {@code arm} print. */
  public static Status status(String out) {
    Map<String, String> values = new HashMap<>();
    out.lines()
        .filter(line -> line.indexOf('=') > 0)
        .forEach(line -> values.put(line.split("=", 2)[0], line.split("=", 2)[1].trim()));
    State state =
        switch (values.getOrDefault("state", "none")) {
          case "armed" -> State.ARMED;
          case "reverting" -> State.REVERTING;
          case "reverted" -> State.REVERTED;
          case "confirmed" -> State.CONFIRMED;
          default -> State.NONE;
        };
    String left = values.get("left");
    return new Status(
        state, values.get("id"), left == null ? null : (Integer) Integer.parseInt(left));
  }
}
