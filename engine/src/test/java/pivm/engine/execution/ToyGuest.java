package pivm.engine.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** A guest of the toy cluster. */
final class ToyGuest {
  final GuestType type;
  final int vmid;
  String node;
  boolean running;
  boolean ha;
  @Nullable String lock;
  final SortedMap<String, String> values = new TreeMap<>();
  final SortedMap<String, String> pending = new TreeMap<>();
  final SortedMap<String, String> snapshots = new TreeMap<>();

  /** Names of snapshots whose task was cut off. */
  final List<String> broken = new ArrayList<>();

  long startedAt;

  /** Its task was cut off. */
  boolean halfMade;

  String volume = "";

  ToyGuest(GuestType type, int vmid, String node) {
    this.type = type;
    this.vmid = vmid;
    this.node = node;
  }

  String name() {
    return values.getOrDefault(type == GuestType.QEMU ? "name" : "hostname", "");
  }

  boolean template() {
    return "1".equals(values.get("template"));
  }

  /** Changes with everything in the config file: values, waiting changes, snapshots, lock. */
  String digest() {
    String all = values + "|" + pending + "|" + snapshots + "|" + broken + "|" + lock;
    return String.format("%08x%08x", all.hashCode(), all.length());
  }

  void put(String key, String value, boolean later) {
    if (later) {
      pending.put(key, value);
    } else {
      values.put(key, value);
    }
  }

  void applyPending() {
    values.putAll(pending);
    pending.clear();
  }

  @Override
  public String toString() {
    return type.manifestName()
        + " "
        + vmid
        + " on "
        + node
        + (running ? " running " : " stopped ")
        + "lock="
        + lock
        + " "
        + values
        + " pending "
        + pending
        + " snapshots "
        + snapshots
        + " broken "
        + broken;
  }
}
