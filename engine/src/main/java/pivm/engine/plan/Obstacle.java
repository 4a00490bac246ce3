package pivm.engine.plan;

import org.jspecify.annotations.Nullable;

/**
 * Why a declared change cannot be planned: a missing template, a VMID of the other type. The rails
 * make a blocked verdict of it.
 *
 * @param message what, why, and what to do next
 */
public record Obstacle(@Nullable Integer vmid, String subject, String message) {

  /** The message, led by the subject where it does not begin with it. */
  public String sentence() {
    return message.startsWith(subject) ? message : subject + ": " + message;
  }
}
