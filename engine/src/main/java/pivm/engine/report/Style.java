package pivm.engine.report;

/** Colours, or none. Meaning never rests on colour alone. */
public enum Style {
  PLAIN,
  COLOUR;

  public static Style of(boolean colour) {
    return colour ? COLOUR : PLAIN;
  }

  public String good(String text) {
    return dress("32", text);
  }

  public String warning(String text) {
    return dress("33", text);
  }

  public String bad(String text) {
    return dress("31", text);
  }

  public String strong(String text) {
    return dress("1", text);
  }

  public String faint(String text) {
    return dress("2", text);
  }

  private String dress(String code, String text) {
    return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
