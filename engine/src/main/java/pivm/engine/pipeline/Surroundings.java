package pivm.engine.pipeline;

import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Limits;
import pivm.engine.execution.Unlocker;
import pivm.engine.manifest.SecretReference;
import pivm.engine.observation.Observer;
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.proxmox.Proxmox;
import pivm.proxmox.Time;

/**
 * What the pipeline works with: all that stands at the edge.
 *
 * @param user who Proxmox takes us for, {@code USER@REALM} or {@code USER@REALM!TOKEN}; null when
 *     not known
 * @param state the folder for journals, approvals, confirmations and holds
 * @param secrets reads a secret right before it is sent
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
    Time time) {}
