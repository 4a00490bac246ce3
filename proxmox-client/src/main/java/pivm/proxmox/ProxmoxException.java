package pivm.proxmox;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Proxmox refused, failed, or could not be reached. The message keeps Proxmox's own words.
 *
 * <p>The subclasses say what happened; {@link #remedy} says who can mend it.
 */
public abstract sealed class ProxmoxException extends RuntimeException {

  /** Who or what can make the call succeed. */
  public enum Remedy {
    /** A person has to change something: the manifest, a privilege, a certificate. */
    PERSON,
    /** Another operation has to end first. */
    WAIT,
    /** The same call may succeed when sent again. */
    RETRY,
    /** PIVM sent something that Proxmox does not accept. */
    BUG
  }

  private final @Nullable ApiCall call;
  private final Remedy remedy;

  private ProxmoxException(
      @Nullable ApiCall call, String message, Remedy remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.call = call;
    this.remedy = remedy;
  }

  /** The call that failed, where there was one. */
  public @Nullable ApiCall call() {
    return call;
  }

  public Remedy remedy() {
    return remedy;
  }

  /** No connection, or it broke. */
  public static final class Unreachable extends ProxmoxException {
    private final boolean mayHaveTakenEffect;

    /**
     * @param mayHaveTakenEffect whether the request may have reached Proxmox: the answer is lost,
     *     not necessarily the effect
     */
    public Unreachable(
        @Nullable ApiCall call,
        String message,
        boolean mayHaveTakenEffect,
        @Nullable Throwable cause) {
      super(call, message, Remedy.RETRY, cause);
      this.mayHaveTakenEffect = mayHaveTakenEffect;
    }

    public boolean mayHaveTakenEffect() {
      return mayHaveTakenEffect;
    }
  }

  /** The server's certificate is neither trusted nor the pinned one. */
  public static final class Untrusted extends ProxmoxException {
    public Untrusted(@Nullable ApiCall call, String message, @Nullable Throwable cause) {
      super(call, message, Remedy.PERSON, cause);
    }
  }

  /** 401: the token or ticket is missing, wrong or expired. */
  public static final class Unauthenticated extends ProxmoxException {
    public Unauthenticated(ApiCall call, String message) {
      super(call, message, Remedy.PERSON, null);
    }
  }

  /** 403, or a setting that only {@code root@pam} may touch. */
  public static final class Forbidden extends ProxmoxException {
    private final boolean rootOnly;

    public Forbidden(ApiCall call, String message, boolean rootOnly) {
      super(call, message, Remedy.PERSON, null);
      this.rootOnly = rootOnly;
    }

    /** Whether no role and no token can ever be enough. */
    public boolean rootOnly() {
      return rootOnly;
    }
  }

  /** 400: parameters that Proxmox does not accept, each with its reason. */
  public static final class InvalidParameters extends ProxmoxException {
    private final Map<String, String> errors;

    public InvalidParameters(ApiCall call, String message, Map<String, String> errors) {
      super(call, message, Remedy.PERSON, null);
      this.errors = new TreeMap<>(errors);
    }

    /** Reason by parameter name. */
    public Map<String, String> errors() {
      return errors;
    }
  }

  /** The object is not there (or not on that node: Proxmox uses the same words for both). */
  public static final class NotFound extends ProxmoxException {
    public NotFound(ApiCall call, String message) {
      super(call, message, Remedy.PERSON, null);
    }
  }

  /** The object to be created is there already. */
  public static final class AlreadyExists extends ProxmoxException {
    public AlreadyExists(ApiCall call, String message) {
      super(call, message, Remedy.PERSON, null);
    }
  }

  /** Somebody changed the object since it was read. */
  public static final class DigestMismatch extends ProxmoxException {
    public DigestMismatch(ApiCall call, String message) {
      super(call, message, Remedy.RETRY, null);
    }
  }

  /** The guest carries a lock, or a lock file could not be taken in time. */
  public static final class Locked extends ProxmoxException {
    public Locked(ApiCall call, String message) {
      super(call, message, Remedy.WAIT, null);
    }
  }

  /** The cluster, or this node's part of it, has no quorum: nothing can be written. */
  public static final class NoQuorum extends ProxmoxException {
    public NoQuorum(ApiCall call, String message) {
      super(call, message, Remedy.WAIT, null);
    }
  }

  /** 595, 596, 599: the entry node works but could not reach the node that the call is for. */
  public static final class NodeUnreachable extends ProxmoxException {
    private final boolean mayHaveTakenEffect;

    public NodeUnreachable(ApiCall call, String message, boolean mayHaveTakenEffect) {
      super(call, message, Remedy.RETRY, null);
      this.mayHaveTakenEffect = mayHaveTakenEffect;
    }

    public boolean mayHaveTakenEffect() {
      return mayHaveTakenEffect;
    }
  }

  /** A task ended with another exit status than OK or warnings. */
  public static final class TaskFailed extends ProxmoxException {
    private final @Nullable Upid upid;

    public TaskFailed(
        @Nullable ApiCall call, @Nullable Upid upid, String exitStatus, Remedy remedy) {
      super(call, exitStatus, remedy, null);
      this.upid = upid;
    }

    public @Nullable Upid upid() {
      return upid;
    }
  }

  /** Any other refusal, with its HTTP status. */
  public static final class Refused extends ProxmoxException {
    private final int status;

    public Refused(ApiCall call, int status, String message) {
      this(call, status, message, status == 501 ? Remedy.BUG : Remedy.PERSON);
    }

    public Refused(ApiCall call, int status, String message, Remedy remedy) {
      super(call, message, remedy, null);
      this.status = status;
    }

    public int status() {
      return status;
    }
  }
}
