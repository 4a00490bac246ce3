package pivm.engine.rails;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;

/** The cluster as it will be when the steps judged so far are done. Lives for one review. */
final class Situation {

  /** Memory that a step gives back to its node. */
  record Freed(String step, long bytes) {}

  private final ReviewRequest request;

  /** The guests that were asked for; the others are as they were observed. */
  private final SortedMap<Integer, ProjectedGuest> guests = new TreeMap<>();

  private final Set<Integer> gone = new HashSet<>();
  private final Map<String, NodeMemory> memories = new HashMap<>();
  private final Map<String, Long> added = new TreeMap<>();
  private final Map<String, List<Freed>> freed = new TreeMap<>();

  Situation(ReviewRequest request) {
    this.request = request;
  }

  ReviewRequest request() {
    return request;
  }

  Plan plan() {
    return request.plan();
  }

  Inventory inventory() {
    return request.inventory();
  }

  @Nullable ProjectedGuest guest(int vmid) {
    ProjectedGuest known = guests.get(vmid);
    ObservedGuest observed = known == null ? inventory().guest(vmid) : null;
    return observed == null || gone.contains(vmid) ? known : projected(observed);
  }

  private ProjectedGuest projected(ObservedGuest observed) {
    ProjectedGuest guest = ProjectedGuest.of(observed);
    guests.put(observed.vmid(), guest);
    return guest;
  }

  /** All of them, by VMID. */
  Iterable<ProjectedGuest> guests() {
    for (ObservedGuest observed : inventory().guests().values()) {
      if (!guests.containsKey(observed.vmid()) && !gone.contains(observed.vmid())) {
        projected(observed);
      }
    }
    return guests.values();
  }

  /** A node's memory as it was observed. */
  NodeMemory memory(String node) {
    return memories.computeIfAbsent(node, name -> NodeMemory.of(inventory(), name));
  }

  /** Where a step's guest will be when it runs. */
  String node(Step step) {
    ProjectedGuest guest = guest(step.vmid());
    return guest == null ? step.node() : guest.node();
  }

  /** How messages name a step's guest. */
  String subject(Step step) {
    if (!step.onGuest() && step.operation() instanceof Work work) {
      return work.subject();
    }
    ProjectedGuest guest = guest(step.vmid());
    return guest == null ? request.subject(step.vmid()) : guest.subject();
  }

  /** Bytes that the steps so far have promised on a node. */
  long added(String node) {
    return added.getOrDefault(node, 0L);
  }

  /** What the steps so far give back on a node. */
  List<Freed> freed(String node) {
    return freed.getOrDefault(node, List.of());
  }

  /** Whether the plan starts the guest again after that step. */
  boolean startsAgain(Step step) {
    List<Step> steps = plan().steps();
    int at = steps.indexOf(step);
    return steps.subList(at + 1, steps.size()).stream()
        .anyMatch(
            later -> later.vmid() == step.vmid() && later.operation() instanceof Operation.Start);
  }

  /** Takes a step as done. */
  void apply(Step step) {
    if (!step.onGuest()) {
      return;
    }
    MemoryEffect memory = MemoryEffect.of(step, this);
    Long bytes = memory.bytes();
    if (bytes != null && bytes > 0) {
      added.merge(memory.node(), bytes, Long::sum);
      if (step.operation() instanceof PatchOperation) {
        // Started for its upgrade only: a later one may wait until it is at rest again.
        freed
            .computeIfAbsent(memory.node(), _ -> new ArrayList<>())
            .add(new Freed(step.id(), bytes));
      }
    } else if (bytes != null && bytes < 0) {
      freed
          .computeIfAbsent(memory.node(), _ -> new ArrayList<>())
          .add(new Freed(step.id(), -bytes));
    }
    if (memory.leaves() != null) {
      freed
          .computeIfAbsent(memory.leaves(), _ -> new ArrayList<>())
          .add(new Freed(step.id(), bytes == null ? 0 : bytes));
    }
    project(step);
  }

  private void project(Step step) {
    ProjectedGuest guest = guest(step.vmid());
    switch (step.operation()) {
      case Operation.Create create -> guests.put(create.vmid(), created(create, step.node()));
      case Operation.Clone clone -> guests.put(clone.vmid(), cloned(clone, step.node()));
      case Operation.Destroy destroy -> {
        guests.remove(destroy.vmid());
        gone.add(destroy.vmid());
      }
      default -> {
        if (guest != null) {
          guests.put(guest.vmid(), changed(step, guest));
        }
      }
    }
  }

  private ProjectedGuest changed(Step step, ProjectedGuest guest) {
    return switch (step.operation()) {
      case Operation.Start _ -> guest.started();
      case Operation.Shutdown _, Operation.Stop _ -> guest.stopped(kept(step, guest));
      case Operation.SetHa ha ->
          ha.stops() ? guest.stopped(guest.held()) : ha.starts() ? guest.started() : guest;
      case Operation.Reboot _ -> guest.started();
      case Operation.Migrate migrate -> guest.on(migrate.target());
      case Operation.ConvertToTemplate _ -> guest.asTemplate();
      case Operation.Configure configure -> configured(step, configure, guest);
      case Operation.TakeSnapshot take -> guest.withSnapshots(plus(guest, take.name()));
      case Operation.DeleteSnapshot delete -> guest.withSnapshots(minus(guest, delete.name()));
      default -> guest;
    };
  }

  private long kept(Step step, ProjectedGuest guest) {
    Long current = guest.current();
    return guest.running() && current != null && startsAgain(step) ? current : guest.held();
  }

  private static @Nullable SortedSet<String> plus(ProjectedGuest guest, String name) {
    SortedSet<String> names = guest.snapshots();
    SortedSet<String> more = names == null ? null : new TreeSet<>(names);
    if (more != null) {
      more.add(name);
    }
    return more;
  }

  private static @Nullable SortedSet<String> minus(ProjectedGuest guest, String name) {
    SortedSet<String> names = guest.snapshots();
    SortedSet<String> fewer = names == null ? null : new TreeSet<>(names);
    if (fewer != null) {
      fewer.remove(name);
    }
    return fewer;
  }

  private static ProjectedGuest configured(
      Step step, Operation.Configure configure, ProjectedGuest guest) {
    ProjectedGuest described =
        guest.described(
            name(configure.type(), configure.set(), guest.name()),
            configure.set().get("tags") instanceof Setting.Value(String tags)
                ? tags(tags)
                : guest.tags(),
            protection(configure, guest));
    Long memory = MemoryEffect.configured(configure);
    if (memory == null) {
      return described;
    }
    boolean atOnce = !guest.running() || MemoryEffect.live(step, configure);
    return described.withMemory(atOnce ? memory : guest.current(), memory);
  }

  private static boolean protection(Operation.Configure configure, ProjectedGuest guest) {
    if (configure.delete().contains("protection")) {
      return false;
    }
    return configure.set().get("protection") instanceof Setting.Value(String text)
        ? Flags.isOn(text)
        : guest.protection();
  }

  private static ProjectedGuest created(Operation.Create create, String node) {
    Map<String, Setting> parameters = create.parameters();
    Long memory =
        parameters.containsKey("memory")
            ? GuestMemory.set(parameters.get("memory"))
            : GuestMemory.parse(null);
    return new ProjectedGuest(
        create.type(),
        create.vmid(),
        name(create.type(), parameters, ""),
        node,
        true,
        MemoryEffect.startsWhenCreated(create),
        false,
        false,
        memory,
        memory,
        0,
        parameters.get("tags") instanceof Setting.Value(String tags) ? tags(tags) : new TreeSet<>(),
        new TreeSet<>());
  }

  private ProjectedGuest cloned(Operation.Clone clone, String node) {
    ProjectedGuest source = guest(clone.source());
    Long memory = source == null ? null : source.next();
    return new ProjectedGuest(
        clone.type(),
        clone.vmid(),
        clone.name(),
        clone.target() == null ? node : clone.target(),
        true,
        false,
        false,
        false,
        memory,
        memory,
        0,
        source == null ? new TreeSet<>() : source.tags(),
        new TreeSet<>());
  }

  static String name(GuestType type, Map<String, Setting> settings, String otherwise) {
    String key = type == GuestType.QEMU ? "name" : "hostname";
    return settings.get(key) instanceof Setting.Value(String name) ? name : otherwise;
  }

  /** Tags may be separated by semicolon, comma or blank, and are kept in lower case. */
  static SortedSet<String> tags(String text) {
    var tags = new TreeSet<String>();
    for (String tag : text.toLowerCase(Locale.ROOT).split("[;,\\s]+")) {
      if (!tag.isEmpty()) {
        tags.add(tag);
      }
    }
    return tags;
  }
}
