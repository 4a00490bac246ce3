package pivm.engine.rails;

/** The rails, in the order in which a review shows them. */
public enum Rail {
  PLAN("plan"),
  RIGHTS("rights"),
  QUORUM("quorum"),
  EXISTENCE("existence"),
  RAM("ram"),
  SNAPSHOT("snapshot"),
  DESTRUCTIVE("destructive"),
  NAMING("naming"),
  LOCK("lock"),
  HOLD("hold"),
  FOREIGN("foreign"),
  BLAST_RADIUS("blast-radius"),
  WINDOW("window");

  private final String word;

  Rail(String word) {
    this.word = word;
  }

  /** The word in JSON. */
  public String word() {
    return word;
  }
}
