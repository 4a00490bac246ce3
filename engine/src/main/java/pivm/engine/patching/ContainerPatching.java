package pivm.engine.patching;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Worker;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Snapshot;
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;
import pivm.engine.rails.SnapshotRail;
import pivm.engine.report.Table;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.json.Json;

/** Container patching as commands use it. */
public final class ContainerPatching {
  /** As {@link pivm.engine.execution.Workers} has it. */
  public static final String KIND = "containers";

  private final NodeShell shell;
  private final PatchRecords records;

  /**
   * Container patching.
   *
   * @param state folder, for the last results
   * @param logs folder for the log of each day; null for none
   */
  public ContainerPatching(NodeShell shell, Path state, @Nullable Path logs, ZoneId zone) {
    this.shell = shell;
    this.records = new PatchRecords(state, logs, zone);
  }

  /**
   * Who does it, in one run.
   *
   * @param began when the run began
   * @param lock of the cluster; taken for what is changed while an earlier run is settled
   */
  public Worker worker(Instant began, ClusterLock lock) {
    return new PatchWorker(shell, records, began, lock);
  }

  /**
   * Looks at the cluster and asks the containers that run what they are.
   *
   * @param named on the command line; empty for all that the manifest means
   * @param byTimer so that what was patched lately is left out: every node may have a timer
   * @throws InterruptedException when the waiting thread is asked to end
   */
  public Prepared prepare(
      Observer observer, ContainerUpdates manifest, SortedSet<Integer> named, boolean byTimer)
      throws InterruptedException {
    Inventory first = observer.observe(ObservationRequest.of(new TreeSet<>()));
    List<ObservedGuest> meant =
        PatchPlan.meant(manifest, named, first).stream()
            .filter(guest -> !guest.template())
            .filter(guest -> !Selection.any(manifest.exclude(), guest))
            .toList();
    SortedMap<Integer, Long> took = records.took();
    var found =
        new ContainerProbe(shell)
            .ask(
                meant.stream().filter(ObservedGuest::running).toList(),
                guest -> !took.containsKey(guest.vmid()));
    var guests = new TreeSet<Integer>();
    meant.stream()
        .filter(guest -> guest.power() != PowerState.STOPPED || manifest.startStopped())
        .forEach(guest -> guests.add(guest.vmid()));
    return new Prepared(manifest, named, guests, found, byTimer, took, new TreeMap<>());
  }

  /**
   * The containers of a plan that another run has worked on since the plan was made: each run's
   * snapshot takes the place of the one before it.
   *
   * @param seen when the plan was made
   * @param now with the snapshots as they are
   */
  static SortedSet<Integer> overtaken(Plan plan, Inventory seen, Inventory now) {
    var overtaken = new TreeSet<Integer>();
    for (Step step : plan.steps()) {
      if (step.operation() instanceof PatchOperation
          && !Objects.equals(saved(seen, step.vmid()), saved(now, step.vmid()))) {
        overtaken.add(step.vmid());
      }
    }
    return overtaken;
  }

  /** When PIVM's snapshot of a guest was taken; null where there is none that could be seen. */
  private static @Nullable Instant saved(Inventory inventory, int vmid) {
    ObservedGuest guest = inventory.guest(vmid);
    List<Snapshot> snapshots = guest == null ? null : guest.snapshots();
    return snapshots == null
        ? null
        : snapshots.stream()
            .filter(one -> one.name().equals(SnapshotRail.NAME))
            .map(one -> one.taken() == null ? Instant.EPOCH : one.taken())
            .findFirst()
            .orElse(null);
  }

  /**
   * Prepares a part of a plan anew.
   *
   * @param planned the containers that the plan before had
   * @param overtaken those that another run has worked on meanwhile
   */
  Prepared again(
      Observer observer, Prepared before, SortedSet<Integer> planned, SortedSet<Integer> overtaken)
      throws InterruptedException {
    Prepared now = prepare(observer, before.manifest, before.named, before.byTimer);
    var reasons = new TreeMap<>(before.left);
    now.guests.stream()
        .filter(vmid -> !planned.contains(vmid))
        .forEach(vmid -> reasons.putIfAbsent(vmid, "it came up after the plan was made"));
    for (int vmid : overtaken) {
      if (!(now.found.get(vmid) instanceof ContainerProbe.Found.Runs)) {
        reasons.put(vmid, "another run has changed it meanwhile");
      } else if (patched(before.found.get(vmid), now.found.get(vmid))) {
        reasons.put(vmid, "another run has patched it meanwhile");
      }
    }
    return new Prepared(
        now.manifest, now.named, now.guests, now.found, now.byTimer, now.took, reasons);
  }

  private static boolean patched(
      ContainerProbe.@Nullable Found before, ContainerProbe.@Nullable Found now) {
    return now instanceof ContainerProbe.Found.Runs(_, _, _, String last, _)
        && last != null
        && !(before instanceof ContainerProbe.Found.Runs(_, _, _, String earlier, _)
            && last.equals(earlier));
  }

  /** What a plan is made from beside the cluster as it is read then. */
  public static final class Prepared {
    private final ContainerUpdates manifest;
    private final SortedSet<Integer> named;
    private final SortedSet<Integer> guests;
    private final SortedMap<Integer, ContainerProbe.Found> found;
    private final boolean byTimer;
    private final SortedMap<Integer, Long> took;
    private final SortedMap<Integer, String> settled;
    private SortedMap<Integer, String> left = new TreeMap<>();

    /**
     * @param settled why containers are left out whatever they are now, by VMID
     */
    private Prepared(
        ContainerUpdates manifest,
        SortedSet<Integer> named,
        SortedSet<Integer> guests,
        SortedMap<Integer, ContainerProbe.Found> found,
        boolean byTimer,
        SortedMap<Integer, Long> took,
        SortedMap<Integer, String> settled) {
      this.manifest = manifest;
      this.named = named;
      this.guests = guests;
      this.found = found;
      this.byTimer = byTimer;
      this.took = took;
      this.settled = settled;
    }

    /** The guests whose config and snapshots the plan needs. */
    public SortedSet<Integer> guests() {
      return new TreeSet<>(guests);
    }

    public Plan plan(Inventory inventory) {
      PatchPlan.Made made = PatchPlan.of(manifest, named, inventory, found, byTimer, took, settled);
      left = made.left();
      return made.plan();
    }

    /** Why containers are left out of the plan that was made last, by VMID. */
    public SortedMap<Integer, String> left() {
      return new TreeMap<>(left);
    }
  }

  /** Removes logs that are older than the manifest says. */
  public void expire(ContainerUpdates manifest, Instant now) throws IOException {
    records.expire(manifest.keepLogsDays(), now);
  }

  /**
   * The last results, with their age.
   *
   * @param since only those that ended then or later; null for all
   */
  public Json.Arr last(@Nullable Instant since, Instant now) {
    return Json.array(
        records.last().entrySet().stream()
            .filter(entry -> since == null || !at(entry.getValue()).isBefore(since))
            .map(entry -> withAge(entry.getKey(), entry.getValue(), now))
            .toList());
  }

  private static Instant at(Json.Obj entry) {
    return Instant.parse(entry.text("at", Instant.EPOCH.toString()));
  }

  private static Json.Obj withAge(int vmid, Json.Obj entry, Instant now) {
    var form = Json.object().put("vmid", vmid);
    entry.members().forEach(form::put);
    return form.put("age", Math.max(0, Duration.between(at(entry), now).toSeconds())).build();
  }

  /** Results as a table: before, after, packages, security fixes, restart, services down. */
  public static Table table(Json.Arr results) {
    var table =
        Table.of(
            "Container",
            "Node",
            "System",
            "Before",
            "After",
            "Changed",
            "Security",
            "Restart",
            "Down",
            "Result");
    for (Json.Obj entry : results.objects()) {
      Json.Obj result = entry.get("result").asObject();
      table.row(
          entry.text("subject", ""),
          entry.text("node", ""),
          result.text("system", ""),
          number(result, "before"),
          number(result, "after"),
          Integer.toString(result.list("packages").size()),
          result.has("security") ? Integer.toString(result.list("security").size()) : "?",
          result.has("reboot") ? "needed" : "",
          String.join(" ", result.list("down").stream().map(Json::asText).toList()),
          entry.flag("good") ? result.text("outcome", "") : entry.text("summary", ""));
    }
    return table.build();
  }

  private static String number(Json.Obj result, String name) {
    return result.has(name) ? Long.toString(result.integer(name, 0)) : "?";
  }
}
