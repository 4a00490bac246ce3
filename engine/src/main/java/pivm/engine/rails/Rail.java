package pivm.engine.rails;

/** The rails, in the order in which a review shows them. */
public enum Rail {
  PLAN("plan"),
  RIGHTS("rights"),
  /** The right to delete files of a storage, without which the other files can still be brought. */
  FILE_RIGHTS("file-rights", true),
  QUORUM("quorum"),
  EXISTENCE("existence"),
  RAM("ram"),
  SNAPSHOT("snapshot"),
  DESTRUCTIVE("destructive"),
  NAMING("naming"),
  LOCK("lock", true),
  HOLD("hold", true),
  FOREIGN("foreign"),
  BLAST_RADIUS("blast-radius"),
  WINDOW("window", true);

  private final String word;
  private final boolean defers;

  Rail(String word) {
    this(word, false);
  }

  Rail(String word, boolean defers) {
    this.word = word;
    this.defers = defers;
  }

  /** The word in JSON. */
  public String word() {
    return word;
  }

  /**
   * Whether what it blocks is only left out for now (a lock, a hold, a closed window, a file that
   * may not be deleted), so that the rest of the run goes on.
   */
  public boolean defers() {
    return defers;
  }
}
