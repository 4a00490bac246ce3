package pivm.cli;

import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.guest.DefaultStorage;
import pivm.engine.inventory.Inventory;
import pivm.engine.observation.ObservationRequest;
import pivm.proxmox.ProxmoxException;

/** Finds out where new guests' disks go: as told, else asked for with a suggestion. */
final class StorageQuestion {
  private static final String NONE = "none";

  private final Call call;

  StorageQuestion(Call call) {
    this.call = call;
  }

  /**
   * @return null for no default
   * @throws Failure when the named storage can't hold disks
   */
  @Nullable String answer() {
    String named = call.parsed().text("--storage");
    Inventory inventory = cluster();
    if (inventory == null) {
      return named;
    }
    if (named != null) {
      return checked(named, inventory);
    }
    List<String> good = DefaultStorage.suggestions(inventory);
    if (good.isEmpty()) {
      call.say(
          "note: no storage of this cluster is thin and able to snapshot both kinds of guest, so"
              + " none is suggested for defaults.storage");
      return null;
    }
    String suggested = good.getFirst();
    String typed =
        new Prompt(call)
            .answer(
                "Storage for new guests' disks, thin and able to snapshot ("
                    + String.join(", ", good)
                    + ", or "
                    + NONE
                    + ") ["
                    + suggested
                    + "]: ");
    if (typed == null) {
      call.say(
          "note: new guests' disks could go to "
              + suggested
              + ", which is thin and able to snapshot: \"defaults\": {\"storage\": \""
              + suggested
              + "\"}");
      return null;
    }
    if (typed.equals(NONE)) {
      return null;
    }
    return typed.isEmpty() ? suggested : checked(typed, inventory);
  }

  private static String checked(String named, Inventory inventory) {
    List<String> possible = DefaultStorage.possible(inventory);
    if (!possible.contains(named)) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "Storage " + named + " holds no guest's disks on this cluster.",
              "Those that may: " + String.join(", ", possible)),
          null);
    }
    return named;
  }

  /** Null without a cluster: a folder can be made all the same. */
  private @Nullable Inventory cluster() {
    if (call.settings().text(Keys.ENDPOINT) == null
        && call.settings().text(Keys.PMXCFS) == null
        && NodeAccess.here() == null) {
      return null;
    }
    try (Connection connection = Connection.open(call)) {
      return connection.observer().observe(ObservationRequest.of(Collections.emptySortedSet()));
    } catch (ProxmoxException unreachable) {
      call.say("note: no storage is suggested: " + unreachable.getMessage());
      return null;
    }
  }
}
