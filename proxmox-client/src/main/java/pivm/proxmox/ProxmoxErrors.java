package pivm.proxmox;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ProxmoxException.Remedy;

/**
 * Sorts Proxmox's refusals into exceptions. The status alone says little (nearly everything is 500,
 * also what is missing), so the words decide; they are kept as they are.
 */
public final class ProxmoxErrors {

  private static final Pattern ROOT_ONLY =
      Pattern.compile(
          "only root can (?:set|delete)|only allowed for root@pam|user != root@pam"
              + "|not available with API token|Only root may use this option|only root@pam can set");
  private static final Pattern DIGEST =
      Pattern.compile("checksum mismatch|detected modified configuration");
  private static final Pattern NO_QUORUM =
      Pattern.compile(
          "no quorum|cluster not ready|unable to open file '/etc/pve/.*Permission denied",
          Pattern.DOTALL);
  private static final Pattern LOCKED =
      Pattern.compile(
          "is locked \\(|can't lock file|cfs-lock .*got lock (?:request )?timeout"
              + "|can't acquire lock|unable to acquire lock");
  private static final Pattern EXISTS =
      Pattern.compile("already exists|already defined|snapshot name '.*' already used");
  private static final Pattern MISSING =
      Pattern.compile(
          "does not exist|^no such |: no such |unable to find configuration file|not HA managed"
              + "|no rule at position|^hostname lookup '.*' failed");
  private static final Pattern MISSING_PARAMETER =
      Pattern.compile("no such task|interface does not exist|No such storage\\.|No such job .*");
  private static final Pattern EXISTING_PARAMETER =
      Pattern.compile(
          "Token already exists\\.|interface already exists|(?:VM|CT) \\d+ already exists.*");
  private static final Pattern PASSING =
      Pattern.compile(
          "got timeout|timed? ?out|Connection re(?:fused|set)|temporarily unavailable"
              + "|service unavailable",
          Pattern.CASE_INSENSITIVE);

  private ProxmoxErrors() {}

  /**
   * The exception for an answer that is no success.
   *
   * @param status of HTTP; of a command's failure 500
   * @param text Proxmox's words: the reason phrase, or the message in the body
   * @param errors reason by parameter, none where Proxmox names none
   */
  public static ProxmoxException of(
      ApiCall call, int status, String text, Map<String, String> errors) {
    String words = text.strip();
    return switch (status) {
      case 401 -> new ProxmoxException.Unauthenticated(call, words);
      case 400 -> parameters(call, words, stripped(errors));
      // 595 is a connection that never came about; with the others the request may have gone out.
      case 595 -> new ProxmoxException.NodeUnreachable(call, unreachable(call, words), false);
      case 596, 597, 598, 599 ->
          new ProxmoxException.NodeUnreachable(call, unreachable(call, words), !call.isRead());
      case 403 ->
          words.contains("does not exist")
              ? new ProxmoxException.NotFound(call, words)
              : new ProxmoxException.Forbidden(call, words, ROOT_ONLY.matcher(words).find());
      default -> byWords(call, status, withErrors(words, stripped(errors)));
    };
  }

  private static String unreachable(ApiCall call, String words) {
    String[] segments = call.path().split("/");
    boolean node = segments.length > 2 && segments[1].equals("nodes");
    return (node ? "node " + segments[2] : "another node") + " cannot be reached: " + words;
  }

  private static ProxmoxException parameters(
      ApiCall call, String words, Map<String, String> errors) {
    String message = withErrors(words, errors);
    if (errors.size() == 1) {
      String only = errors.values().iterator().next();
      if (MISSING_PARAMETER.matcher(only).matches()) {
        return new ProxmoxException.NotFound(call, message);
      }
      if (EXISTING_PARAMETER.matcher(only).matches()) {
        return new ProxmoxException.AlreadyExists(call, message);
      }
      if (ROOT_ONLY.matcher(only).find()) {
        return new ProxmoxException.Forbidden(call, message, true);
      }
    }
    return errors.isEmpty()
        ? byWords(call, 400, words)
        : new ProxmoxException.InvalidParameters(call, message, errors);
  }

  private static ProxmoxException byWords(ApiCall call, int status, String words) {
    if (ROOT_ONLY.matcher(words).find()) {
      return new ProxmoxException.Forbidden(call, words, true);
    }
    if (DIGEST.matcher(words).find()) {
      return new ProxmoxException.DigestMismatch(call, words);
    }
    if (NO_QUORUM.matcher(words).find()) {
      return new ProxmoxException.NoQuorum(call, words);
    }
    if (LOCKED.matcher(words).find()) {
      return new ProxmoxException.Locked(call, words);
    }
    // A wrong boot order names a device of the call itself; nothing that was asked for is missing.
    boolean ownMistake = words.startsWith("invalid bootorder");
    if (EXISTS.matcher(words).find()) {
      return new ProxmoxException.AlreadyExists(call, words);
    }
    if (!ownMistake && status < 501 && MISSING.matcher(words).find()) {
      return new ProxmoxException.NotFound(call, words);
    }
    return new ProxmoxException.Refused(call, status, words, remedy(status, words));
  }

  private static Remedy remedy(int status, String words) {
    if (status == 501 || status == 506) {
      return Remedy.BUG;
    }
    return status == 503 || PASSING.matcher(words).find() ? Remedy.RETRY : Remedy.PERSON;
  }

  /**
   * The exception for a task that ended neither OK nor with warnings.
   *
   * @param exitStatus the task's own words
   */
  public static ProxmoxException.TaskFailed taskFailed(
      @Nullable ApiCall call, @Nullable Upid upid, String exitStatus) {
    String words = exitStatus.strip();
    Remedy remedy = Remedy.PERSON;
    if (NO_QUORUM.matcher(words).find() || LOCKED.matcher(words).find()) {
      remedy = Remedy.WAIT;
    } else if (DIGEST.matcher(words).find() || PASSING.matcher(words).find()) {
      remedy = Remedy.RETRY;
    }
    return new ProxmoxException.TaskFailed(call, upid, words, remedy);
  }

  private static Map<String, String> stripped(Map<String, String> errors) {
    var stripped = new TreeMap<String, String>();
    errors.forEach((name, text) -> stripped.put(name, text.strip()));
    return stripped;
  }

  private static String withErrors(String words, Map<String, String> errors) {
    var text = new StringBuilder(words);
    errors.forEach((name, reason) -> text.append(' ').append(name).append(": ").append(reason));
    return text.toString();
  }
}
