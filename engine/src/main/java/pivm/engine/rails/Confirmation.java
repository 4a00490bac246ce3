package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Digests;

/**
 * A question that only a person can answer.
 *
 * @param id what {@code --confirm} takes; good once and for {@link #VALID}
 * @param subject how people name the object; typing its name confirms
 * @param question what will be done: {@code destroy lxc 210 proxy-01 with its disks}
 * @param steps the ids of the steps that wait for it
 * @param binding what it is void without; null when it is about the run as a whole
 * @param issued when it was asked
 */
public record Confirmation(
    String id,
    String subject,
    String question,
    SortedSet<String> steps,
    @Nullable Binding binding,
    Instant issued) {

  /** How long an id is good. */
  public static final Duration VALID = Duration.ofMinutes(15);

  public Confirmation {
    steps = Collections.unmodifiableSortedSet(new TreeSet<>(steps));
  }

  static Confirmation ask(
      String subject,
      String question,
      SortedSet<String> steps,
      @Nullable Binding binding,
      String planId,
      Instant now) {
    String id =
        Digests.of(planId + "\n" + question + "\n" + steps + "\n" + binding + "\n" + now, 6);
    return new Confirmation(id.substring(0, 8), subject, question, steps, binding, now);
  }

  /** Whether it is about the same thing: neither its id nor its time count. */
  boolean sameQuestion(Confirmation other) {
    return subject.equals(other.subject)
        && question.equals(other.question)
        && steps.equals(other.steps);
  }
}
