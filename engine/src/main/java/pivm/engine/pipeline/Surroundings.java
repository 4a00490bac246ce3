package pivm.engine.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Limits;
import pivm.engine.execution.Unlocker;
import pivm.engine.execution.Workers;
import pivm.engine.manifest.SecretReference;
import pivm.engine.observation.Observer;
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.proxmox.Proxmox;
import pivm.proxmox.Time;
import pivm.proxmox.command.NodeShell;

/**
 * What the pipeline works with: all that stands at the edge.
 *
 * @param user who Proxmox takes us for, {@code USER@REALM} or {@code USER@REALM!TOKEN}; null when
 *     not known
 * @param state the folder for journals, approvals, confirmations and holds
 * @param secrets reads a secret right before it is sent
 * @param workers do what is more than one call
 * @param kinds of things, beside guests, that are compared with what is declared
 * @param shell of the nodes, as root
 * @param preflights gathers what a person must see before something is destroyed
 */
public record Surroundings(
    Proxmox proxmox,
    Observer observer,
    Actor actor,
    @Nullable String user,
    RailPolicy policy,
    Window window,
    Path state,
    String version,
    Limits limits,
    Function<SecretReference, String> secrets,
    PreflightSource preflights,
    ClusterLock clusterLock,
    Unlocker unlocker,
    Workers workers,
    List<Kind> kinds,
    NodeShell shell,
    Time time) {
  public Surroundings {
    kinds = List.copyOf(kinds);
  }

  /** The same for guests alone. */
  public Surroundings(
      Proxmox proxmox,
      Observer observer,
      Actor actor,
      @Nullable String user,
      RailPolicy policy,
      Window window,
      Path state,
      String version,
      Limits limits,
      Function<SecretReference, String> secrets,
      PreflightSource preflights,
      ClusterLock clusterLock,
      Unlocker unlocker,
      Time time) {
    this(
        proxmox,
        observer,
        actor,
        user,
        policy,
        window,
        state,
        version,
        limits,
        secrets,
        preflights,
        clusterLock,
        unlocker,
        Workers.none(),
        List.of(),
        NodeShell.none(),
        time);
  }

  /** The same with other bounds of patience. */
  public Surroundings withLimits(Limits other) {
    return new Surroundings(
        proxmox,
        observer,
        actor,
        user,
        policy,
        window,
        state,
        version,
        other,
        secrets,
        preflights,
        clusterLock,
        unlocker,
        workers,
        kinds,
        shell,
        time);
  }

  /** The same with other kinds of things, and with who does what they take. */
  public Surroundings with(List<Kind> more, Workers doers, NodeShell root) {
    return new Surroundings(
        proxmox,
        observer,
        actor,
        user,
        policy,
        window,
        state,
        version,
        limits,
        secrets,
        preflights,
        clusterLock,
        unlocker,
        doers,
        more,
        root,
        time);
  }
}
