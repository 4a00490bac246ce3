package pivm.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;

/**
 * Proxmox filters lists instead of refusing them: what a list is worth, its reader's rights say.
 */
final class Sight {

  /** Why not every guest can be seen; null when every guest can. */
  static @Nullable String gap(Inventory inventory) {
    return inventory.rights().has("/vms", "VM.Audit")
        ? null
        : "not every guest can be seen: the token lacks VM.Audit on /vms";
  }

  /** Warns that a list may be short. */
  static void warn(Call call, Inventory inventory, @Nullable String user) {
    String gap = gap(inventory);
    if (gap != null) {
      call.shell().err().println("warning: " + gap + ". " + remedy(user));
    }
  }

  /**
   * For what is wrong without every guest in sight.
   *
   * @throws Failure when not every guest can be seen
   */
  static void demand(Inventory inventory, @Nullable String user, String what) {
    String gap = gap(inventory);
    if (gap != null) {
      throw new Failure(Exit.NOT_PERMITTED, List.of(what + ": " + gap + ".", remedy(user)), null);
    }
  }

  private static String remedy(@Nullable String user) {
    int bang = user == null ? -1 : user.indexOf('!');
    String owner = user == null ? "USER@REALM" : bang < 0 ? user : user.substring(0, bang);
    return "Grant it: pveum acl modify /vms --users "
        + owner
        + (bang < 0 ? "" : " --tokens '" + user + "'")
        + " --roles PVEAuditor";
  }

  private Sight() {}
}
