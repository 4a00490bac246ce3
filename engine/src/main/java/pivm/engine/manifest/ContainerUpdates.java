package pivm.engine.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the manifest of container patching says.
 *
 * @param schedule of its timer, a systemd calendar expression
 * @param include what is patched; empty for every container
 * @param exclude what is never patched
 * @param startStopped whether stopped containers are started, patched and stopped again
 * @param parallel containers at the same time on one node
 * @param parallelPerStorage containers at the same time on one storage
 * @param reboot whether a container is restarted when its upgrade needs that
 * @param healthCheck a command in the container; null for comparing its services
 * @param rollback whether a container goes back to the run's own snapshot when it fails
 * @param unprotectedAccepted whether one may be patched that can't be protected
 * @param lockWait seconds that a locked package manager is waited for
 * @param timeout minutes that an upgrade may take
 */
public record ContainerUpdates(
    String schedule,
    List<GuestSelector> include,
    List<GuestSelector> exclude,
    boolean startStopped,
    int parallel,
    int parallelPerStorage,
    boolean reboot,
    @Nullable String healthCheck,
    boolean rollback,
    boolean unprotectedAccepted,
    int lockWait,
    int timeout,
    int keepLogsDays,
    boolean dryRun) {
  public ContainerUpdates {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** What holds where nothing is said. */
  public static ContainerUpdates defaults() {
    return UpdateReader.containers("defaults", "{}").value();
  }
}
