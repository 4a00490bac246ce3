package pivm.engine.guest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DesiredGuest.Power;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Origin;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PlanOptions;
import pivm.engine.rails.GuestMemory;
import pivm.proxmox.GuestType;

/** Plans guests that are declared and not there. One instance plans all of a run, in order. */
final class Creation {
  /**
   * Keys that a new guest gets although nobody names them (qemu-server, src/PVE/API2/Qemu.pm;
   * pve-container, src/PVE/API2/LXC.pm).
   */
  private static final List<String> MADE_UP =
      List.of("boot", "machine", "smbios1", "vmgenid", "swap");

  private final Inventory inventory;
  private final PlanOptions options;

  /** Bytes that the guests planned so far will be promised, by node. */
  private final Map<String, Long> promised = new HashMap<>();

  /** Guests as this plan leaves them, by VMID. */
  private final Map<Integer, Supplier<ObservedGuest>> foretold = new HashMap<>();

  /** Guests that are declared and that this plan does not make. */
  private final Set<Integer> missing = new HashSet<>();

  Creation(Inventory inventory, PlanOptions options) {
    this.inventory = inventory;
    this.options = options;
  }

  /** Takes note of what becomes of a guest that is there. */
  void altered(DesiredGuest guest, ObservedGuest observed) {
    // Worked out when it is asked for: most guests have no step and are no clone's source.
    foretold.put(guest.vmid(), () -> Foretold.changed(guest, guest.settings(), observed));
  }

  /** The plan for a guest whose outcome is known here, unless its memory can't be as it says. */
  GuestPlan checked(GuestPlan plan, DesiredGuest guest) {
    return plan.steps().isEmpty()
        ? plan
        : MemoryHotplug.checked(plan, guest, foretold(guest.vmid()));
  }

  /** The guest as this plan leaves it; null when the plan does not reach it. */
  private @Nullable ObservedGuest foretold(int vmid) {
    Supplier<ObservedGuest> outcome = foretold.get(vmid);
    return outcome == null ? null : outcome.get();
  }

  GuestPlan plan(DesiredGuest guest) {
    GuestPlan plan = checked(planned(guest), guest);
    if (plan.steps().isEmpty()) {
      missing.add(guest.vmid());
    }
    return plan;
  }

  private GuestPlan planned(DesiredGuest guest) {
    return switch (guest.origin()) {
      case Origin.Existing _ ->
          GuestPlan.obstacle(
              guest.vmid(),
              guest.subject(),
              guest.subject()
                  + ": the manifest adopts it (EXISTING), but there is no guest with VMID "
                  + guest.vmid()
                  + "; give a template to create it, or correct the vmid");
      case Origin.Clone clone -> clone(guest, clone);
      case Origin.ContainerTemplate(String volume) -> make(guest, volume);
      case Origin.Iso(String volume) -> make(guest, volume);
      case Origin.DiskImage(String volume) -> make(guest, volume);
      case Origin.Blank _ -> make(guest, null);
    };
  }

  private GuestPlan make(DesiredGuest guest, @Nullable String volume) {
    SortedMap<String, Setting> settings = NewGuestSettings.of(guest);
    var checks = new StorageChecks(guest, inventory);
    String awaited = volume == null ? null : options.incoming().awaited().get(volume);
    if (volume != null && awaited != null && checks.lacks(volume)) {
      return GuestPlan.unknown(
          guest.subject(),
          "its image " + volume + " is declared and can't be fetched now: " + awaited);
    }
    List<Obstacle> obstacles = checks.problems(settings, volume);
    if (!obstacles.isEmpty()) {
      return new GuestPlan(null, List.of(), obstacles, null);
    }
    long memory = memory(settings);
    NodeChoice choice =
        new NodeChoice(guest, inventory, options.policy(), promised)
            .choose(settings, volume, guest.power() == Power.RUNNING ? memory : 0);
    if (choice.problem() != null) {
      return choice.problem();
    }
    var chain = new StepChain(guest.vmid(), choice.node());
    var parameters = new CreationParameters(guest, inventory, settings).parameters(volume);
    chain.add(
        "create",
        new Operation.Create(guest.type(), guest.vmid(), parameters),
        Effect.NONE,
        0,
        new StorageLanes(inventory, choice.node()).allocated(guest.type(), settings));
    growImported(guest, settings, chain);
    removeMadeUp(guest, chain);
    List<FieldChange> fields = shown(guest, settings);
    finish(guest, chain, memory, fields, obstacles);
    ObservedGuest made = Foretold.made(guest, chain.node(), settings, memory);
    foretold.put(guest.vmid(), () -> made);
    return created(guest, choice, chain, fields, obstacles, awaiting(volume, choice.node()));
  }

  /** That an image comes first; empty when none does. */
  private List<String> awaiting(@Nullable String volume, String node) {
    return volume == null || options.incoming().steps(volume, node).isEmpty()
        ? List.of()
        : List.of("made when " + volume + " is there");
  }

  /** What Proxmox gives a new guest unasked goes again where it must not be set. */
  private static void removeMadeUp(DesiredGuest guest, StepChain chain) {
    var made = new TreeSet<String>();
    for (String key : MADE_UP) {
      if (guest.settings().get(key) instanceof Setting.Unset) {
        made.add(key);
      }
    }
    if (!made.isEmpty()) {
      chain.add(
          "configure",
          new Operation.Configure(guest.type(), guest.vmid(), new TreeMap<>(), made),
          Effect.NONE);
    }
  }

  /** An imported disk comes as large as its image and is grown to the declared size. */
  private static void growImported(
      DesiredGuest guest, Map<String, Setting> settings, StepChain chain) {
    settings.forEach((name, setting) -> {
      if (setting instanceof Setting.Value(String text)
          && DiskSetting.isDisk(guest.type(), name)
          && DiskSetting.parse(guest.type(), name, text)
              instanceof DiskSetting.Import(_, Long bytes, _, _)
          && bytes != null) {
        chain.add(
            "grow-" + name,
            new Operation.Resize(guest.type(), guest.vmid(), name, bytes),
            Effect.NONE);
      }
    });
  }

  private GuestPlan clone(DesiredGuest guest, Origin.Clone origin) {
    if (missing.contains(origin.source())) {
      return GuestPlan.unknown(
          guest.subject(),
          "its template " + origin.source() + " is declared and can't be made now");
    }
    ObservedGuest planned = foretold(origin.source());
    ObservedGuest source = planned == null ? inventory.guest(origin.source()) : planned;
    var cloning = new Cloning(guest, origin, inventory, source);
    List<Obstacle> obstacles = new ArrayList<>(cloning.problems());
    obstacles.addAll(new StorageChecks(guest, inventory).problems(guest.settings(), null));
    if (!obstacles.isEmpty()) {
      return new GuestPlan(null, List.of(), obstacles, null);
    }
    String sourceNode = cloning.sourceNode();
    if (sourceNode == null) {
      return GuestPlan.unknown(
          guest.subject(), "the node of its template " + origin.source() + " is offline");
    }
    Setting declared = guest.settings().get("memory");
    long memory =
        declared == null
            ? cloning.sourceMemory()
            : memory(new TreeMap<>(Map.of("memory", declared)));
    NodeChoice choice =
        cloning.movable()
            ? new NodeChoice(guest, inventory, options.policy(), promised)
                .choose(guest.settings(), null, guest.power() == Power.RUNNING ? memory : 0)
            : new NodeChoice(guest, inventory, options.policy(), promised).only(sourceNode, memory);
    if (choice.problem() != null) {
      return choice.problem();
    }
    var chain = new StepChain(guest.vmid(), sourceNode);
    List<FieldChange> fields = new ArrayList<>();
    cloning.steps(chain, choice.node(), fields, obstacles);
    finish(guest, chain, memory, fields, obstacles);
    ObservedGuest made = cloning.made(chain.node(), memory);
    foretold.put(guest.vmid(), () -> made);
    return created(guest, choice, chain, fields, obstacles, List.of());
  }

  private void finish(
      DesiredGuest guest,
      StepChain chain,
      long memory,
      List<FieldChange> fields,
      List<Obstacle> obstacles) {
    if (guest.power() == Power.TEMPLATE) {
      chain.add(
          "template", new Operation.ConvertToTemplate(guest.type(), guest.vmid()), Effect.NONE);
      fields.add(new FieldChange("template", null, "1", Effect.NONE, ""));
    }
    new Placing(guest, chain, inventory, fields, obstacles).plan();
    if (guest.power() == Power.RUNNING) {
      chain.add(
          "start", new Operation.Start(guest.type(), guest.vmid()), Effect.NONE, memory, Set.of());
      fields.add(new FieldChange("power", null, "running", Effect.NONE, ""));
      promised.merge(chain.node(), memory, Long::sum);
    }
  }

  private static GuestPlan created(
      DesiredGuest guest,
      NodeChoice choice,
      StepChain chain,
      List<FieldChange> fields,
      List<Obstacle> obstacles,
      List<String> first) {
    List<String> notes = new ArrayList<>(first);
    if (!choice.reason().isEmpty()) {
      notes.add(choice.reason());
    }
    notes.addAll(lost(guest));
    if (guest.type() == GuestType.LXC
        && guest.creation().isEmpty()
        && !(guest.origin() instanceof Origin.Clone)) {
      notes.add(
          "no password or ssh_keys declared: log in with 'pivm guest console "
              + guest.vmid()
              + "'");
    }
    Change change =
        new Change(
            "guests",
            guest.subject(),
            guest.vmid(),
            choice.node(),
            Action.CREATE,
            "declared",
            fields,
            notes);
    return new GuestPlan(change, obstacles.isEmpty() ? chain.steps() : List.of(), obstacles, null);
  }

  /** What was detached from a guest that is gone now went with it. */
  private static List<String> lost(DesiredGuest guest) {
    List<String> lost = new ArrayList<>();
    guest
        .settings()
        .forEach((key, setting) -> {
          if (key.startsWith("unused") && setting instanceof Setting.Value(String volume)) {
            lost.add(key + " is not made: what was on the detached volume " + volume + " is gone");
          }
        });
    return lost;
  }

  private static List<FieldChange> shown(DesiredGuest guest, Map<String, Setting> settings) {
    List<FieldChange> fields = new ArrayList<>();
    switch (guest.origin()) {
      case Origin.ContainerTemplate(String volume) -> fields.add(field("template", volume));
      case Origin.Iso(String volume) -> fields.add(field("template", volume));
      case Origin.DiskImage(String volume) -> fields.add(field("template", volume));
      case Origin.Clone _, Origin.Existing _, Origin.Blank _ -> {}
    }
    settings.forEach((name, setting) -> addShown(fields, name, setting));
    guest.creation().forEach((name, setting) -> addShown(fields, name, setting));
    if (guest.pool() != null && !guest.pool().isEmpty()) {
      fields.add(field("pool", guest.pool()));
    }
    return fields;
  }

  static void addShown(List<FieldChange> fields, String name, Setting setting) {
    switch (setting) {
      case Setting.Value(String text) -> fields.add(field(name, text));
      case Setting.Secret(var reference) -> fields.add(field(name, "(secret " + reference + ")"));
      case Setting.Unset _ -> {}
    }
  }

  private static FieldChange field(String path, String to) {
    return new FieldChange(path, null, to, Effect.NONE, "");
  }

  private static long memory(Map<String, Setting> settings) {
    Long bytes =
        GuestMemory.parse(
            settings.get("memory") instanceof Setting.Value(String text) ? text : null);
    return bytes == null ? 0 : bytes;
  }
}
