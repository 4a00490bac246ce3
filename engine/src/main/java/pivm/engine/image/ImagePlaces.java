package pivm.engine.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.DesiredImage;
import pivm.engine.manifest.DesiredImages;

/**
 * Where an entry's image is to be.
 *
 * @param problems why it can't be there as declared: what, why, what to do
 * @param unknown places that can't be seen now
 */
public record ImagePlaces(List<ImagePlace> places, List<String> problems, List<Unknown> unknown) {

  /** Storages that hold files (pve-storage, src/PVE/Storage/*Plugin.pm: those with a path). */
  private static final Set<String> FILES =
      Set.of("dir", "nfs", "cifs", "btrfs", "cephfs", "glusterfs");

  public ImagePlaces {
    places = List.copyOf(places);
    problems = List.copyOf(problems);
    unknown = List.copyOf(unknown);
  }

  /**
   * @param storage where entries go that name none, if the manifest names none either
   */
  public static ImagePlaces of(
      DesiredImage image, DesiredImages all, String storage, Inventory inventory) {
    String own = image.storage() == null ? all.storage() : image.storage();
    String id = own == null ? storage : own;
    Storage found = inventory.storage(id);
    String problem = problem(id, found, inventory);
    if (found == null || problem != null) {
      return new ImagePlaces(List.of(), problem == null ? List.of() : List.of(problem), List.of());
    }
    return found.shared() ? shared(image, found, inventory) : local(image, found, inventory);
  }

  private static @Nullable String problem(String id, @Nullable Storage found, Inventory inventory) {
    if (found == null) {
      return "there is no storage " + id + "; there is " + names(inventory);
    }
    if (!FILES.contains(found.type())) {
      return "storage "
          + id
          + " holds no files, being of type "
          + found.type()
          + "; name one that does: "
          + names(inventory);
    }
    return found.enabled() ? null : "storage " + id + " is disabled; enable it or name another";
  }

  private static String names(Inventory inventory) {
    List<String> names =
        inventory.storages().values().stream()
            .filter(storage -> FILES.contains(storage.type()) && storage.enabled())
            .map(Storage::id)
            .toList();
    return names.isEmpty() ? "none that holds files" : String.join(", ", names);
  }

  private static ImagePlaces shared(DesiredImage image, Storage storage, Inventory inventory) {
    for (String node : candidates(image, storage, inventory)) {
      if (reachable(storage, node, inventory)) {
        return new ImagePlaces(
            List.of(new ImagePlace(storage.id(), node, true)), List.of(), List.of());
      }
    }
    var nowhere = new Unknown("storage " + storage.id(), "no node that has it is online");
    return new ImagePlaces(List.of(), List.of(), List.of(nowhere));
  }

  private static List<String> candidates(DesiredImage image, Storage storage, Inventory inventory) {
    List<String> nodes = new ArrayList<>(image.nodes());
    inventory.nodes().keySet().stream()
        .filter(node -> storage.onNode(node) && !nodes.contains(node))
        .forEach(nodes::add);
    return nodes;
  }

  private static boolean reachable(Storage storage, String node, Inventory inventory) {
    Storage.Use use = storage.use().get(node);
    return inventory.online(node) && storage.onNode(node) && (use == null || use.active());
  }

  private static ImagePlaces local(DesiredImage image, Storage storage, Inventory inventory) {
    List<ImagePlace> places = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    List<Unknown> unknown = new ArrayList<>();
    for (String node : nodes(image, storage, inventory)) {
      if (inventory.node(node) == null) {
        problems.add(
            "there is no node "
                + node
                + "; there is "
                + String.join(", ", inventory.nodes().keySet()));
      } else if (!storage.onNode(node)) {
        problems.add("storage " + storage.id() + " is not for node " + node + "; name another");
      } else if (!inventory.online(node)) {
        unknown.add(new Unknown("node " + node, "it is offline"));
      } else if (!reachable(storage, node, inventory)) {
        unknown.add(new Unknown("storage " + storage.id() + " on " + node, "it is not active"));
      } else {
        places.add(new ImagePlace(storage.id(), node, false));
      }
    }
    return new ImagePlaces(places, problems, unknown);
  }

  private static List<String> nodes(DesiredImage image, Storage storage, Inventory inventory) {
    return image.nodes().isEmpty()
        ? inventory.nodes().keySet().stream().filter(storage::onNode).toList()
        : image.nodes();
  }
}
