package pivm.engine.rails;

/**
 * A confirmation that was given.
 *
 * @param confirmation as it was asked
 */
public record Given(Confirmation confirmation, Source source) {

  /** How it was given. */
  public enum Source {
    /** A person typed the guest's name now. */
    PERSON,
    /** By its id, {@code --confirm ID}. */
    ID
  }
}
