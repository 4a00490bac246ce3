package pivm.engine.rails;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Plan;

/**
 * All that a review rests on.
 *
 * @param preflights by VMID, for the targets of destructive steps ({@link Rails#targets}); where
 *     one is missing only a person's confirmation counts
 * @param given confirmations that have been given for this run
 * @param approvals what people have approved with {@code pivm approve}
 * @param holds by VMID, guests that are left alone
 * @param named guests without an entry in any manifest that the command names itself
 * @param identity who is connected, {@code USER@REALM} or {@code USER@REALM!TOKEN}; null when not
 *     known
 * @param shells nodes of which there is a root shell
 */
public record ReviewRequest(
    Plan plan,
    Inventory inventory,
    Desired desired,
    RailPolicy policy,
    Actor actor,
    SortedMap<Integer, Preflight> preflights,
    List<Given> given,
    List<Approval> approvals,
    SortedMap<Integer, Hold> holds,
    Instant now,
    Window window,
    SortedSet<Integer> named,
    @Nullable String identity,
    SortedSet<String> shells) {

  public ReviewRequest {
    preflights = Collections.unmodifiableSortedMap(new TreeMap<>(preflights));
    given = List.copyOf(given);
    approvals = List.copyOf(approvals);
    holds = Collections.unmodifiableSortedMap(new TreeMap<>(holds));
    named = Collections.unmodifiableSortedSet(new TreeSet<>(named));
    shells = Collections.unmodifiableSortedSet(new TreeSet<>(shells));
  }

  /** A request without pre-flights, confirmations, approvals or holds, and with no window. */
  public static ReviewRequest of(
      Plan plan,
      Inventory inventory,
      Desired desired,
      RailPolicy policy,
      Actor actor,
      Instant now) {
    return new ReviewRequest(
        plan,
        inventory,
        desired,
        policy,
        actor,
        new TreeMap<>(),
        List.of(),
        List.of(),
        new TreeMap<>(),
        now,
        Window.NONE,
        new TreeSet<>(),
        null,
        new TreeSet<>());
  }

  public ReviewRequest withPreflights(SortedMap<Integer, Preflight> gathered) {
    return with(draft -> draft.preflights = gathered);
  }

  public ReviewRequest withGiven(List<Given> confirmations) {
    return with(draft -> draft.given = confirmations);
  }

  public ReviewRequest withApprovals(List<Approval> approved) {
    return with(draft -> draft.approvals = approved);
  }

  public ReviewRequest withHolds(SortedMap<Integer, Hold> held) {
    return with(draft -> draft.holds = held);
  }

  public ReviewRequest withWindow(Window state) {
    return with(draft -> draft.window = state);
  }

  public ReviewRequest withNamed(SortedSet<Integer> vmids) {
    return with(draft -> draft.named = vmids);
  }

  /** The same with who is connected. */
  public ReviewRequest withIdentity(@Nullable String connectedAs) {
    return with(draft -> draft.identity = connectedAs);
  }

  public ReviewRequest withShells(SortedSet<String> nodes) {
    return with(draft -> draft.shells = nodes);
  }

  /** The same with fresh readings. */
  public ReviewRequest withInventory(Inventory read, Instant at) {
    return with(draft -> {
      draft.inventory = read;
      draft.now = at;
    });
  }

  ReviewRequest withPlan(Plan other) {
    return with(draft -> draft.plan = other);
  }

  /** What the manifests say about a guest; null when nothing. */
  @Nullable DesiredGuest entry(int vmid) {
    return desired.guest(vmid);
  }

  /** How messages name a guest, whether it is there yet or not. */
  String subject(int vmid) {
    ObservedGuest observed = inventory.guest(vmid);
    if (observed != null) {
      return observed.subject();
    }
    DesiredGuest entry = entry(vmid);
    return entry == null ? "guest " + vmid : entry.subject();
  }

  private ReviewRequest with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** All components, to be changed one by one. */
  private static final class Draft {
    private Plan plan;
    private Inventory inventory;
    private Desired desired;
    private RailPolicy policy;
    private Actor actor;
    private SortedMap<Integer, Preflight> preflights;
    private List<Given> given;
    private List<Approval> approvals;
    private SortedMap<Integer, Hold> holds;
    private Instant now;
    private Window window;
    private SortedSet<Integer> named;
    private @Nullable String identity;
    private SortedSet<String> shells;

    Draft(ReviewRequest from) {
      plan = from.plan;
      inventory = from.inventory;
      desired = from.desired;
      policy = from.policy;
      actor = from.actor;
      preflights = from.preflights;
      given = from.given;
      approvals = from.approvals;
      holds = from.holds;
      now = from.now;
      window = from.window;
      named = from.named;
      identity = from.identity;
      shells = from.shells;
    }

    ReviewRequest done() {
      return new ReviewRequest(
          plan,
          inventory,
          desired,
          policy,
          actor,
          preflights,
          given,
          approvals,
          holds,
          now,
          window,
          named,
          identity,
          shells);
    }
  }
}
