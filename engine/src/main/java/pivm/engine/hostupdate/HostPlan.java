package pivm.engine.hostupdate;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.HostUpdates;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Counted;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.HostOperation;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Planner;
import pivm.engine.plan.Step;
import pivm.engine.rails.HostPreflight;
import pivm.engine.rails.Movability;
import pivm.engine.rails.Placement;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.proxmox.GuestType;

/** Makes the plan of a host update: each node in turn. Pure. */
final class HostPlan {
  private static final String OTHERWISE = "; set drain: shutdown, or reboot: never";

  private final HostUpdates manifest;
  private final List<String> nodes;
  private final Seen seen;
  private final List<Change> changes = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final List<Obstacle> obstacles = new ArrayList<>();
  private @Nullable String before;

  private HostPlan(HostUpdates manifest, List<String> nodes, Seen seen) {
    this.manifest = manifest;
    this.nodes = nodes;
    this.seen = seen;
  }

  /**
   * What was found out.
   *
   * @param inventory with the configuration of the guests that run, where they are to be moved
   * @param told what the nodes said of themselves
   * @param restarted nodes whose restart is over, and which are only to be filled again
   */
  record Seen(
      Inventory inventory,
      SortedMap<String, HostReader.Told> told,
      SortedMap<String, HostPreflight> preflights,
      SortedSet<String> restarted,
      Window window,
      RailPolicy policy) {}

  /**
   * Plans.
   *
   * @param nodes in the order in which they are updated
   */
  static Plan of(HostUpdates manifest, List<String> nodes, Seen seen) {
    var plan = new HostPlan(manifest, nodes, seen);
    Window window = seen.window();
    if (manifest.window() && !window.open() && !seen.restarted().containsAll(nodes)) {
      plan.obstacles.add(
          new Obstacle(
              null,
              "host update",
              "it may only begin in the maintenance window, which "
                  + (window.opens() == null
                      ? "is not set; set rails.maintenanceWindow"
                      : "opens at " + window.opens())));
    }
    nodes.forEach(plan::node);
    return Planner.assemble(
        plan.changes,
        plan.steps,
        plan.obstacles,
        seen.inventory().unknown(),
        new TreeMap<>(),
        List.of("update hosts " + nodes + " " + manifest));
  }

  private void node(String node) {
    if (seen.inventory().node(node) == null) {
      obstacle(node, "there is no node of that name");
      return;
    }
    if (seen.restarted().contains(node)) {
      fillAgain(node);
      return;
    }
    HostReader.Told said = seen.told().get(node);
    HostFacts facts = said == null ? null : said.facts();
    if (said == null || facts == null) {
      // Without a shell the rail about rights says so, and how to get one.
      String reason = said == null ? "" : said.reason();
      if (!reason.startsWith("no shell") && !reason.isEmpty()) {
        obstacle(node, "it can't be asked: " + reason);
      }
    } else {
      sources(node, said, facts);
      hindrances(node, facts);
    }
    change(node, said);
    chain(node);
  }

  /** Its restart is over: nothing is done twice. */
  private void fillAgain(String node) {
    changes.add(
        new Change(
            "hosts",
            "node " + node,
            null,
            node,
            Action.CHANGE,
            "asked",
            List.of(),
            List.of(
                "it has restarted: once it is well, what was done about its guests is undone")));
    add(node, "undrain", undrain(node), Effect.NONE);
  }

  private HostOperation undrain(String node) {
    return new HostOperation.Undrain(
        node, manifest.drain().word(), manifest.healthChecks(), manifest.timeout());
  }

  private void obstacle(String node, String reason) {
    obstacles.add(new Obstacle(null, "node " + node, reason));
  }

  private boolean restarts() {
    return manifest.reboot() != HostUpdates.Reboot.NEVER;
  }

  /** An upgrade begins by reading the lists, so without them it can only fail. */
  private void sources(String node, HostReader.Told said, HostFacts facts) {
    if (said.stale() != null) {
      obstacle(
          node,
          "its package lists can't be read: "
              + said.stale()
              + (unpaid(said, facts)
                  ? "; they name the enterprise repository, and the node has no active subscription"
                      + " ("
                      + said.subscription()
                      + "): enter one, or use the no-subscription repository"
                  : ""));
    }
  }

  private static boolean unpaid(HostReader.Told said, HostFacts facts) {
    return facts.enterprise()
        && said.subscription() != null
        && !said.subscription().equals("active");
  }

  private void hindrances(String node, HostFacts facts) {
    if (facts.unfinished()) {
      obstacle(node, "dpkg was left unfinished on it; set it right first: dpkg --configure -a");
    }
    space(node, "/", facts.freeRootMib(), manifest.minFreeMib());
    space(node, "/boot", facts.freeBootMib(), manifest.minFreeMib() / 4);
    if (facts.removes().contains("proxmox-ve") && !manifest.securityOnly()) {
      obstacle(
          node,
          "the upgrade would remove proxmox-ve; its package sources are wrong or not complete");
    }
    facts
        .essential()
        .forEach(name ->
            obstacle(
                node,
                "the upgrade would remove " + name + ", which the system" + " can't be without"));
    if (!restarts()) {
      return;
    }
    if (facts.pendingNetwork()) {
      obstacle(
          node,
          "network changes wait there that a restart would take into use; apply or revert them"
              + " first");
    }
    HostPreflight preflight = seen.preflights().get(node);
    if (preflight != null && !preflight.keepsQuorum()) {
      obstacle(
          node,
          "the cluster would lose its quorum while it restarts: "
              + preflight.quorum()
              + "; add a QDevice, or set reboot: never");
    }
    stranded(node);
  }

  private void space(String node, String part, @Nullable Long free, int least) {
    if (free != null && free < least) {
      obstacle(node, part + " has " + free + " MiB free, and " + least + " are asked for");
    }
  }

  /** Whether guests are moved away before a node restarts. */
  static boolean moves(HostUpdates manifest) {
    boolean away =
        manifest.drain() == HostUpdates.Drain.MIGRATE
            || manifest.drain() == HostUpdates.Drain.HA_MAINTENANCE;
    return away && manifest.reboot() != HostUpdates.Reboot.NEVER;
  }

  private List<ObservedGuest> running(String node) {
    return seen.inventory().guests().values().stream()
        .filter(guest -> guest.node().equals(node) && guest.running())
        .toList();
  }

  private void stranded(String node) {
    List<ObservedGuest> running = running(node);
    if (!moves(manifest) || running.isEmpty()) {
      return;
    }
    boolean elsewhere =
        seen.inventory().nodes().keySet().stream()
            .anyMatch(name -> !name.equals(node) && seen.inventory().online(name));
    if (!elsewhere) {
      obstacle(
          node,
          "its guests can't be moved, since there is no other node: "
              + String.join(", ", running.stream().map(ObservedGuest::subject).toList())
              + OTHERWISE);
      return;
    }
    for (ObservedGuest guest : running) {
      List<String> hindrances = Movability.of(guest, seen.inventory()).hindrances();
      if (!hindrances.isEmpty()) {
        obstacle(
            node,
            guest.subject()
                + " can't be moved: "
                + String.join(". Also, ", hindrances)
                + OTHERWISE);
      }
    }
    crowded(node, running);
  }

  /** Whether there is room elsewhere for all of them together. */
  private void crowded(String node, List<ObservedGuest> running) {
    var others = new TreeMap<>(seen.inventory().nodes());
    others.remove(node);
    Inventory elsewhere = seen.inventory().withNodes(others);
    var promised = new TreeMap<String, Long>();
    for (ObservedGuest guest : running) {
      Placement.Need need = Movability.need(guest);
      switch (Placement.choose(need, elsewhere, seen.policy(), promised)) {
        case Placement.Chosen(String target, String _) ->
            promised.merge(target, need.memory(), Long::sum);
        case Placement.None(String reason) ->
            obstacle(node, "there is no room for " + guest.subject() + " elsewhere: " + reason);
      }
    }
  }

  private @Nullable String agreed(String node) {
    HostPreflight preflight = seen.preflights().get(node);
    return manifest.rebootSaid() && preflight != null && preflight.complete()
        ? "the host update manifest says reboot: " + manifest.reboot().word()
        : null;
  }

  private void chain(String node) {
    int timeout = manifest.timeout();
    boolean always = manifest.reboot() == HostUpdates.Reboot.ALWAYS;
    String drain = manifest.drain().word();
    add(
        node,
        "archive",
        new HostOperation.Archive(node, nodes.subList(nodes.indexOf(node), nodes.size())),
        Effect.NONE);
    add(
        node,
        "upgrade",
        new HostOperation.Upgrade(
            node, manifest.securityOnly(), manifest.hold(), manifest.minFreeMib(), timeout),
        Effect.LIVE);
    if (restarts()) {
      String agreed = agreed(node);
      if (manifest.drain() != HostUpdates.Drain.NONE) {
        add(
            node,
            "drain",
            new HostOperation.Drain(node, drain, always, agreed, timeout),
            Effect.LIVE);
      }
      add(
          node,
          "reboot",
          new HostOperation.Reboot(node, always, agreed, manifest.healthChecks(), timeout),
          Effect.RESTART);
    }
    add(node, "undrain", undrain(node), Effect.NONE);
  }

  private void add(String node, String word, HostOperation operation, Effect effect) {
    var after = new TreeSet<String>();
    if (before != null) {
      after.add(before);
    }
    String id = "node/" + node + "/" + word;
    steps.add(new Step(id, after, operation, node, effect, 0, new TreeSet<>()));
    before = id;
  }

  private void change(String node, HostReader.@Nullable Told said) {
    HostFacts facts = said == null ? null : said.facts();
    List<String> notes = new ArrayList<>();
    HostPreflight preflight = seen.preflights().get(node);
    if (preflight != null) {
      notes.addAll(preflight.lines());
    }
    List<String> containers =
        running(node).stream()
            .filter(guest -> moves(manifest) && guest.type() == GuestType.LXC)
            .map(ObservedGuest::subject)
            .toList();
    if (!containers.isEmpty()) {
      notes.add("moving restarts containers: " + String.join(", ", containers));
    }
    if (facts != null && said != null && unpaid(said, facts)) {
      notes.add(
          "warning: its package sources name the enterprise repository, and it has no active"
              + " subscription ("
              + said.subscription()
              + ")");
    }
    if (facts != null && facts.zfsRoot() != null) {
      notes.add("its root is ZFS " + facts.zfsRoot() + ": it gets a snapshot first");
    }
    String to =
        facts == null
            ? "upgraded"
            : Counted.of(facts.upgrades().size(), "upgrade")
                + ", "
                + Counted.of(facts.fixes(), "security fix", "security fixes");
    List<FieldChange> fields = new ArrayList<>();
    fields.add(new FieldChange("packages", "as installed", to, Effect.LIVE, ""));
    if (restarts()) {
      fields.add(
          new FieldChange(
              "power",
              "running",
              "running",
              Effect.RESTART,
              "reboot: " + manifest.reboot().word() + ", drain: " + manifest.drain().word()));
    }
    changes.add(
        new Change("hosts", "node " + node, null, node, Action.CHANGE, "asked", fields, notes));
  }
}
