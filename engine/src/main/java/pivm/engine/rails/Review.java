package pivm.engine.rails;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;

/** One review of one plan. */
final class Review {
  private final ReviewRequest request;
  private final ProtectedPlan guarded;
  private final List<RailRule> rules = new ArrayList<>(Rails.rules(false));

  /** Verdicts that were found by looking back, with their steps. */
  private final List<Verdict> forced = new ArrayList<>();

  private Plan plan;
  private List<Verdict> verdicts = new ArrayList<>();
  private static final RailRule RIGHTS = new RightsRail();
  private static final List<RailRule> WORK_RULES = Rails.workRules();

  private final NavigableSet<String> blocked = new TreeSet<>();
  private SortedMap<Integer, List<Asked>> asked = new TreeMap<>();
  private SortedMap<String, List<Asked>> askedOfNodes = new TreeMap<>();

  /** A destructive step that needs an answer. */
  private record Asked(Step step, List<DestructiveAction> actions) {}

  Review(ReviewRequest request) {
    guarded = ProtectedPlan.of(request);
    plan = guarded.plan();
    this.request = request.withPlan(plan);
    rules.add(new RamRail());
    rules.add(new BlastRadiusRail());
  }

  ReviewedPlan review() {
    do {
      pass();
    } while (lookBack());
    dropIdleProtection();
    List<Confirmation> open = new ArrayList<>();
    var bindings = new TreeMap<Integer, Binding>();
    askGuests(open, bindings);
    askNodes(open);
    askWhole(open);
    Map<String, Integer> places = new HashMap<>();
    plan.steps().forEach(step -> places.put(step.id(), places.size()));
    verdicts.sort(
        Comparator.comparing(Verdict::rail)
            .thenComparing(one -> places.getOrDefault(String.valueOf(one.step()), -1)));
    return new ReviewedPlan(request, plan, verdicts, blocked, open, unconfirmed(open), bindings);
  }

  /** Judges step after step; what is blocked is not taken as done. */
  private void pass() {
    plan = guarded.plan();
    verdicts = new ArrayList<>(guarded.verdicts());
    verdicts.addAll(forced);
    blocked.clear();
    asked = new TreeMap<>();
    askedOfNodes = new TreeMap<>();
    verdicts.stream().filter(Verdict::isBlocked).forEach(one -> block(one.step()));
    for (Obstacle obstacle : plan.obstacles()) {
      verdicts.add(Verdict.blocked(Rail.PLAN, null, obstacle.sentence()));
    }
    var situation = new Situation(request);
    for (RailRule rule : rules) {
      verdicts.addAll(rule.judge(situation));
    }
    List<Step> steps = new ArrayList<>();
    for (Step step : plan.steps()) {
      steps.add(judge(step, situation));
    }
    plan = ProtectedPlan.with(plan, steps);
    if (verdicts.stream()
        .anyMatch(one -> one.step() == null && one.stopsRun() && one.rail() != Rail.PLAN)) {
      for (Step step : steps) {
        blocked.add(step.id());
      }
    }
  }

  private void block(@Nullable String step) {
    if (step != null) {
      blocked.add(step);
    }
  }

  private Step judge(Step step, Situation situation) {
    if (blocked.contains(step.id()) || step.after().stream().anyMatch(blocked::contains)) {
      blocked.add(step.id());
      // Every missing privilege is told at once, not the next one after each grant.
      verdicts.addAll(RIGHTS.judge(step, situation));
      return step;
    }
    List<Verdict> said = new ArrayList<>();
    (step.onGuest() ? rules : WORK_RULES).forEach(rule -> said.addAll(rule.judge(step, situation)));
    verdicts.addAll(said);
    if (said.stream().anyMatch(Verdict::isBlocked)) {
      blocked.add(step.id());
      return step;
    }
    if (said.stream()
        .anyMatch(
            one -> one.rail() == Rail.DESTRUCTIVE && one.result() == Verdict.Result.CONFIRM)) {
      (step.onGuest()
              ? asked.computeIfAbsent(step.vmid(), _ -> new ArrayList<>())
              : askedOfNodes.computeIfAbsent(situation.subject(step), _ -> new ArrayList<>()))
          .add(new Asked(step, DestructiveAction.of(step, situation)));
    }
    SortedSet<String> first = RamRail.waitsFor(step, situation);
    situation.apply(step);
    if (first.isEmpty()) {
      return step;
    }
    first.addAll(step.after());
    return step.withAfter(first);
  }

  /**
   * A guest that could not be started again is not stopped: finds stops whose later start is
   * blocked.
   *
   * @return whether there were any that were not known yet, so that all has to be judged again
   */
  private boolean lookBack() {
    Set<String> known = new HashSet<>();
    forced.forEach(one -> known.add(String.valueOf(one.step())));
    boolean found = false;
    for (Step start : plan.steps()) {
      if (!(start.operation() instanceof Operation.Start) || !blocked.contains(start.id())) {
        continue;
      }
      SortedSet<String> before = StepOrder.withAncestors(plan.steps(), start.id());
      for (Step stop : plan.steps()) {
        boolean stops =
            stop.operation() instanceof Operation.Shutdown
                || stop.operation() instanceof Operation.Stop;
        if (stops
            && stop.vmid() == start.vmid()
            && before.contains(stop.id())
            && !blocked.contains(stop.id())
            && known.add(stop.id())) {
          forced.add(
              Verdict.blocked(
                  Rail.PLAN,
                  stop.id(),
                  request.subject(stop.vmid())
                      + " is not stopped, since "
                      + start.id()
                      + ", which starts it again, is blocked"));
          found = true;
        }
      }
    }
    return found;
  }

  /** Nothing is saved for a change that is not made. */
  private void dropIdleProtection() {
    guarded
        .inserted()
        .forEach((id, serves) -> {
          if (blocked.containsAll(serves)) {
            blocked.add(id);
          }
        });
  }

  private SortedSet<String> unconfirmed(List<Confirmation> open) {
    var asked = new TreeSet<String>();
    open.forEach(one -> asked.addAll(one.steps()));
    SortedSet<String> all = StepOrder.withDependents(plan.steps(), asked);
    guarded
        .inserted()
        .forEach((id, serves) -> {
          if (serves.stream().allMatch(one -> all.contains(one) || blocked.contains(one))) {
            all.add(id);
          }
        });
    return all;
  }

  private void askGuests(List<Confirmation> open, SortedMap<Integer, Binding> bindings) {
    var consent = new Consent(request);
    asked.forEach((vmid, all) -> {
      ObservedGuest guest = request.inventory().guest(vmid);
      Binding binding = guest == null ? null : Binding.of(guest, request);
      if (binding != null) {
        bindings.put(vmid, binding);
      }
      var steps = new TreeSet<String>();
      var words = new TreeMap<Integer, String>();
      all.forEach(one -> {
        steps.add(one.step().id());
        words.put(words.size(), DestructiveRail.words(one.actions()));
      });
      String subject = request.subject(vmid);
      ask(
          consent,
          Confirmation.ask(
              subject,
              String.join(", then ", words.values()) + ": " + subject,
              steps,
              binding,
              plan.id(),
              request.now()),
          Rail.DESTRUCTIVE,
          open);
    });
  }

  private void askNodes(List<Confirmation> open) {
    askedOfNodes.forEach((subject, all) -> {
      var steps = new TreeSet<String>();
      List<String> words = new ArrayList<>();
      all.forEach(one -> {
        steps.add(one.step().id());
        words.add(DestructiveRail.words(one.actions()) + " " + subject);
      });
      ask(
          new Consent(request),
          Confirmation.ask(
              subject, String.join(", then ", words), steps, null, plan.id(), request.now()),
          Rail.DESTRUCTIVE,
          open);
    });
  }

  private void askWhole(List<Confirmation> open) {
    var start = new Situation(request);
    String question = BlastRadiusRail.question(start);
    if (!question.isEmpty()) {
      ask(
          new Consent(request),
          Confirmation.ask(
              "plan " + plan.id(),
              question,
              BlastRadiusRail.reach(start),
              null,
              plan.id(),
              request.now()),
          Rail.BLAST_RADIUS,
          open);
    }
  }

  /** Settles the verdicts that a question is about if it has been answered, else leaves it open. */
  private void ask(Consent consent, Confirmation question, Rail rail, List<Confirmation> open) {
    Consent.Answer answer = consent.to(question);
    if (answer.by() == null) {
      open.add(question);
    }
    verdicts.replaceAll(verdict -> {
      boolean about =
          verdict.rail() == rail
              && verdict.result() == Verdict.Result.CONFIRM
              && (verdict.step() == null || question.steps().contains(verdict.step()));
      if (!about) {
        return verdict;
      }
      if (answer.by() != null) {
        return Verdict.allowed(rail, verdict.step(), verdict.message() + "; " + answer.by());
      }
      return answer.why().isEmpty()
          ? verdict
          : Verdict.confirm(rail, verdict.step(), verdict.message() + "; " + answer.why());
    });
  }
}
