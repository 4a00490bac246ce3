package pivm.engine.inventory;

/** Whether a guest runs. A paused VM runs: it holds its memory. */
public enum PowerState {
  RUNNING,
  STOPPED,
  /** Stopped with its memory saved on disk ({@code lock: suspended}). */
  SUSPENDED,
  /** Not visible: its node is offline, or the source holds no status. */
  UNKNOWN
}
