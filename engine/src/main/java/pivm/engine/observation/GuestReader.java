package pivm.engine.observation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Unknown;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;

/** Reads the configurations of guests, one read each, and follows those that move meanwhile. */
final class GuestReader {

  /** A guest that has moved again after so many looks is left alone. */
  private static final int LOOKS = 3;

  /** After so many failures in a row a node is not asked again: each one can take half a minute. */
  private static final int NODE_FAILURES = 2;

  private final Proxmox proxmox;
  private final SortedMap<String, Node> nodes;
  private final SortedMap<String, HaResource> ha;
  private final boolean rawLines;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  /**
   * @param rawLines whether containers' raw lines are wanted, at the price of a second read
   */
  GuestReader(
      Proxmox proxmox,
      SortedMap<String, Node> nodes,
      SortedMap<String, HaResource> ha,
      boolean rawLines) {
    this.proxmox = proxmox;
    this.nodes = nodes;
    this.ha = ha;
    this.rawLines = rawLines;
  }

  /** What became of one read. */
  private sealed interface Outcome {
    record Seen(ObservedGuest guest) implements Outcome {}

    /** It is not where the list said. */
    record Elsewhere(ObservedGuest guest) implements Outcome {}

    record Hidden(ObservedGuest guest, String reason) implements Outcome {}
  }

  /**
   * Reads the wanted guests into the map; those that are gone are taken out of it.
   *
   * @param unknown receives those that could not be read
   */
  void read(
      List<ObservedGuest> wanted, SortedMap<Integer, ObservedGuest> guests, List<Unknown> unknown) {
    List<ObservedGuest> todo = wanted;
    for (int look = 1; !todo.isEmpty(); look++) {
      List<ObservedGuest> elsewhere = new ArrayList<>();
      for (Outcome outcome : Parallel.map(todo, this::attempt)) {
        switch (outcome) {
          case Outcome.Seen(ObservedGuest guest) -> guests.put(guest.vmid(), guest);
          case Outcome.Elsewhere(ObservedGuest guest) -> elsewhere.add(guest);
          case Outcome.Hidden(ObservedGuest guest, String reason) -> {
            guests.put(guest.vmid(), guest);
            unknown.add(new Unknown(guest.subject(), reason));
          }
        }
      }
      if (look == LOOKS) {
        elsewhere.forEach(guest -> unknown.add(new Unknown(guest.subject(), "it is on the move")));
        return;
      }
      todo = elsewhere.isEmpty() ? List.of() : lookAgain(elsewhere, guests);
    }
  }

  private List<ObservedGuest> lookAgain(
      List<ObservedGuest> lost, SortedMap<Integer, ObservedGuest> guests) {
    Map<Integer, ObservedGuest> now = new HashMap<>();
    for (Json.Obj row : proxmox.call(Guests.LIST).objects()) {
      ObservedGuest guest = ResourceReading.guest(row, nodes, ha);
      if (guest != null) {
        now.put(guest.vmid(), guest);
      }
    }
    List<ObservedGuest> found = new ArrayList<>();
    for (ObservedGuest guest : lost) {
      ObservedGuest again = now.get(guest.vmid());
      if (again == null) {
        guests.remove(guest.vmid());
      } else {
        guests.put(again.vmid(), again);
        found.add(again);
      }
    }
    return found;
  }

  private Outcome attempt(ObservedGuest guest) {
    String obstacle = obstacle(guest.node());
    if (obstacle != null) {
      return new Outcome.Hidden(GuestFacts.withPower(guest, PowerState.UNKNOWN), obstacle);
    }
    try {
      var outcome = new Outcome.Seen(read(guest));
      failures.remove(guest.node());
      return outcome;
    } catch (ProxmoxException.NotFound moved) {
      return new Outcome.Elsewhere(guest);
    } catch (ProxmoxException.NodeUnreachable unreachable) {
      failures.merge(guest.node(), 1, Integer::sum);
      return new Outcome.Hidden(
          GuestFacts.withPower(guest, PowerState.UNKNOWN),
          guest.node() + " does not answer: " + Answers.reason(unreachable));
    } catch (ProxmoxException refused) {
      if (Answers.wayInFailed(refused)) {
        throw refused;
      }
      return new Outcome.Hidden(guest, Answers.reason(refused));
    }
  }

  private @Nullable String obstacle(String name) {
    Node node = nodes.get(name);
    if (node != null && !node.online()) {
      return name + " is offline";
    }
    return failures.getOrDefault(name, 0) >= NODE_FAILURES ? name + " does not answer" : null;
  }

  private ObservedGuest read(ObservedGuest guest) {
    var location = new Location(guest.type(), guest.vmid(), guest.node());
    ObservedGuest seen = GuestFacts.with(guest, config(proxmox, location, rawLines));
    if (guest.power() != PowerState.UNKNOWN) {
      return seen;
    }
    return GuestFacts.withStatus(
        seen, proxmox.call(ApiCall.get(location.path() + "/status/current")).asObject());
  }

  static GuestConfig config(Proxmox proxmox, Location location, boolean rawLines) {
    GuestConfig config =
        GuestConfig.ofPending(
            location.type(), proxmox.call(ApiCall.get(location.path() + "/pending")));
    return rawLines && location.type() == GuestType.LXC
        ? ConfigReading.withRawLines(config, proxmox.call(ApiCall.get(location.path() + "/config")))
        : config;
  }
}
