package pivm.engine.observation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Runs reads side by side, but never more than Proxmox answers faster for. */
final class Parallel {

  /** Beyond four connections a Proxmox node answers no more quick reads a second. */
  static final int QUICK = 4;

  /** As many quick reads take about as long as making one more encrypted connection. */
  private static final int WORTH_A_CONNECTION = 16;

  /** Reads that may wait for a storage or another node, where more at once helps. */
  private static final int SLOW = 8;

  private Parallel() {}

  /**
   * Applies a function to every item and keeps their order. The first failure stops what has not
   * begun and is thrown.
   */
  static <T, R> List<R> map(List<T> items, Function<T, R> function) {
    return map(items, Math.min(QUICK, 1 + items.size() / WORTH_A_CONNECTION), function);
  }

  /** The same for reads of which each may take long. */
  static <T, R> List<R> mapSlow(List<T> items, Function<T, R> function) {
    return map(items, Math.min(SLOW, items.size()), function);
  }

  private static <T, R> List<R> map(List<T> items, int width, Function<T, R> function) {
    if (width == 1) {
      // In turn, on this thread: the first other one costs a start some ten milliseconds.
      return inTurn(items, function);
    }
    Map<Integer, R> results = new ConcurrentSkipListMap<>();
    var next = new AtomicInteger();
    var failed = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> workers = new ArrayList<>();
      for (int worker = 0; worker < width; worker++) {
        workers.add(threads.submit(() -> work(items, results, function, next, failed)));
      }
      workers.forEach(Parallel::join);
    }
    return List.copyOf(results.values());
  }

  private static <T, R> List<R> inTurn(List<T> items, Function<T, R> function) {
    var results = new ArrayList<R>();
    for (T item : items) {
      results.add(function.apply(item));
    }
    return results;
  }

  private static <T, R> void work(
      List<T> items,
      Map<Integer, R> results,
      Function<T, R> function,
      AtomicInteger next,
      AtomicBoolean failed) {
    try {
      for (int i = next.getAndIncrement();
          i < items.size() && !failed.get();
          i = next.getAndIncrement()) {
        results.put(i, function.apply(items.get(i)));
      }
    } catch (RuntimeException failure) {
      failed.set(true);
      throw failure;
    }
  }

  private static void join(Future<?> worker) {
    try {
      worker.get();
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the cluster", interrupted);
    }
  }
}
