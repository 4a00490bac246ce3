package pivm.engine.execution;

import java.util.regex.Pattern;

/** What a task's exit status tells about trying again. The texts are Proxmox's own. */
final class Failures {

  private static final Pattern LOCK_TIMEOUT =
      Pattern.compile(
          "can't lock file .* - got timeout|cfs-lock .* error: got lock request timeout|got lock timeout");
  private static final Pattern CHANGED =
      Pattern.compile(
          "checksum mismatch \\(file change by other user\\?\\)|detected modified configuration");
  private static final Pattern LOCKED = Pattern.compile("(?:VM|CT) is locked \\(");
  private static final Pattern NOT_THERE =
      Pattern.compile(
          "[Cc]onfiguration file '.*' does not exist|unable to find configuration file for CT");
  private static final Pattern NO_QUORUM = Pattern.compile("no quorum");
  private static final Pattern EXISTS = Pattern.compile("already exists");

  /** What may be done about a failure. */
  enum Kind {
    /** A lock file was not free in time; nothing was done. */
    LOCK_TIMEOUT,
    /** The guest carries a lock. */
    LOCKED,
    /** The config changed since it was read. */
    CHANGED,
    /** The guest is not on that node. */
    NOT_THERE,
    NO_QUORUM,
    EXISTS,
    OTHER
  }

  private Failures() {}

  static Kind classify(String exitStatus) {
    if (LOCK_TIMEOUT.matcher(exitStatus).find()) {
      return Kind.LOCK_TIMEOUT;
    }
    if (CHANGED.matcher(exitStatus).find()) {
      return Kind.CHANGED;
    }
    if (LOCKED.matcher(exitStatus).find()) {
      return Kind.LOCKED;
    }
    if (NOT_THERE.matcher(exitStatus).find()) {
      return Kind.NOT_THERE;
    }
    if (NO_QUORUM.matcher(exitStatus).find()) {
      return Kind.NO_QUORUM;
    }
    return EXISTS.matcher(exitStatus).find() ? Kind.EXISTS : Kind.OTHER;
  }
}
