package pivm.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import pivm.engine.approval.ConsentStore;
import pivm.engine.config.Keys;
import pivm.engine.config.Settings;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Limits;
import pivm.engine.execution.Unlocker;
import pivm.engine.execution.Workers;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.network.live.NetworkKind;
import pivm.engine.network.live.NetworkWorker;
import pivm.engine.network.live.NodeBack;
import pivm.engine.network.live.Waiting;
import pivm.engine.pipeline.Pipeline;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Surroundings;
import pivm.engine.plan.Plan;
import pivm.engine.preflight.ContainerShell;
import pivm.engine.preflight.PreflightReader;
import pivm.engine.rails.Approval;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Given;
import pivm.engine.rails.MaintenanceTime;
import pivm.engine.rails.Rails;
import pivm.engine.rails.ReviewRequest;
import pivm.engine.rails.Window;
import pivm.engine.secret.SecretSource;
import pivm.proxmox.Time;
import pivm.proxmox.command.NodeShell;

/** What commands that plan and change work with: the connection, the pipeline, what people said. */
final class Workplace implements AutoCloseable {
  private static final int STEPS_IN_TOTAL = 32;

  private final Connection connection;
  private final Surroundings around;
  private final Pipeline pipeline;
  private final ConsentStore consents;
  private final NetworkParts parts;
  private final NetworkWorker network;
  private final boolean guests;
  private final List<String> confirmed;
  private boolean used;

  private Workplace(
      Connection connection,
      Surroundings around,
      NetworkParts parts,
      NetworkWorker network,
      boolean guests,
      List<String> confirmed) {
    this.parts = parts;
    this.network = network;
    this.guests = guests;
    this.connection = connection;
    this.around = around;
    this.pipeline = new Pipeline(around);
    this.consents = new ConsentStore(around.state());
    this.confirmed = List.copyOf(confirmed);
  }

  static Workplace open(Call call) {
    return of(call, Connection.open(call));
  }

  /**
   * @param kinds that are compared with what is declared
   */
  static Workplace open(Call call, SequencedSet<String> kinds) {
    return of(call, Connection.open(call), kinds, false);
  }

  /** For networks that are only written as pending. */
  static Workplace openToStage(Call call) {
    return of(call, Connection.open(call), Kinds.of(List.of(Kinds.NETWORK)), true);
  }

  static Workplace of(Call call, Connection connection) {
    return of(call, connection, Kinds.ONLY_GUESTS, false);
  }

  private static Workplace of(
      Call call, Connection connection, SequencedSet<String> kinds, boolean stageOnly) {
    Shell shell = call.shell();
    Settings settings = call.settings();
    Path state = StateFolder.of(shell, settings);
    NodeAccess node = connection.node();
    NodeShell nodes = node == null ? NodeShell.none() : node.nodes();
    ContainerShell containers = ContainerShell.over(nodes);
    var preflights = new PreflightReader(connection.proxmox(), containers, Time.system());
    var around =
        new Surroundings(
            connection.proxmox(),
            connection.observer(),
            Actors.of(shell),
            connection.user(),
            settings.railPolicy(),
            window(settings),
            state,
            VersionCommand.version(),
            Limits.defaults().withParallelism(settings.whole(Keys.PARALLEL), STEPS_IN_TOTAL),
            new SecretSource(shell.environment(), shell.directory())::read,
            preflights::read,
            node == null ? ClusterLock.none() : node.lock(),
            node == null ? Unlocker.none() : node.unlocker(),
            Time.system());
    NetworkParts parts = NetworkParts.of(call, connection, NetworkParts.shell(connection));
    NetworkWorker network = parts.worker(call);
    var images = new ImageParts(call, connection.proxmox(), state, nodes);
    Workers workers =
        Kinds.workers(
            call, nodes, node == null ? null : node.node(), around.clusterLock(), images, network);
    around = around.with(Kinds.others(call, kinds, images, parts, stageOnly), workers, nodes);
    return new Workplace(
        connection,
        around,
        parts,
        network,
        kinds.contains(Kinds.GUESTS),
        call.parsed().confirmations());
  }

  /**
   * @throws Failure when the window's calendar expression is none
   */
  private static Window window(Settings settings) {
    try {
      return MaintenanceTime.at(
          settings.railPolicy().maintenanceWindow(), Instant.now(), ZoneId.systemDefault());
    } catch (IllegalArgumentException wrong) {
      throw new Failure(
          Exit.BAD_MANIFEST,
          List.of(
              "rails.maintenanceWindow: " + wrong.getMessage() + ".",
              "It stands in variables.json."),
          wrong);
    }
  }

  /** The same with so many steps at a time on one node. */
  Workplace atOnce(int perNode) {
    return new Workplace(
        connection,
        around.withLimits(
            around.limits().withParallelism(perNode, Math.max(perNode, STEPS_IN_TOTAL))),
        parts,
        network,
        guests,
        confirmed);
  }

  Surroundings around() {
    return around;
  }

  Connection connection() {
    return connection;
  }

  /** What networks are read, written and taken back with. */
  NetworkParts networks() {
    return parts;
  }

  NetworkWorker network() {
    return network;
  }

  /** Plans the way back of a node to the network of before the last confirmed change. */
  Plan returning(Call call, String node, Inventory inventory)
      throws NodeBack.Refused, InterruptedException {
    NetworkKind kind = parts.kind(call, DesiredNetwork.NONE, false);
    return network.returning().plan(node, kind, inventory, NetworkParts.options(call, false));
  }

  /** The network changes that somebody still has to do something about. */
  List<Waiting> waitingNetworks() throws InterruptedException {
    NodeAccess node = connection.node();
    NodeShell shell = NetworkParts.shell(connection);
    return Waiting.look(
        parts.networks(), parts.store(), parts.back(), shell, node == null ? null : node.node());
  }

  ConsentStore consents() {
    return consents;
  }

  /** Plans what the manifests declare, with everything that people have said about it. */
  Planned plan(Desired desired) throws InterruptedException {
    return agreed(pipeline.plan(desired, guests, words(new TreeSet<>())));
  }

  /** Plans what a command asks of one guest. */
  Planned plan(Desired desired, int vmid, BiFunction<Inventory, Desired, Plan> make)
      throws InterruptedException {
    return plan(desired, new TreeSet<>(List.of(vmid)), make);
  }

  /** Plans what a command asks of several guests, which it names itself. */
  Planned plan(Desired desired, SortedSet<Integer> named, BiFunction<Inventory, Desired, Plan> make)
      throws InterruptedException {
    return agreed(pipeline.planDirectly(desired, named, make, words(named)));
  }

  /** Plans what a command makes of one guest that no manifest declares. */
  Planned planOnce(Desired desired, int vmid, Function<Inventory, DesiredGuest> once)
      throws InterruptedException {
    SortedSet<Integer> named = new TreeSet<>(List.of(vmid));
    return agreed(pipeline.planOnce(desired, vmid, once, words(named)));
  }

  /** Judges again with what a person has just confirmed. */
  Planned confirmed(Planned planned, List<Given> more) {
    var given = new ArrayList<>(planned.request().given());
    given.addAll(more);
    return pipeline.again(planned, given);
  }

  /** The ids given with {@code --confirm} are used up: right before the run. */
  void useConfirmations() {
    for (String id : confirmed) {
      if (consents.use(id) == null) {
        throw unknownConfirmation(id);
      }
    }
    used = true;
  }

  private Pipeline.Words words(SortedSet<Integer> named) {
    var given = new ArrayList<Given>();
    // The look afterwards, whether anything is left, is a plan that nobody has confirmed.
    for (String id : used ? List.<String>of() : confirmed) {
      Confirmation asked = consents.find(id);
      if (asked == null) {
        throw unknownConfirmation(id);
      }
      given.add(new Given(asked, Given.Source.ID));
    }
    return new Pipeline.Words(given, List.of(), consents.holds(), named);
  }

  private static Failure unknownConfirmation(String id) {
    return new Failure(
        Exit.UNCONFIRMED,
        List.of(
            "There is no open confirmation " + id + ": ids are good once, for 15 minutes.",
            "Run the command without --confirm to be asked again."),
        null);
  }

  /** Approvals are kept by the plan's id, which is known only now. */
  private Planned agreed(Planned planned) {
    List<Approval> approvals = consents.approvals(planned.plan().id());
    if (approvals.isEmpty()) {
      return planned;
    }
    ReviewRequest request = planned.request().withApprovals(approvals);
    return new Planned(
        planned.desired(),
        planned.inventory(),
        request,
        Rails.review(request),
        planned.preflights(),
        planned.took());
  }

  @Override
  public void close() {
    connection.close();
  }
}
