package pivm.cli;

import java.util.Collection;
import java.util.List;

/** How a command ended, as its exit code tells. */
public enum Exit {
  DONE(0),
  FAILED(1),
  /** Differences, only with {@code --detailed-exitcode}; what health or drift find. */
  DIFFERENCES(2),
  BLOCKED(3),
  UNCONFIRMED(4),
  PARTLY_DONE(5),
  WRONG_USAGE(64),
  BAD_MANIFEST(65),
  UNREACHABLE(69),
  NOT_PERMITTED(77);

  /** Of several ends the first of these is the one that the exit code tells. */
  private static final List<Exit> BY_WEIGHT =
      List.of(
          WRONG_USAGE,
          BAD_MANIFEST,
          UNREACHABLE,
          NOT_PERMITTED,
          FAILED,
          BLOCKED,
          UNCONFIRMED,
          PARTLY_DONE,
          DIFFERENCES,
          DONE);

  private final int code;

  Exit(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The one end that stands for several; {@link #DONE} for none. */
  public static Exit of(Collection<Exit> ends) {
    return BY_WEIGHT.stream().filter(ends::contains).findFirst().orElse(DONE);
  }
}
