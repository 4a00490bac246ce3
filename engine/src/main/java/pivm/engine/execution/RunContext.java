package pivm.engine.execution;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.Journal;
import pivm.engine.manifest.SecretReference;
import pivm.engine.observation.Observer;
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.proxmox.Proxmox;
import pivm.proxmox.Time;

/**
 * All that a run needs besides its plan.
 *
 * @param run its name, as {@link pivm.engine.history.History#runName} makes it
 * @param user the user or token that Proxmox knows us by ({@code pivm@pve!main}); null when
 *     unknown, and then tasks of any user may be ours
 * @param version of PIVM, for the record
 * @param observer that the plan's inventory came from: readings of both are compared
 * @param secrets reads a secret right before it is sent
 * @param unlocker clears the lock of a half-made guest; there is no API call for it
 * @param skipBlocked whether to run what does not depend on a blocked step
 */
public record RunContext(
    String run,
    Actor actor,
    @Nullable String user,
    String version,
    Proxmox proxmox,
    Observer observer,
    Time time,
    Journal journal,
    Function<SecretReference, String> secrets,
    StepGuard guard,
    RailPolicy policy,
    Limits limits,
    StopSignal stop,
    ClusterLock.Held lock,
    Unlocker unlocker,
    boolean skipBlocked) {

  /** A context with the defaults for all that can have one. */
  public static RunContext of(
      String run, Actor actor, @Nullable String user, Proxmox proxmox, Journal journal) {
    return new RunContext(
        run,
        actor,
        user,
        "1.0.0",
        proxmox,
        Observer.over(proxmox),
        Time.system(),
        journal,
        reference -> {
          throw new IllegalStateException("the secret " + reference + " cannot be read here");
        },
        StepGuard.admitting(),
        RailPolicy.defaults(),
        Limits.defaults(),
        new StopSignal(),
        ClusterLock.NONE,
        Unlocker.none(),
        false);
  }

  public RunContext withTime(Time other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        other,
        journal,
        secrets,
        guard,
        policy,
        limits,
        stop,
        lock,
        unlocker,
        skipBlocked);
  }

  public RunContext withSecrets(Function<SecretReference, String> other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        time,
        journal,
        other,
        guard,
        policy,
        limits,
        stop,
        lock,
        unlocker,
        skipBlocked);
  }

  public RunContext withGuard(StepGuard other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        time,
        journal,
        secrets,
        other,
        policy,
        limits,
        stop,
        lock,
        unlocker,
        skipBlocked);
  }

  public RunContext withPolicy(RailPolicy other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        time,
        journal,
        secrets,
        guard,
        other,
        limits,
        stop,
        lock,
        unlocker,
        skipBlocked);
  }

  public RunContext withLimits(Limits other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        time,
        journal,
        secrets,
        guard,
        policy,
        other,
        stop,
        lock,
        unlocker,
        skipBlocked);
  }

  public RunContext withStop(StopSignal other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        time,
        journal,
        secrets,
        guard,
        policy,
        limits,
        other,
        lock,
        unlocker,
        skipBlocked);
  }

  public RunContext withLock(ClusterLock.Held other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        time,
        journal,
        secrets,
        guard,
        policy,
        limits,
        stop,
        other,
        unlocker,
        skipBlocked);
  }

  public RunContext withUnlocker(Unlocker other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        observer,
        time,
        journal,
        secrets,
        guard,
        policy,
        limits,
        stop,
        lock,
        other,
        skipBlocked);
  }

  public RunContext withVersion(String other) {
    return new RunContext(
        run,
        actor,
        user,
        other,
        proxmox,
        observer,
        time,
        journal,
        secrets,
        guard,
        policy,
        limits,
        stop,
        lock,
        unlocker,
        skipBlocked);
  }

  public RunContext withSkipBlocked(boolean skip) {
    return new RunContext(
        run, actor, user, version, proxmox, observer, time, journal, secrets, guard, policy, limits,
        stop, lock, unlocker, skip);
  }

  public RunContext withObserver(Observer other) {
    return new RunContext(
        run,
        actor,
        user,
        version,
        proxmox,
        other,
        time,
        journal,
        secrets,
        guard,
        policy,
        limits,
        stop,
        lock,
        unlocker,
        skipBlocked);
  }
}
