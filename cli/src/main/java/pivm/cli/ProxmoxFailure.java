package pivm.cli;

import java.util.ArrayList;
import java.util.List;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** What Proxmox's refusals mean for a person: which object, why, and what to do next. */
final class ProxmoxFailure {

  static Failure of(ProxmoxException refusal) {
    var lines = new ArrayList<String>();
    lines.add(what(refusal));
    lines.add(next(refusal));
    return new Failure(exit(refusal), lines, refusal);
  }

  private static String what(ProxmoxException refusal) {
    ApiCall call = refusal.call();
    String place = call == null ? "" : " (" + call.method() + " " + call.path() + ")";
    return String.valueOf(refusal.getMessage()).strip() + place;
  }

  static Exit exit(ProxmoxException refusal) {
    return switch (refusal) {
      case ProxmoxException.Unreachable _,
          ProxmoxException.Untrusted _,
          ProxmoxException.NodeUnreachable _,
          ProxmoxException.NoQuorum _ ->
          Exit.UNREACHABLE;
      case ProxmoxException.Unauthenticated _, ProxmoxException.Forbidden _ -> Exit.NOT_PERMITTED;
      default -> Exit.FAILED;
    };
  }

  private static String next(ProxmoxException refusal) {
    return switch (refusal) {
      case ProxmoxException.Unreachable _ ->
          "Check the address with: pivm config; and whether port 8006 answers from here.";
      case ProxmoxException.Untrusted _ ->
          "Compare with what the node itself shows (pvenode cert info), then give it as"
              + " --fingerprint or PIVM_FINGERPRINT.";
      case ProxmoxException.Unauthenticated _ ->
          "The token is wrong, expired or deleted: make one in Datacenter, Permissions, API Tokens,"
              + " and set PIVM_TOKEN.";
      case ProxmoxException.Forbidden forbidden when forbidden.rootOnly() ->
          "Only root@pam may do that, whatever the token's role: run PIVM as root on a node.";
      case ProxmoxException.Forbidden _ ->
          "Give the token that privilege on that path: Datacenter, Permissions (pveum acl modify).";
      case ProxmoxException.NodeUnreachable _ ->
          "Check that node; the rest of the cluster answers.";
      case ProxmoxException.NoQuorum _ ->
          "Nothing can be written until the cluster has quorum again: pvecm status on a node.";
      case ProxmoxException.Locked _ -> "Run it again when the other task has ended.";
      case ProxmoxException.DigestMismatch _ ->
          "Somebody changed it meanwhile: plan again to see what is left.";
      default ->
          switch (refusal.remedy()) {
            case PERSON -> "Change what it names, then plan again.";
            case WAIT -> "Run it again when the other task has ended.";
            case RETRY -> "Run it again.";
            case BUG -> "This looks like a fault in PIVM; please report it.";
          };
    };
  }

  static List<String> lines(ProxmoxException refusal) {
    return List.of(what(refusal), next(refusal));
  }

  private ProxmoxFailure() {}
}
