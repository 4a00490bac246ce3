package pivm.engine.execution;

import java.util.function.Consumer;
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
 * @param cluster that it works on, for the record; null when unknown
 * @param observer that the plan's inventory came from: readings of both are compared
 * @param secrets reads a secret right before it is sent
 * @param unlocker clears the lock of a half-made guest; there is no API call for it
 * @param workers do what is more than one call
 * @param skipBlocked whether to run what does not depend on a blocked step
 */
public record RunContext(
    String run,
    Actor actor,
    @Nullable String user,
    String version,
    @Nullable String cluster,
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
    Workers workers,
    boolean skipBlocked) {

  /** A context with the defaults for all that can have one. */
  public static RunContext of(
      String run, Actor actor, @Nullable String user, Proxmox proxmox, Journal journal) {
    return new RunContext(
        run,
        actor,
        user,
        "1.0.0",
        null,
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
        Workers.none(),
        false);
  }

  public RunContext withTime(Time other) {
    return with(draft -> draft.time = other);
  }

  public RunContext withSecrets(Function<SecretReference, String> other) {
    return with(draft -> draft.secrets = other);
  }

  public RunContext withGuard(StepGuard other) {
    return with(draft -> draft.guard = other);
  }

  public RunContext withPolicy(RailPolicy other) {
    return with(draft -> draft.policy = other);
  }

  public RunContext withLimits(Limits other) {
    return with(draft -> draft.limits = other);
  }

  public RunContext withStop(StopSignal other) {
    return with(draft -> draft.stop = other);
  }

  public RunContext withLock(ClusterLock.Held other) {
    return with(draft -> draft.lock = other);
  }

  public RunContext withUnlocker(Unlocker other) {
    return with(draft -> draft.unlocker = other);
  }

  public RunContext withWorkers(Workers other) {
    return with(draft -> draft.workers = other);
  }

  public RunContext withVersion(String other) {
    return with(draft -> draft.version = other);
  }

  public RunContext withSkipBlocked(boolean skip) {
    return with(draft -> draft.skipBlocked = skip);
  }

  public RunContext withObserver(Observer other) {
    return with(draft -> draft.observer = other);
  }

  private RunContext with(Consumer<Draft> change) {
    var draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** All components, to be changed one by one. */
  private static final class Draft {
    private String run;
    private Actor actor;
    private @Nullable String user;
    private String version;
    private @Nullable String cluster;
    private Proxmox proxmox;
    private Observer observer;
    private Time time;
    private Journal journal;
    private Function<SecretReference, String> secrets;
    private StepGuard guard;
    private RailPolicy policy;
    private Limits limits;
    private StopSignal stop;
    private ClusterLock.Held lock;
    private Unlocker unlocker;
    private Workers workers;
    private boolean skipBlocked;

    Draft(RunContext from) {
      run = from.run;
      actor = from.actor;
      user = from.user;
      version = from.version;
      cluster = from.cluster;
      proxmox = from.proxmox;
      observer = from.observer;
      time = from.time;
      journal = from.journal;
      secrets = from.secrets;
      guard = from.guard;
      policy = from.policy;
      limits = from.limits;
      stop = from.stop;
      lock = from.lock;
      unlocker = from.unlocker;
      workers = from.workers;
      skipBlocked = from.skipBlocked;
    }

    RunContext done() {
      return new RunContext(
          run,
          actor,
          user,
          version,
          cluster,
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
          workers,
          skipBlocked);
    }
  }
}
