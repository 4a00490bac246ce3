package pivm.engine.manifest;

import java.util.Collections;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * A guest as a manifest declares it.
 *
 * @param place where the entry begins
 * @param hostname null when not declared (only with {@link Origin.Existing})
 * @param settings by Proxmox config key ({@code memory}, {@code net0}, {@code rootfs}, {@code
 *     tags}, …): all that is compared, but secrets, which are only ever written. Disks are in the
 *     manifest's form, {@code STORAGE:SIZE[,options]}, which {@link DiskSetting} reads; the host
 *     name is not among them
 * @param creation by Proxmox parameter ({@code password}, {@code ssh-public-keys}): sent at
 *     creation and never compared
 * @param defaultStorage where its first disk goes when no setting says so, as the manifest has it:
 *     {@code STORAGE} or {@code STORAGE:SIZE}; null when the manifest has none. Matters at creation
 *     only
 * @param cloudInitDrive whether a VM must have a cloud-init drive
 * @param node where it is created; null to have it placed
 * @param pinned whether being on another node is a difference
 * @param pool null when not declared, empty when it must be in none
 * @param ha null when not declared, {@link HighAvailability#NONE} when HA must not manage it
 * @param unsnapshottableAccepted whether changes are made even where neither snapshot nor backup
 *     can protect them
 */
public record DesiredGuest(
    Place place,
    GuestType type,
    int vmid,
    @Nullable String hostname,
    Origin origin,
    SequencedMap<String, Setting> settings,
    SequencedMap<String, Setting> creation,
    @Nullable String defaultStorage,
    boolean cloudInitDrive,
    Power power,
    @Nullable String node,
    boolean pinned,
    @Nullable String pool,
    @Nullable HighAvailability ha,
    Restart restart,
    boolean unsnapshottableAccepted) {

  /** What a manifest says about a guest's power and being. */
  public enum Power {
    RUNNING,
    STOPPED,
    TEMPLATE,
    ABSENT,
    /** Not declared: left as it is. */
    UNMANAGED
  }

  /** Whether a running guest may be restarted to bring pending changes into effect. */
  public enum Restart {
    NEVER,
    ALLOWED,
    /** Only inside the maintenance window. */
    WINDOW
  }

  public DesiredGuest {
    settings = Collections.unmodifiableSequencedMap(new TreeMap<>(settings));
    creation = Collections.unmodifiableSequencedMap(new TreeMap<>(creation));
  }

  /** How messages name it: {@code lxc 210 proxy-01}. */
  public String subject() {
    return type.manifestName() + " " + vmid + (hostname == null ? "" : " " + hostname);
  }
}
