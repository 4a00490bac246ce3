package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Rights;
import pivm.engine.inventory.Storage;
import pivm.engine.plan.Counted;
import pivm.engine.plan.HostOperation;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;
import pivm.proxmox.GuestType;

/** Rail 1: nothing is made over something that is there, and nothing is done to what is not. */
final class ExistenceRail implements RailRule {

  /** The VMID in the name of a guest's volume, also behind a base image and a folder. */
  private static final Pattern OWNER =
      Pattern.compile("(?:^|[:/])(?:vm|subvol|base|basevol)-(\\d+)-[^/]*$");

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    return switch (step.operation()) {
      case Operation.Create create ->
          List.of(
              free(
                  step,
                  step.node(),
                  Situation.name(create.type(), create.parameters(), ""),
                  before));
      case Operation.Clone clone -> List.of(clone(step, clone, before));
      default -> present(step, before);
    };
  }

  private static Verdict clone(Step step, Operation.Clone clone, Situation before) {
    ProjectedGuest source = before.guest(clone.source());
    if (source == null) {
      return blocked(step, "the guest " + clone.source() + " that is to be copied is not there");
    }
    if (source.type() != clone.type()) {
      return blocked(
          step,
          source.subject()
              + " is to be copied as a "
              + clone.type().manifestName()
              + ", which Proxmox can't; name a guest of the same type");
    }
    return free(
        step, clone.target() == null ? source.node() : clone.target(), clone.name(), before);
  }

  private static boolean isOf(GuestType type, Operation operation) {
    return switch (operation) {
      case Operation.Call call -> call.type() == type;
      case PatchOperation _ -> type == GuestType.LXC;
      case HostOperation _, ImageOperation _, NetworkOperation _ -> true;
    };
  }

  private static List<Verdict> present(Step step, Situation before) {
    ProjectedGuest guest = before.guest(step.vmid());
    if (guest == null) {
      return List.of(blocked(step, before.subject(step) + " is not there any more; plan again"));
    }
    return isOf(guest.type(), step.operation())
        ? List.of()
        : List.of(
            blocked(
                step,
                guest.subject()
                    + " has the other type than the plan takes it for; it is not touched"));
  }

  private static Verdict free(Step step, String node, String name, Situation before) {
    ProjectedGuest taken = before.guest(step.vmid());
    if (taken != null) {
      return blocked(
          step,
          step.vmid()
              + " is taken by "
              + taken.subject()
              + " on "
              + taken.node()
              + (taken.template() ? ", a template" : "")
              + "; it is neither overwritten nor adopted: choose another id, or import it");
    }
    String claim = before.inventory().cluster().claims().get(step.vmid());
    if (claim != null) {
      return blocked(
          step,
          step.vmid() + " is not free: " + claim + " names it; remove that or choose another id");
    }
    for (ProjectedGuest other : before.guests()) {
      if (!name.isEmpty() && other.name().equalsIgnoreCase(name)) {
        return blocked(
            step,
            "the name "
                + name.toLowerCase(Locale.ROOT)
                + " is in use by "
                + other.subject()
                + " on "
                + other.node()
                + "; choose another for "
                + step.vmid());
      }
    }
    return storages(step, node, before);
  }

  private static Verdict storages(Step step, String node, Situation before) {
    int checked = 0;
    List<String> unchecked = new ArrayList<>();
    for (Storage storage : before.inventory().storages().values()) {
      if (!storage.onNode(node) || !holdsGuests(storage)) {
        continue;
      }
      SortedMap<String, Storage.Volume> volumes = volumes(storage, node);
      if (volumes == null || !seesForeign(before, storage, step.vmid())) {
        unchecked.add(storage.id());
      } else {
        checked++;
      }
      String left = volumes == null ? null : leftOver(volumes, step.vmid());
      if (left != null) {
        return blocked(
            step,
            step.vmid()
                + " is not free: "
                + left
                + " is left over on "
                + storage.id()
                + "; look at it, then remove it or choose another id");
      }
    }
    return Verdict.allowed(
        Rail.EXISTENCE,
        step.id(),
        step.vmid()
            + " is free on "
            + Counted.of(before.inventory().nodes().size(), "node")
            + " and "
            + Counted.of(checked, "storage")
            + (unchecked.isEmpty() ? "" : "; not checked on " + Words.list(unchecked)));
  }

  private static boolean holdsGuests(Storage storage) {
    return storage.content().contains("images") || storage.content().contains("rootdir");
  }

  /**
   * Proxmox lists a guest's volume only to who may allocate on the storage, or may look at it and
   * change the disks of the guest of that number (check_volume_access in pve-storage,
   * src/PVE/Storage.pm).
   */
  private static boolean seesForeign(Situation before, Storage storage, int vmid) {
    Rights rights = before.inventory().rights();
    String path = "/storage/" + storage.id();
    return rights.has(path, "Datastore.Allocate")
        || (rights.has(path, "Datastore.Audit") && rights.has("/vms/" + vmid, "VM.Config.Disk"));
  }

  private static @Nullable SortedMap<String, Storage.Volume> volumes(Storage storage, String node) {
    SortedMap<String, Storage.Volume> own = storage.volumes().get(node);
    return own == null && storage.shared() && !storage.volumes().isEmpty()
        ? storage.volumes().values().iterator().next()
        : own;
  }

  private static @Nullable String leftOver(SortedMap<String, Storage.Volume> volumes, int vmid) {
    for (String id : volumes.keySet()) {
      Matcher owner = OWNER.matcher(id);
      if (owner.find() && owner.group(1).equals(Integer.toString(vmid))) {
        return id;
      }
    }
    return null;
  }

  private static Verdict blocked(Step step, String message) {
    return Verdict.blocked(Rail.EXISTENCE, step.id(), message);
  }
}
