package pivm.engine.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;

/**
 * Files that the other kinds of a plan bring onto storages, for guests to be made from.
 *
 * @param files what steps of the plan bring
 * @param awaited volumes that are declared and can't be brought now, with the reason
 */
public record Incoming(List<File> files, SortedMap<String, String> awaited) {
  public static final Incoming NOTHING = new Incoming(List.of(), new TreeMap<>());

  /**
   * A file.
   *
   * @param node that has it then; empty where all nodes that have the storage do
   * @param step that brings it
   */
  public record File(String node, Storage.Volume volume, String step) {
    boolean on(String other) {
      return node.isEmpty() || node.equals(other);
    }
  }

  public Incoming {
    files = List.copyOf(files);
    awaited = Collections.unmodifiableSortedMap(new TreeMap<>(awaited));
  }

  Incoming and(Incoming other) {
    List<File> all = new ArrayList<>(files);
    all.addAll(other.files);
    var reasons = new TreeMap<>(other.awaited);
    reasons.putAll(awaited);
    return new Incoming(all, reasons);
  }

  /** The steps that bring what a text names to a node. */
  public SortedSet<String> steps(String text, String node) {
    var steps = new TreeSet<String>();
    for (File file : files) {
      if (file.on(node) && VolumeText.names(text, file.volume().id())) {
        steps.add(file.step());
      }
    }
    return steps;
  }

  /** The inventory with the files in those listings that were read: no other is evidence. */
  Inventory in(Inventory inventory) {
    if (files.isEmpty()) {
      return inventory;
    }
    SortedMap<String, Storage> storages = new TreeMap<>(inventory.storages());
    storages.replaceAll((_, storage) -> in(storage));
    return inventory.withStorages(storages);
  }

  private Storage in(Storage storage) {
    SortedMap<String, SortedMap<String, Storage.Volume>> listings =
        new TreeMap<>(storage.volumes());
    for (File file : files) {
      if (file.volume().id().startsWith(storage.id() + ":")) {
        listings.replaceAll((node, held) -> file.on(node) ? with(held, file.volume()) : held);
      }
    }
    return storage.withVolumes(listings);
  }

  private static SortedMap<String, Storage.Volume> with(
      SortedMap<String, Storage.Volume> held, Storage.Volume more) {
    SortedMap<String, Storage.Volume> all = new TreeMap<>(held);
    all.putIfAbsent(more.id(), more);
    return all;
  }
}
