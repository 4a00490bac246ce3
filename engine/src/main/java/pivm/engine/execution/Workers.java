package pivm.engine.execution;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Work;

/**
 * Who does what.
 *
 * @param byKind the worker for each kind of work, by {@link Work#kind}
 */
public record Workers(Map<String, Worker> byKind) {
  public Workers {
    byKind = Map.copyOf(byKind);
  }

  public static Workers none() {
    return new Workers(Map.of());
  }

  @Nullable Worker of(Work work) {
    return byKind.get(work.kind());
  }
}
