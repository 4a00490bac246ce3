package pivm.engine.hostupdate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.rails.HostPreflight;
import pivm.engine.rails.Preflight.Reading;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.command.NodeShell;

/** Gathers what is to be known of a node before it is restarted or its network is changed. */
public final class HostReader {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A node of many packages and slow disks takes minutes to tell what it would upgrade. */
  private static final Duration UPGRADES = Duration.ofMinutes(5);

  private final Proxmox proxmox;
  private final HostScript script;

  public HostReader(Proxmox proxmox, NodeShell shell) {
    this.proxmox = proxmox;
    this.script = new HostScript(shell);
  }

  /**
   * A node's facts, or why they can't be had.
   *
   * @param facts null when they can't be had
   * @param stale why its package lists could not be read anew; null when they were
   * @param subscription the state that Proxmox tells of its subscription, such as {@code active} or
   *     {@code notfound}; null when not known
   */
  record Told(
      @Nullable HostFacts facts,
      String reason,
      @Nullable String stale,
      @Nullable String subscription) {
    Told(@Nullable HostFacts facts, String reason) {
      this(facts, reason, null, null);
    }

    Told with(@Nullable String notRefreshed, @Nullable String state) {
      return new Told(facts, reason, notRefreshed, state);
    }
  }

  /** The state of a node's subscription; null when it can't be read. */
  @Nullable String subscription(String node) {
    try {
      return proxmox
          .call(ApiCall.get("/nodes/" + node + "/subscription"))
          .asObject()
          .text("status");
    } catch (ProxmoxException cannotBeSeen) {
      return null;
    }
  }

  Told facts(String node) throws InterruptedException {
    return asked(node, "facts", UPGRADES);
  }

  private Told asked(String node, String verb, Duration limit) throws InterruptedException {
    try {
      return new Told(HostFacts.parse(script.run(node, limit, verb)), "");
    } catch (IOException failed) {
      return new Told(null, String.valueOf(failed.getMessage()));
    }
  }

  /**
   * The pre-flight of a node.
   *
   * @throws InterruptedException when the waiting thread is asked to end
   */
  public HostPreflight read(String node, Inventory inventory, Instant now)
      throws InterruptedException {
    return preflight(node, asked(node, "look", LIMIT), ClusterVotes.read(proxmox), inventory, now);
  }

  static HostPreflight preflight(
      String node, Told told, ClusterVotes votes, Inventory inventory, Instant now) {
    HostFacts facts = told.facts();
    List<String> guests = new ArrayList<>();
    List<String> failover = new ArrayList<>();
    for (ObservedGuest guest : inventory.guests().values()) {
      if (guest.node().equals(node) && guest.running()) {
        guests.add(guest.subject());
        if (guest.ha() != null && guest.ha().state().equals("started")) {
          failover.add(guest.subject() + " (to " + others(node, inventory) + ")");
        }
      }
    }
    return new HostPreflight(
        node,
        now,
        facts == null ? Reading.unreadable(told.reason()) : Reading.of(facts.uptime()),
        facts == null ? Reading.unreadable(told.reason()) : Reading.of(facts.services()),
        guests,
        failover,
        votes.words(node, inventory),
        votes.without(node, inventory),
        facts == null ? Reading.unreadable(told.reason()) : Reading.of(facts.held()),
        facts == null ? Reading.unreadable(told.reason()) : Reading.of(facts.pendingNetwork()));
  }

  private static String others(String node, Inventory inventory) {
    List<String> others =
        inventory.nodes().keySet().stream()
            .filter(name -> !name.equals(node) && inventory.online(name))
            .toList();
    return others.isEmpty() ? "nowhere" : String.join(" or ", others);
  }
}
