package pivm.engine.hostupdate;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Worker;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.HostUpdates;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Needs;
import pivm.engine.plan.Plan;
import pivm.engine.rails.HostPreflight;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.engine.report.Table;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.json.Json;

/** Host update as commands use it. */
public final class HostUpdate {
  /** As {@link pivm.engine.execution.Workers} has it. */
  public static final String KIND = "hosts";

  private static final Duration REFRESH = Duration.ofMinutes(5);

  private final NodeShell shell;
  private final HostRecords records;
  private final @Nullable String local;

  /**
   * Host update.
   *
   * @param state folder, for the last results
   * @param local the node that this runs on, which comes last; null for none
   */
  public HostUpdate(NodeShell shell, Path state, @Nullable String local) {
    this.shell = shell;
    this.records = new HostRecords(state);
    this.local = local;
  }

  /**
   * Who does it.
   *
   * @param goOn the command that goes on when this node has started again
   * @param policy by which guests are given room elsewhere
   */
  public Worker worker(String goOn, RailPolicy policy) {
    return new HostWorker(new HostScript(shell), records, local, goOn, policy);
  }

  /**
   * The nodes that a run which was cut off still has before it, and those of which something is to
   * be taken back.
   */
  public List<String> open() {
    var open = new TreeSet<>(records.open());
    open.addAll(records.drained());
    return List.copyOf(open);
  }

  /** What is left half done: by node, what is to be taken back there; empty when only begun. */
  public SortedMap<String, String> unfinished() {
    var unfinished = new TreeMap<String, String>();
    records.open().forEach(node -> unfinished.put(node, ""));
    records
        .drained()
        .forEach(node -> unfinished.put(node, HostRecords.takeBack(records.node(node))));
    return unfinished;
  }

  /**
   * What was found out about nodes.
   *
   * @param nodes in the order in which they are updated
   */
  public record Prepared(
      HostUpdates manifest,
      List<String> nodes,
      SortedMap<String, HostPreflight> preflights,
      Plan plan,
      Table packages) {}

  /**
   * Reads the package lists anew and asks the nodes what would be upgraded.
   *
   * @param named on the command line; empty for every node
   * @param goesOn whether it goes on with what was cut off: a node that has restarted since is only
   *     to be filled again
   * @param policy by which guests are given room elsewhere
   * @throws InterruptedException when the waiting thread is asked to end
   */
  public Prepared prepare(
      Observer observer,
      Proxmox proxmox,
      HostUpdates manifest,
      List<String> named,
      boolean goesOn,
      Window window,
      RailPolicy policy,
      Instant now)
      throws InterruptedException {
    Inventory inventory = inventory(observer, manifest);
    List<String> nodes = order(named.isEmpty() ? List.copyOf(inventory.nodes().keySet()) : named);
    var reader = new HostReader(proxmox, shell);
    ClusterVotes votes = ClusterVotes.read(proxmox);
    var told = new TreeMap<String, HostReader.Told>();
    var preflights = new TreeMap<String, HostPreflight>();
    var restarted = new TreeSet<String>();
    for (String node : nodes) {
      if (inventory.node(node) == null) {
        continue;
      }
      String stale = refreshed(node);
      told.put(node, reader.facts(node).with(stale, reader.subscription(node)));
      preflights.put(node, HostReader.preflight(node, told.get(node), votes, inventory, now));
      if (goesOn && hasRestarted(node, told.get(node))) {
        restarted.add(node);
      }
    }
    var seen = new HostPlan.Seen(inventory, told, preflights, restarted, window, policy);
    Plan plan = HostPlan.of(manifest, nodes, seen);
    return new Prepared(manifest, nodes, preflights, plan, packages(told));
  }

  private boolean hasRestarted(String node, HostReader.@Nullable Told told) {
    HostFacts facts = told == null ? null : told.facts();
    String from = records.restartedFrom(node);
    return from != null && facts != null && !from.equals(facts.boot());
  }

  /** Guests that are to be moved are read whole: whether they can be is told before. */
  private static Inventory inventory(Observer observer, HostUpdates manifest) {
    Inventory seen = observer.observe(ObservationRequest.of(new TreeSet<>()));
    if (!HostPlan.moves(manifest)) {
      return seen;
    }
    var running = new TreeSet<Integer>();
    seen.guests().values().stream()
        .filter(ObservedGuest::running)
        .forEach(guest -> running.add(guest.vmid()));
    Inventory whole = observer.observe(ObservationRequest.of(running));
    var nodes = new TreeSet<>(whole.nodes().keySet());
    return observer.details(whole, new Needs(running, new TreeSet<>(), new TreeMap<>(), nodes));
  }

  /** Why the package lists of a node could not be read anew; null when they were. */
  private @Nullable String refreshed(String node) throws InterruptedException {
    if (!shell.reaches(node)) {
      return null;
    }
    try {
      new HostScript(shell).run(node, REFRESH, "refresh", "60");
      return null;
    } catch (IOException failed) {
      return String.valueOf(failed.getMessage());
    }
  }

  /** This program's own node comes last: the others are done before it restarts. */
  private List<String> order(List<String> nodes) {
    List<String> order = new ArrayList<>(new TreeSet<>(nodes));
    if (local != null && order.remove(local)) {
      order.add(local);
    }
    return order;
  }

  private static Table packages(SortedMap<String, HostReader.Told> told) {
    var table = Table.of("Node", "Package", "From", "To", "Security");
    told.forEach((node, one) -> {
      HostFacts facts = one.facts();
      if (facts != null) {
        facts
            .upgrades()
            .forEach(upgrade ->
                table.row(
                    node,
                    upgrade.name(),
                    upgrade.from(),
                    upgrade.to(),
                    upgrade.security() ? "security" : ""));
      }
    });
    return table.build();
  }

  /**
   * The last results, with their age.
   *
   * @param since only those that ended then or later; null for all
   */
  public Json.Arr last(@Nullable Instant since, Instant now) {
    List<Json> last = new ArrayList<>();
    records
        .nodes()
        .forEach((node, form) -> {
          Json.Obj entry = form.asObject();
          String at = entry.text("at");
          if (at != null && (since == null || !Instant.parse(at).isBefore(since))) {
            var one = Json.object().put("node", node);
            entry.members().forEach(one::put);
            last.add(
                one.put("age", Math.max(0, Duration.between(Instant.parse(at), now).toSeconds()))
                    .build());
          }
        });
    return Json.array(last);
  }

  /** Results as a table. */
  public static Table table(Json.Arr results) {
    var table = Table.of("Node", "Changed", "Security", "Restart", "Result");
    for (Json.Obj entry : results.objects()) {
      Json.Obj result = entry.get("result").asObject();
      table.row(
          entry.text("node", ""),
          Integer.toString(result.list("packages").size()),
          result.has("security") ? Integer.toString(result.list("security").size()) : "?",
          entry.text("reboot") == null ? "" : "needed",
          entry.text("summary", ""));
    }
    return table.build();
  }
}
