package pivm.engine.preflight;

import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.rails.GuestAge;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;

/** Finds out when a guest was made, by its configuration and its node's tasks. */
final class Making {
  private final Function<ApiCall, PreflightReader.Answer> ask;
  private final ObservedGuest guest;

  Making(Function<ApiCall, PreflightReader.Answer> ask, ObservedGuest guest) {
    this.ask = ask;
    this.guest = guest;
  }

  /**
   * When it was. A restored guest is as old as the one in the backup, whose task tells nothing.
   *
   * @return null when neither says so: tasks are kept by each node for itself, and not for ever
   */
  @Nullable Instant made() {
    Instant created = later(last("create"), last("clone"));
    Instant restored = created == null ? null : last("restore");
    Instant byTask = restored != null && restored.isAfter(created) ? null : created;
    return later(byTask, guest.config() == null ? null : GuestAge.made(guest.config()));
  }

  private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }

  /** The start of its last successful task of that kind; a node lists the newest first. */
  private @Nullable Instant last(String kind) {
    String type = (guest.type() == GuestType.QEMU ? "qm" : "vz") + kind;
    PreflightReader.Answer answer =
        ask.apply(
            ApiCall.get("/nodes/" + guest.node() + "/tasks")
                .with("vmid", guest.vmid())
                .with("typefilter", type)
                .with("source", "all")
                .with("limit", 10));
    return answer.data().objects().stream()
        .filter(task -> ended(task.text("status", "")) && task.has("starttime"))
        .map(task -> Instant.ofEpochSecond(task.integer("starttime", 0)))
        .max(Instant::compareTo)
        .orElse(null);
  }

  private static boolean ended(String status) {
    return status.equals("OK") || status.startsWith("WARNINGS");
  }
}
