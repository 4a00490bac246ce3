package pivm.engine.plan;

/** What a change is, for people and programs. */
public enum Action {
  CREATE("create", "+"),
  CHANGE("change", "~"),
  DESTROY("destroy", "-"),
  START("start", ">"),
  STOP("stop", "."),
  RESTART("restart", "!"),
  MIGRATE("migrate", "→"),
  TEMPLATE("template", "#"),
  /** Waits in Proxmox for a restart that the manifest does not allow: nothing to do now. */
  PENDING("pending", "…");

  private final String word;
  private final String sign;

  Action(String word, String sign) {
    this.word = word;
    this.sign = sign;
  }

  /** The word in JSON. */
  public String word() {
    return word;
  }

  /** The sign before it in a terminal. */
  public String sign() {
    return sign;
  }
}
