package pivm.engine.plan;

/** What a change does to the guest while it runs. */
public enum Effect {
  /** Nothing: the guest does not run, or does not meet the value. */
  NONE,
  /** In effect at once. */
  LIVE,
  /** Kept by Proxmox until the guest is stopped and started again. */
  PENDING,
  /** In effect by a restart that this plan makes. */
  RESTART,
  /** Only by making the guest anew; PIVM never does that by itself. */
  RECREATE;

  /** The word in JSON. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
