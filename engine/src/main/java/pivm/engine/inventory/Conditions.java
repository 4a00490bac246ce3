package pivm.engine.inventory;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What of the nodes' health the cluster's own list does not tell.
 *
 * @param failedServices by node, the services that systemd calls failed
 * @param waitingKernels by node, the newest kernel that is installed where an older one runs
 * @param tasks that run
 * @param unknown what could not be read
 */
public record Conditions(
    SortedMap<String, List<String>> failedServices,
    SortedMap<String, String> waitingKernels,
    List<RunningTask> tasks,
    List<Unknown> unknown) {

  /** A task that runs. */
  public record RunningTask(String node, String type, String id, String user, Instant since) {}

  public Conditions {
    failedServices = Collections.unmodifiableSortedMap(new TreeMap<>(failedServices));
    waitingKernels = Collections.unmodifiableSortedMap(new TreeMap<>(waitingKernels));
    tasks = List.copyOf(tasks);
    unknown = List.copyOf(unknown);
  }

  /** Nothing was asked. */
  public static Conditions none() {
    return new Conditions(new TreeMap<>(), new TreeMap<>(), List.of(), List.of());
  }
}
