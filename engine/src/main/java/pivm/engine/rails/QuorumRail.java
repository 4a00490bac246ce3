package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import pivm.engine.inventory.Cluster;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;

/** Nothing is changed without quorum, or on a node that is not there. */
final class QuorumRail implements RailRule {

  @Override
  public List<Verdict> judge(Situation start) {
    if (start.plan().steps().isEmpty()) {
      return List.of();
    }
    Cluster cluster = start.inventory().cluster();
    Boolean quorate = cluster.quorate();
    if (quorate == null && cluster.name() != null) {
      return List.of(
          Verdict.blocked(
              Rail.QUORUM,
              null,
              "whether the cluster "
                  + cluster.name()
                  + " has quorum could not be read, so that nothing is changed; ask a node with"
                  + " pvecm status"));
    }
    if (quorate != null && !quorate) {
      return List.of(
          Verdict.blocked(
              Rail.QUORUM,
              null,
              "the cluster "
                  + (cluster.name() == null ? "" : cluster.name() + " ")
                  + "has no quorum, so that nothing can be written; bring its nodes back first"));
    }
    return List.of(
        Verdict.allowed(
            Rail.QUORUM,
            null,
            cluster.name() == null
                ? "a single node needs no quorum"
                : "the cluster " + cluster.name() + " has quorum"));
  }

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    List<Verdict> verdicts = new ArrayList<>();
    offline(step, before.node(step), before, verdicts);
    String target =
        switch (step.operation()) {
          case Operation.Migrate migrate -> migrate.target();
          case Operation.Clone clone -> clone.target();
          default -> null;
        };
    if (target != null) {
      offline(step, target, before, verdicts);
    }
    return verdicts;
  }

  private static void offline(Step step, String node, Situation before, List<Verdict> verdicts) {
    if (!before.inventory().online(node)) {
      verdicts.add(
          Verdict.blocked(
              Rail.QUORUM,
              step.id(),
              before.subject(step)
                  + " can't be worked on: the node "
                  + node
                  + (before.inventory().node(node) == null ? " is not known" : " is offline")));
    }
  }
}
