package pivm.engine.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a cluster at a glance.
 *
 * @param cluster its name; null on a single node that is in none
 * @param quorate null when unknown
 * @param guestsTotal without templates
 * @param risks what is in danger, by node, then cause
 */
public record Health(
    @Nullable String cluster,
    @Nullable Boolean quorate,
    int nodesOnline,
    int nodesTotal,
    int guestsRunning,
    int guestsTotal,
    List<Risk> risks,
    List<Unknown> unknown) {

  /** Why something is at risk. */
  public enum Cause {
    OFFLINE,
    NO_QUORUM,
    CPU,
    MEMORY_USED,
    MEMORY_PROMISED,
    STORAGE_FULL,
    SERVICE_FAILED,
    TASK_STUCK,
    REBOOT_PENDING
  }

  /**
   * A danger.
   *
   * @param subject {@code node pve-03}, {@code storage nfs on pve-02}, {@code cluster lab}
   * @param node null where it is no matter of one node
   * @param share of what is there, 0 to 1 and beyond; null where no number says it
   * @param message what is wrong, with its numbers
   */
  public record Risk(
      String subject, @Nullable String node, Cause cause, @Nullable Double share, String message) {}

  public Health {
    risks = List.copyOf(risks);
    unknown = List.copyOf(unknown);
  }

  public boolean atRisk() {
    return !risks.isEmpty();
  }

  /** Nodes with a risk of their own, sorted. */
  public List<String> nodesAtRisk() {
    return risks.stream()
        .map(Risk::node)
        .flatMap(node -> node == null ? Stream.empty() : Stream.of(node))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Judges what was seen.
   *
   * @param now against which the age of tasks is told
   */
  public static Health of(
      Inventory inventory, HealthLimits limits, Conditions conditions, Instant now) {
    List<Risk> risks = new ArrayList<>();
    Boolean quorate = inventory.cluster().quorate();
    String name = inventory.cluster().name();
    if (Boolean.FALSE.equals(quorate)) {
      risks.add(
          new Risk(
              "cluster" + (name == null ? "" : " " + name),
              null,
              Cause.NO_QUORUM,
              null,
              "no quorum: nothing can be changed until more nodes are back"));
    }
    inventory.nodes().values().forEach(node -> node(inventory, limits, conditions, node, risks));
    stuck(conditions, limits, now, risks);
    var guests = inventory.guests().values().stream().filter(guest -> !guest.template()).toList();
    return new Health(
        name,
        quorate,
        (int) inventory.nodes().values().stream().filter(Node::online).count(),
        inventory.nodes().size(),
        (int) guests.stream().filter(ObservedGuest::running).count(),
        guests.size(),
        risks,
        unknown(inventory, conditions));
  }

  private static List<Unknown> unknown(Inventory inventory, Conditions conditions) {
    List<Unknown> unknown = new ArrayList<>(inventory.unknown());
    for (Node node : inventory.nodes().values()) {
      if (node.online() && node.memoryTotal() == null) {
        unknown.add(
            new Unknown(
                "processors and memory of node " + node.name(),
                "its figures are not told; that takes Sys.Audit on /nodes/" + node.name()));
      }
    }
    unknown.addAll(conditions.unknown());
    return unknown;
  }

  private static void stuck(
      Conditions conditions, HealthLimits limits, Instant now, List<Risk> risks) {
    for (Conditions.RunningTask task : conditions.tasks()) {
      Duration age = Duration.between(task.since(), now);
      if (age.compareTo(limits.task()) > 0) {
        risks.add(
            new Risk(
                "task " + task.type() + (task.id().isEmpty() ? "" : " " + task.id()),
                task.node(),
                Cause.TASK_STUCK,
                null,
                "runs on "
                    + task.node()
                    + " for "
                    + age.toHours()
                    + " h, begun by "
                    + task.user()
                    + "; look at its log"));
      }
    }
  }

  private static void conditions(Conditions conditions, String node, List<Risk> risks) {
    List<String> failed = conditions.failedServices().getOrDefault(node, List.of());
    if (!failed.isEmpty()) {
      risks.add(
          new Risk(
              "node " + node,
              node,
              Cause.SERVICE_FAILED,
              null,
              "failed: " + String.join(", ", failed) + "; see systemctl status there"));
    }
    String kernel = conditions.waitingKernels().get(node);
    if (kernel != null) {
      risks.add(
          new Risk(
              "node " + node,
              node,
              Cause.REBOOT_PENDING,
              null,
              "a reboot is pending: the kernel " + kernel + " is installed, an older one runs"));
    }
  }

  private static void node(
      Inventory inventory,
      HealthLimits limits,
      Conditions conditions,
      Node node,
      List<Risk> risks) {
    String subject = "node " + node.name();
    if (!node.online()) {
      risks.add(new Risk(subject, node.name(), Cause.OFFLINE, null, "offline"));
      return;
    }
    Double cpu = node.cpu();
    if (cpu != null && cpu > limits.cpu()) {
      risks.add(
          new Risk(subject, node.name(), Cause.CPU, cpu, percent(cpu) + " of its CPU in use"));
    }
    memory(inventory, limits, node, subject, risks);
    for (Storage storage : inventory.storages().values()) {
      if (!storage.shared() || risks.stream().noneMatch(risk -> isAbout(risk, storage))) {
        storage(storage, limits, node, risks);
      }
    }
    conditions(conditions, node.name(), risks);
  }

  private static void memory(
      Inventory inventory, HealthLimits limits, Node node, String subject, List<Risk> risks) {
    Long total = node.memoryTotal();
    if (total == null) {
      return;
    }
    Long known = node.memoryUsed();
    long used = known == null ? 0 : Math.max(0, known - node.reclaimable());
    double usedShare = (double) used / total;
    if (usedShare >= limits.memoryUsed()) {
      risks.add(
          new Risk(
              subject,
              node.name(),
              Cause.MEMORY_USED,
              usedShare,
              percent(usedShare)
                  + " of its memory in use ("
                  + gib(used)
                  + " of "
                  + gib(total)
                  + ")"));
    }
    long promised = Math.max(used, configuredMemory(inventory, node.name()));
    double promisedShare = (double) promised / total;
    if (promisedShare > limits.memoryPromised()) {
      risks.add(
          new Risk(
              subject,
              node.name(),
              Cause.MEMORY_PROMISED,
              promisedShare,
              percent(promisedShare)
                  + " of its memory promised ("
                  + gib(promised)
                  + " of "
                  + gib(total)
                  + "); nothing more can be started there"));
    }
  }

  /** Configured memory of the guests that run on a node, in bytes. */
  public static long configuredMemory(Inventory inventory, String node) {
    return inventory.guests().values().stream()
        .filter(guest -> guest.running() && guest.node().equals(node) && !guest.template())
        .mapToLong(ObservedGuest::maxMemory)
        .sum();
  }

  private static void storage(Storage storage, HealthLimits limits, Node node, List<Risk> risks) {
    Storage.Use use = storage.use().get(node.name());
    Long total = use == null ? null : use.total();
    Long available = use == null ? null : use.available();
    if (total == null || available == null || total == 0) {
      return;
    }
    double share = 1 - (double) available / total;
    if (share >= limits.storage()) {
      risks.add(
          new Risk(
              subject(storage) + (storage.shared() ? "" : " on " + node.name()),
              storage.shared() ? null : node.name(),
              Cause.STORAGE_FULL,
              share,
              percent(share) + " full (" + gib(available) + " of " + gib(total) + " free)"));
    }
  }

  private static String subject(Storage storage) {
    return "storage " + storage.id();
  }

  private static boolean isAbout(Risk risk, Storage storage) {
    return risk.cause() == Cause.STORAGE_FULL && risk.subject().equals(subject(storage));
  }

  private static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  private static String gib(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
  }
}
