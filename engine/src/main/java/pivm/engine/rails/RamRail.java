package pivm.engine.rails;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;

/** Rail 2: enough memory of each node stays unpromised. */
final class RamRail implements RailRule {

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    if (step.operation() instanceof Operation.Create create
        && !MemoryEffect.startsWhenCreated(create)
        && step.memory() <= 0) {
      return List.of();
    }
    MemoryEffect effect = MemoryEffect.of(step, before);
    Long bytes = effect.bytes();
    if (bytes == null) {
      return List.of(
          Verdict.blocked(
              Rail.RAM,
              step.id(),
              "the memory that "
                  + before.subject(step)
                  + " would take on "
                  + effect.node()
                  + " is unknown, so that it can't be given; read its configuration (VM.Audit)"));
    }
    return bytes <= 0 ? List.of() : List.of(judge(step, effect.node(), bytes, before));
  }

  private static Verdict judge(Step step, String node, long bytes, Situation before) {
    return switch (before.memory(node)) {
      case NodeMemory.Unknown unknown -> Verdict.blocked(Rail.RAM, step.id(), unknown(unknown));
      case NodeMemory.Known memory -> {
        RailPolicy policy = before.request().policy();
        long promised = memory.promised(policy.ramBasis()) + before.added(node);
        if (memory.holds(promised + bytes, policy)) {
          yield Verdict.allowed(Rail.RAM, step.id(), left(memory, promised + bytes, policy));
        }
        long credit = credit(node, before);
        yield memory.holds(promised - credit + bytes, policy)
            ? Verdict.allowed(
                Rail.RAM,
                step.id(),
                left(memory, promised - credit + bytes, policy)
                    + ", once "
                    + Words.memory(credit)
                    + " there are given back")
            : Verdict.blocked(
                Rail.RAM, step.id(), refusal(memory, promised - credit, bytes, policy));
      }
    };
  }

  private static long credit(String node, Situation before) {
    return before.freed(node).stream().mapToLong(Situation.Freed::bytes).sum();
  }

  /**
   * The steps that have to be done before this one because it needs what they give back; empty when
   * it fits without.
   */
  static SortedSet<String> waitsFor(Step step, Situation before) {
    MemoryEffect effect = MemoryEffect.of(step, before);
    Long bytes = effect.bytes();
    var steps = new TreeSet<String>();
    NodeMemory.Known memory =
        bytes == null || bytes <= 0 ? null : before.memory(effect.node()).known();
    if (bytes == null || memory == null) {
      return steps;
    }
    RailPolicy policy = before.request().policy();
    long promised = memory.promised(policy.ramBasis()) + before.added(effect.node());
    if (!memory.holds(promised + bytes, policy)) {
      before.freed(effect.node()).forEach(freed -> steps.add(freed.step()));
    }
    return steps;
  }

  private static String left(NodeMemory.Known memory, long promised, RailPolicy policy) {
    return memory.node()
        + " "
        + Math.max(0, Words.percent(memory.total() - promised, memory.total()))
        + " % free after (at least "
        + policy.ramHeadroomPercent()
        + " %"
        + basis(policy)
        + ")";
  }

  private static String basis(RailPolicy policy) {
    return policy.ramBasis() == RailPolicy.RamBasis.USED
        ? ", by memory in use alone: rails.ramBasis is used"
        : "";
  }

  static String unknown(NodeMemory memory) {
    String reason = memory instanceof NodeMemory.Unknown unknown ? ": " + unknown.reason() : "";
    return "nothing can be promised on " + memory.node() + reason;
  }

  static String refusal(NodeMemory.Known memory, long promised, long bytes, RailPolicy policy) {
    long after = promised + bytes;
    long limit = memory.total() * (100L - policy.ramHeadroomPercent()) / 100;
    return Words.memory(bytes)
        + " more would leave "
        + memory.node()
        + " "
        + Math.max(0, Words.percent(memory.total() - after, memory.total()))
        + " % free of "
        + Words.memory(memory.total())
        + " (at least "
        + policy.ramHeadroomPercent()
        + " % must stay free"
        + basis(policy)
        + "): "
        + Words.memory(promised)
        + " are promised there already and "
        + Words.memory(after - limit)
        + " are missing; give the guest less memory, choose another node, or stop something there";
  }
}
