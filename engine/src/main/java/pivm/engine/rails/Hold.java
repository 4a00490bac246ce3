package pivm.engine.rails;

import java.time.Instant;
import pivm.engine.inventory.Digests;
import pivm.engine.manifest.DesiredGuest;

/**
 * A guest that is left alone, since a rollback brought back what its manifest would change again.
 *
 * @param reason such as {@code rolled back to pre_automation_backup by human:root}
 * @param entry what its manifest said then, see {@link #entry}; the hold ends when it says
 *     something else
 */
public record Hold(int vmid, Instant since, String reason, String entry) {

  /** Whether the hold still stands against what the manifest says now. */
  boolean stands(DesiredGuest guest) {
    return entry.equals(entry(guest));
  }

  /** A hash of all that an entry declares, the same wherever it stands in its file. */
  public static String entry(DesiredGuest guest) {
    String text =
        String.join(
            "\n",
            guest.subject(),
            guest.settings().toString(),
            guest.power().toString(),
            guest.cloudInitDrive() + "",
            guest.node() + "/" + guest.pinned(),
            guest.pool() + "",
            guest.ha() + "",
            guest.restart().toString());
    return Digests.of(text, 6);
  }
}
