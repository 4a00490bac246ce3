package pivm.engine.image.source;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Does things side by side, none of them longer than a bound; what hangs is left behind. */
final class Bounded {
  private static final int AT_ONCE = 8;

  /**
   * Applies a function to each item.
   *
   * @param limit for each, counted from when it begins
   * @param late what stands for the result of one that took longer
   */
  static <T, R> List<R> map(
      List<T> items, Duration limit, Function<T, R> function, Function<T, R> late)
      throws InterruptedException {
    var permits = new Semaphore(AT_ONCE);
    List<FutureTask<R>> tasks = new ArrayList<>();
    for (T item : items) {
      var task =
          new FutureTask<>(() -> {
            permits.acquire();
            try {
              return within(limit, item, function, late);
            } finally {
              permits.release();
            }
          });
      Thread.ofVirtual().name("look").start(task);
      tasks.add(task);
    }
    List<R> results = new ArrayList<>();
    for (FutureTask<R> task : tasks) {
      results.add(result(task));
    }
    return results;
  }

  private static <T, R> R within(
      Duration limit, T item, Function<T, R> function, Function<T, R> late)
      throws InterruptedException, ExecutionException {
    var task = new FutureTask<>(() -> function.apply(item));
    Thread.ofVirtual().name("look").start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      task.cancel(true);
      return late.apply(item);
    }
  }

  private static <R> R result(FutureTask<R> task) throws InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException failed) {
      Throwable cause = failed.getCause();
      while (cause instanceof ExecutionException deeper) {
        cause = deeper.getCause();
      }
      if (cause instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(cause);
    }
  }

  private Bounded() {}
}
