package pivm.simulator.state;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Lets faults reach into tasks. */
public interface TaskHook {

  /** A hook that changes nothing. */
  TaskHook NONE =
      new TaskHook() {
        @Override
        public Duration stretch(Task task, Duration duration) {
          return duration;
        }

        @Override
        public @Nullable String failure(Task task) {
          return null;
        }
      };

  /** How long a piece of work takes instead of the given time. */
  Duration stretch(Task task, Duration duration);

  /** What the task is to fail with before its next piece of work; null for nothing. */
  @Nullable String failure(Task task);
}
