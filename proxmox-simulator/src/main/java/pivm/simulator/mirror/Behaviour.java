package pivm.simulator.mirror;

/** How a file of the mirror is served. */
public sealed interface Behaviour {

  /** As it should be, parts of it on demand. */
  record Honest() implements Behaviour {}

  /** Honestly, but always all of it. */
  record WithoutParts() implements Behaviour {}

  /**
   * The connection ends early.
   *
   * @param bytes after so many
   * @param times how often; honest afterwards
   */
  record BrokenOff(long bytes, int times) implements Behaviour {}

  /** Honestly, but nothing is said to who only asks about it. */
  record WithoutHead() implements Behaviour {}

  /** A piece at a time, with a pause after each. */
  record Slow(int piece, int pauseMillis) implements Behaviour {}

  /** With another length than it has. */
  record WrongLength(long length) implements Behaviour {}

  /** Without length, and without end. */
  record Endless() implements Behaviour {}

  /** Nothing is ever answered. */
  record Silent() implements Behaviour {}

  /** Another address is named instead. */
  record Elsewhere(int status, String location) implements Behaviour {}

  /** An error, with a page that says so. */
  record Refused(int status) implements Behaviour {}

  /** A page for people instead, with the status of success. */
  record LoginPage() implements Behaviour {}

  /** Without a word on the length, ended by the end of the connection. */
  record WithoutLength() implements Behaviour {}
}
