package pivm.engine.patching;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
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
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Plan;
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
    return new Prepared(manifest, named, guests, found, byTimer, took);
  }

  /** What a plan is made from beside the cluster as it is read then. */
  public static final class Prepared {
    private final ContainerUpdates manifest;
    private final SortedSet<Integer> named;
    private final SortedSet<Integer> guests;
    private final SortedMap<Integer, ContainerProbe.Found> found;
    private final boolean byTimer;
    private final SortedMap<Integer, Long> took;
    private SortedMap<Integer, String> left = new TreeMap<>();

    private Prepared(
        ContainerUpdates manifest,
        SortedSet<Integer> named,
        SortedSet<Integer> guests,
        SortedMap<Integer, ContainerProbe.Found> found,
        boolean byTimer,
        SortedMap<Integer, Long> took) {
      this.manifest = manifest;
      this.named = named;
      this.guests = guests;
      this.found = found;
      this.byTimer = byTimer;
      this.took = took;
    }

    /** The guests whose config and snapshots the plan needs. */
    public SortedSet<Integer> guests() {
      return new TreeSet<>(guests);
    }

    public Plan plan(Inventory inventory) {
      PatchPlan.Made made = PatchPlan.of(manifest, named, inventory, found, byTimer, took);
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
