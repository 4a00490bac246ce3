package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a person has to know about a node before it is restarted, or its network is changed.
 *
 * @param at when it was gathered
 * @param services that run on it; unreadable without a root shell there
 * @param guests that run on it, as {@code lxc 210 proxy-01}
 * @param failover which guests HA brings to other nodes when it goes, each with where to
 * @param quorum what becomes of the quorum when it goes, as a sentence
 * @param keepsQuorum whether the others have quorum without it
 * @param held packages that are held back
 * @param pendingNetwork whether network changes wait that a restart would take into use
 */
public record HostPreflight(
    String node,
    Instant at,
    Preflight.Reading<Duration> uptime,
    Preflight.Reading<List<String>> services,
    List<String> guests,
    List<String> failover,
    String quorum,
    boolean keepsQuorum,
    Preflight.Reading<List<String>> held,
    Preflight.Reading<Boolean> pendingNetwork) {
  public HostPreflight {
    guests = List.copyOf(guests);
    failover = List.copyOf(failover);
  }

  /** Whether uptime and services are known, so that a manifest may consent for a person. */
  public boolean complete() {
    return uptime instanceof Preflight.Reading.Known && services instanceof Preflight.Reading.Known;
  }

  /** For people, one fact a line. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("up for " + said(uptime, HostPreflight::days));
    lines.add("services: " + said(services, HostPreflight::list));
    lines.add("guests that run: " + list(guests));
    lines.add("HA brings elsewhere: " + list(failover));
    lines.add("quorum: " + quorum);
    lines.add("held packages: " + said(held, HostPreflight::list));
    lines.add(
        "pending network changes: " + said(pendingNetwork, pending -> pending ? "yes" : "none"));
    return lines;
  }

  private static String days(Duration time) {
    return time.toDays() > 0
        ? time.toDays() + " d " + time.toHoursPart() + " h"
        : time.toHours() + " h " + time.toMinutesPart() + " min";
  }

  private static String list(List<String> items) {
    return items.isEmpty() ? "none" : String.join(", ", items);
  }

  private static <T> String said(
      Preflight.Reading<T> reading, java.util.function.Function<T, String> words) {
    return switch (reading) {
      case Preflight.Reading.Known<T>(T value) -> words.apply(value);
      case Preflight.Reading.Unreadable<T>(String reason) -> "not known: " + reason;
    };
  }
}
