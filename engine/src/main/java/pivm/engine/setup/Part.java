package pivm.engine.setup;

import java.io.IOException;

/**
 * One thing that set-up makes.
 *
 * <p>Looking and making may be repeated at any time: a kill between them leaves a thing that is
 * there or not, which the next look finds.
 */
public interface Part {

  /** How things are. */
  enum State {
    MISSING,
    /** It is there as it is wanted. */
    THERE,
    /** It is there and differs; making it again would mend that. */
    OTHER,
    /** It is there and not ours to touch, or can't be made here. */
    BARRED
  }

  /**
   * What a look found.
   *
   * @param words what differs or why it is barred; may be empty
   */
  record Look(State state, String words) {
    static Look of(State state) {
      return new Look(state, "");
    }
  }

  /** What kind of thing it is, one word: {@code folder}, {@code role}. */
  String what();

  /** Which one: a path, an id. */
  String name();

  /** What has to be known later to remove it; may be empty. */
  default String detail() {
    return "";
  }

  /** Whether it is the operator's once it is made: kept by an uninstall, unless it is to purge. */
  default boolean kept() {
    return false;
  }

  /** Whether somebody who took it away by hand meant to. */
  default boolean respectsRemoval() {
    return false;
  }

  /** Whether it is known to come from a set-up on another node. */
  default boolean fromOtherSetup() throws IOException {
    return false;
  }

  Look look() throws IOException;

  /** Makes it, or makes it as it is wanted. */
  void make() throws IOException;

  /**
   * Takes away what {@link #make} made; nothing when it is gone already.
   *
   * @return why it had to stay, as a sentence; empty when it is gone
   */
  String remove() throws IOException;
}
