package pivm.engine.plan;

import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** What a step does: one call about a guest, or {@link Work} of several. */
public sealed interface Operation permits Operation.Call, Work {

  /** The guest that it works on; 0, which no guest has, for what is done to a node. */
  int vmid();

  /** One thing that Proxmox can be asked to do. {@link Calls} turns it into an API call. */
  sealed interface Call extends Operation {
    GuestType type();
  }

  /**
   * Makes a guest from a template, an image, or nothing.
   *
   * @param parameters of {@code POST /nodes/N/lxc} or {@code …/qemu}, without {@code vmid}
   */
  record Create(GuestType type, int vmid, SequencedMap<String, Setting> parameters)
      implements Call {
    public Create {
      parameters = sorted(parameters);
    }
  }

  /**
   * Copies a guest. The step's node is the source's.
   *
   * @param target the node for the copy when it is another one (shared storage only), else null
   * @param storage for a full copy; null leaves it where the source is
   * @param format of the files that a full copy of a VM is written to; null for the source's
   */
  record Clone(
      GuestType type,
      int vmid,
      int source,
      boolean full,
      String name,
      @Nullable String target,
      @Nullable String storage,
      @Nullable String format,
      @Nullable String pool)
      implements Call {}

  /**
   * Changes config keys; carries the config's digest when it is sent.
   *
   * @param revert keys whose waiting change is taken back, in a call of its own: Proxmox refuses
   *     one that is reverted and changed at once
   */
  record Configure(
      GuestType type,
      int vmid,
      SequencedMap<String, Setting> set,
      SortedSet<String> delete,
      SortedSet<String> revert)
      implements Call {
    public Configure {
      set = sorted(set);
      delete = Collections.unmodifiableSortedSet(new TreeSet<>(delete));
      revert = Collections.unmodifiableSortedSet(new TreeSet<>(revert));
    }

    public Configure(
        GuestType type, int vmid, SequencedMap<String, Setting> set, SortedSet<String> delete) {
      this(type, vmid, set, delete, new TreeSet<>());
    }

    public static Configure reverting(GuestType type, int vmid, SortedSet<String> keys) {
      return new Configure(type, vmid, new TreeMap<>(), new TreeSet<>(), keys);
    }
  }

  /**
   * Grows a disk.
   *
   * @param bytes its new size
   */
  record Resize(GuestType type, int vmid, String disk, long bytes) implements Call {}

  /**
   * Copies a disk to another storage and uses the copy; the source stays as {@code unusedN}.
   *
   * @param format of the file that a VM's disk is written to; null for the source's
   */
  record MoveDisk(GuestType type, int vmid, String disk, String storage, @Nullable String format)
      implements Call {}

  /**
   * Changes options of a disk that keeps its volume, whatever name that has by then: the config
   * that is read right before completes it ({@link #on}).
   *
   * @param options by name, as in the disk's property string
   */
  record SetDiskOptions(GuestType type, int vmid, String disk, SortedMap<String, String> options)
      implements Call {
    public SetDiskOptions {
      options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    /** The change on a config as it is; null when it has no such disk. */
    public @Nullable Configure on(GuestConfig config) {
      String present = config.next(disk);
      GuestKey key = GuestKeys.of(type).find(disk);
      if (present == null || key == null) {
        return null;
      }
      PropertyString text = PropertyString.parseLeniently(key, present);
      for (var option : options.entrySet()) {
        text = text.with(option.getKey(), option.getValue());
      }
      return named(text.print());
    }

    /** The same with a word in the volume's place, to be shown and never sent. */
    public Configure shown() {
      var text = new StringBuilder("VOLUME");
      options.forEach((name, value) -> text.append(',').append(name).append('=').append(value));
      return named(text.toString());
    }

    private Configure named(String text) {
      var set = new TreeMap<String, Setting>();
      set.put(disk, Setting.of(text));
      return new Configure(type, vmid, set, new TreeSet<>());
    }
  }

  /** Deletes for good the volume behind an {@code unusedN} key. */
  record DeleteVolume(GuestType type, int vmid, String key) implements Call {}

  record TakeSnapshot(GuestType type, int vmid, String name, String description) implements Call {}

  /**
   * @param force also where an earlier task died in the middle
   */
  record DeleteSnapshot(GuestType type, int vmid, String name, boolean force) implements Call {}

  record Rollback(GuestType type, int vmid, String name) implements Call {}

  /**
   * A backup that keeps all older ones.
   *
   * @param mode {@code snapshot}, {@code suspend} or {@code stop}
   */
  record Backup(GuestType type, int vmid, String storage, String mode, String notes)
      implements Call {}

  record Start(GuestType type, int vmid) implements Call {}

  /**
   * Asks the guest to end.
   *
   * @param timeoutSeconds after which it has failed; the guest is not cut off
   */
  record Shutdown(GuestType type, int vmid, int timeoutSeconds) implements Call {}

  /** Pulls the plug. */
  record Stop(GuestType type, int vmid) implements Call {}

  record Reboot(GuestType type, int vmid, int timeoutSeconds) implements Call {}

  /**
   * @param running whether the guest runs: a VM then moves online, a container is restarted
   */
  record Migrate(GuestType type, int vmid, String target, boolean running) implements Call {}

  record ConvertToTemplate(GuestType type, int vmid) implements Call {}

  /** Destroys the guest with its volumes, and takes it out of jobs and HA. */
  record Destroy(GuestType type, int vmid) implements Call {}

  /**
   * @param pool null to take it out of {@code from}
   */
  record SetPool(GuestType type, int vmid, @Nullable String pool, @Nullable String from)
      implements Call {}

  /**
   * @param exists whether the guest is an HA service already
   */
  record SetHa(GuestType type, int vmid, HighAvailability ha, boolean exists) implements Call {

    /** Whether HA starts the guest for it; {@code started} is what a new service gets. */
    public boolean starts() {
      return ha.state() == null ? !exists : List.of("started", "enabled").contains(ha.state());
    }

    /** Whether HA shuts the guest down for it. */
    public boolean stops() {
      return ha.state() != null && List.of("stopped", "disabled").contains(ha.state());
    }
  }

  /** Takes the guest out of HA's care. */
  record RemoveHa(GuestType type, int vmid) implements Call {}

  /**
   * Puts the guest under an HA rule.
   *
   * @param ruleType {@code node-affinity} or {@code resource-affinity}
   * @param services all services of the rule, this one included
   */
  record JoinHaRule(GuestType type, int vmid, String rule, String ruleType, List<String> services)
      implements Call {
    public JoinHaRule {
      services = List.copyOf(services);
    }
  }

  /** Writes a VM's cloud-init drive anew. */
  record RegenerateCloudInit(GuestType type, int vmid) implements Call {}

  private static SequencedMap<String, Setting> sorted(SequencedMap<String, Setting> settings) {
    return Collections.unmodifiableSequencedMap(new TreeMap<>(settings));
  }
}
