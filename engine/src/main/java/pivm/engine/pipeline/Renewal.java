package pivm.engine.pipeline;

/**
 * Looks at a judged plan once more, when its run has come to hold the cluster's lock: another
 * manager may have worked until then.
 */
@FunctionalInterface
public interface Renewal {

  /**
   * The plan as it is to be run.
   *
   * @return the same one where nothing of it has been overtaken; of another, only what needs
   *     neither a confirmation nor an approval that was not given is run
   * @throws InterruptedException when the waiting thread is asked to end
   */
  Planned renew(Planned agreed) throws InterruptedException;

  /** For plans whose every step looks for itself. */
  static Renewal none() {
    return agreed -> agreed;
  }
}
