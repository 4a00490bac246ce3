package pivm.engine.rails;

import java.time.Instant;
import java.util.List;

/**
 * What a person approved on their own terminal or page: a plan with the verdicts and questions that
 * they saw. Good for one run.
 *
 * @param by the person
 * @param confirmations that were open and are answered by it
 */
public record Approval(
    String planId,
    List<Verdict> verdicts,
    List<Confirmation> confirmations,
    String by,
    Instant at) {
  public Approval {
    verdicts = List.copyOf(verdicts);
    confirmations = List.copyOf(confirmations);
  }

  /**
   * A person's approval of a plan.
   *
   * @throws IllegalArgumentException when it is no person who approves
   */
  public static Approval of(ReviewedPlan reviewed, Actor actor, Instant at) {
    if (!(actor instanceof Actor.Human human)) {
      throw new IllegalArgumentException(
          actor.label() + " cannot approve plan " + reviewed.plan().id() + ": only a person can");
    }
    return new Approval(
        reviewed.plan().id(), reviewed.verdicts(), reviewed.openConfirmations(), human.user(), at);
  }

  /** The verdicts that are worse than what was approved; empty when it holds. */
  public List<Verdict> worse(ReviewedPlan now) {
    return Verdicts.worse(verdicts, now.verdicts());
  }
}
