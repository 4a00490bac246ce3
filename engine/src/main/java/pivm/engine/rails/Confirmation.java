package pivm.engine.rails;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A question that only a person can answer.
 *
 * @param id what {@code --confirm} takes; bound to what the person was shown, so that it is void
 *     once that has changed
 * @param subject how people name the object; typing its name confirms
 * @param question what will be done: {@code destroy lxc 210 proxy-01 with its disks}
 * @param steps the ids of the steps that wait for it
 */
public record Confirmation(String id, String subject, String question, SortedSet<String> steps) {
  public Confirmation {
    steps = Collections.unmodifiableSortedSet(new TreeSet<>(steps));
  }
}
