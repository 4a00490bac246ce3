package pivm.engine.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BiFunction;
import java.util.function.Function;
import pivm.engine.guest.GuestPlanner;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.plan.KindPlanner;
import pivm.engine.plan.Needs;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.engine.rails.Approval;
import pivm.engine.rails.Given;
import pivm.engine.rails.Hold;
import pivm.engine.rails.Preflight;
import pivm.engine.rails.Rails;
import pivm.engine.rails.ReviewRequest;
import pivm.engine.rails.ReviewedPlan;
import pivm.proxmox.ProxmoxException;

/** Observes, plans and judges. Changing is {@link Application}'s part. */
public final class Pipeline {
  private static final int SHUTDOWN_SECONDS = 180;

  private final Surroundings around;
  private final Planner guests = new Planner(List.of(new GuestPlanner()));

  public Pipeline(Surroundings around) {
    this.around = around;
  }

  /**
   * What people have said about this run and before it.
   *
   * @param named guests that the command itself names
   */
  public record Words(
      List<Given> given,
      List<Approval> approvals,
      SortedMap<Integer, Hold> holds,
      SortedSet<Integer> named) {
    public static Words none() {
      return new Words(List.of(), List.of(), new TreeMap<>(), new TreeSet<>());
    }
  }

  /**
   * Looks at the cluster, plans and judges guests and the other kinds; changes nothing.
   *
   * @throws pivm.proxmox.ProxmoxException when the cluster cannot be reached or lets nobody in
   * @throws InterruptedException when the waiting for a guest's answer is ended
   */
  public Planned plan(Desired desired, Words words) throws InterruptedException {
    return plan(desired, true, words);
  }

  /**
   * The same.
   *
   * @param withGuests whether guests are compared too; if not, what is declared of them only tells
   *     what they use
   */
  public Planned plan(Desired desired, boolean withGuests, Words words)
      throws InterruptedException {
    PlanOptions options = options();
    Observed observed = observed(withGuests ? guests.managed(desired) : new TreeSet<>());
    Planner planner = planner(withGuests, observed.inventory());
    Planner.Draft draft = planner.draft(desired, observed.inventory(), options);
    return judged(
        desired,
        observed,
        draft.needs(),
        inventory ->
            draft.needs().isEmpty() ? draft.plan() : planner.plan(desired, inventory, options),
        words);
  }

  /**
   * Plans what a command asks of single guests, whatever the manifests say.
   *
   * @param guests that are read
   * @param make makes the plan of what was observed
   */
  public Planned planDirectly(
      Desired desired,
      SortedSet<Integer> guests,
      BiFunction<Inventory, Desired, Plan> make,
      Words words)
      throws InterruptedException {
    Needs needs = new Needs(guests, guests, new TreeMap<>(), new TreeSet<>());
    Observed observed = observed(guests);
    return judged(
        desired,
        observed,
        withStorages(needs, guests, observed.inventory()),
        inventory -> make.apply(inventory, desired),
        words);
  }

  /**
   * Plans one guest as if a manifest declared it, this once.
   *
   * @param once makes its entry of what was observed
   */
  public Planned planOnce(
      Desired desired, int vmid, Function<Inventory, DesiredGuest> once, Words words)
      throws InterruptedException {
    PlanOptions options = options();
    return planDirectly(
        desired,
        new TreeSet<>(List.of(vmid)),
        (inventory, _) -> {
          var alone = new Desired(List.of(once.apply(inventory)));
          return guests.plan(alone, inventory, options).withoutForeign();
        },
        words);
  }

  /** Judges again with what a person has said meanwhile. */
  public Planned again(Planned planned, List<Given> given) {
    ReviewRequest request = planned.request().withGiven(given);
    return new Planned(
        planned.desired(),
        planned.inventory(),
        request,
        Rails.review(request),
        planned.preflights(),
        planned.took());
  }

  /** The planner of all kinds; the others look at what they compare at the same time. */
  private Planner planner(boolean withGuests, Inventory inventory) throws InterruptedException {
    if (withGuests && around.kinds().isEmpty()) {
      return guests;
    }
    List<FutureTask<KindPlanner>> looks = new ArrayList<>();
    for (Kind kind : around.kinds()) {
      FutureTask<KindPlanner> look = new FutureTask<>(() -> look(kind, inventory));
      Thread.ofVirtual().start(look);
      looks.add(look);
    }
    List<KindPlanner> planners = new ArrayList<>();
    if (withGuests) {
      planners.add(new GuestPlanner());
    }
    for (FutureTask<KindPlanner> look : looks) {
      planners.add(result(look));
    }
    return new Planner(planners);
  }

  /** Where only files are at hand there is nobody to ask, which is no fault of the guests. */
  private static KindPlanner look(Kind kind, Inventory inventory) throws InterruptedException {
    try {
      return kind.observe(inventory);
    } catch (ProxmoxException.Unreachable nobody) {
      return new UnseenKind(kind.word(), String.valueOf(nobody.getMessage()));
    }
  }

  private static KindPlanner result(FutureTask<KindPlanner> look) throws InterruptedException {
    try {
      return look.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException reason) {
        throw reason;
      }
      throw new IllegalStateException(failed.getCause());
    } finally {
      look.cancel(true);
    }
  }

  /** The nodes with a root shell, of those where the plan takes one. */
  private SortedSet<String> shells(Plan plan) {
    var shells = new TreeSet<String>();
    for (Step step : plan.steps()) {
      if (step.operation() instanceof Work work && work.needsShell()) {
        shells.add(step.node());
      }
    }
    shells.removeIf(node -> !around.shell().reaches(node));
    return shells;
  }

  private PlanOptions options() {
    return new PlanOptions(around.policy(), around.window().open(), SHUTDOWN_SECONDS);
  }

  private record Observed(Inventory inventory, Duration took) {}

  private Observed observed(SortedSet<Integer> guests) {
    Instant began = around.time().now();
    Inventory inventory = around.observer().observe(ObservationRequest.of(guests));
    return new Observed(inventory, Duration.between(began, around.time().now()));
  }

  private Planned judged(
      Desired desired, Observed observed, Needs needs, Function<Inventory, Plan> plan, Words words)
      throws InterruptedException {
    Inventory inventory = detailed(observed.inventory(), needs);
    ReviewRequest request = request(plan.apply(inventory), inventory, desired, words);
    SortedMap<Integer, Preflight> preflights = preflights(request, inventory);
    request = request.withPreflights(preflights);
    ReviewedPlan reviewed = Rails.review(request);
    return new Planned(desired, inventory, request, reviewed, preflights, observed.took());
  }

  private Inventory detailed(Inventory inventory, Needs needs) {
    return needs.isEmpty()
        ? inventory
        : around.observer().details(inventory, needs.and(Unreported.on(needs.nodes(), inventory)));
  }

  private ReviewRequest request(Plan plan, Inventory inventory, Desired desired, Words words) {
    return ReviewRequest.of(
            plan, inventory, desired, around.policy(), around.actor(), around.time().now())
        .withGiven(words.given())
        .withApprovals(words.approvals())
        .withHolds(words.holds())
        .withNamed(words.named())
        .withWindow(around.window())
        .withShells(shells(plan))
        .withIdentity(around.user());
  }

  private SortedMap<Integer, Preflight> preflights(ReviewRequest request, Inventory inventory)
      throws InterruptedException {
    var preflights = new TreeMap<Integer, Preflight>();
    for (int vmid : Rails.targets(request)) {
      ObservedGuest guest = inventory.guest(vmid);
      if (guest != null) {
        preflights.put(vmid, around.preflights().of(guest, inventory));
      }
    }
    return preflights;
  }

  /** A single action is judged on its node and what its node's storages hold. */
  private static Needs withStorages(Needs needs, SortedSet<Integer> guests, Inventory inventory) {
    var volumes = new TreeMap<String, SortedSet<String>>();
    var nodes = new TreeSet<String>();
    for (int vmid : guests) {
      ObservedGuest guest = inventory.guest(vmid);
      if (guest != null && inventory.online(guest.node())) {
        nodes.add(guest.node());
        var here = new TreeSet<String>();
        inventory.storages().values().stream()
            .filter(storage -> storage.onNode(guest.node()))
            .forEach(storage -> here.add(storage.id()));
        volumes.put(guest.node(), here);
      }
    }
    return new Needs(needs.snapshots(), needs.fresh(), volumes, nodes);
  }
}
