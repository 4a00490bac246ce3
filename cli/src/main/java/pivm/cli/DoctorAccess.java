package pivm.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.setup.PivmRole;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.command.CommandProxmox;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.json.Json;

/** What the connected user may do, and whether node and machine agree on time and certificate. */
final class DoctorAccess {
  private static final String TAG = "pivm-auto";
  private static final Duration FAR = Duration.ofSeconds(5);

  private final Call call;
  private final Connection connection;
  private final Inventory seen;
  private final DoctorReport report;

  DoctorAccess(Call call, Connection connection, Inventory seen, DoctorReport report) {
    this.call = call;
    this.connection = connection;
    this.seen = seen;
    this.report = report;
  }

  void check() {
    looking("/vms", "VM.Audit");
    looking("/nodes", "Sys.Audit");
    looking("/storage", "Datastore.Audit");
    if (!seen.rights().everything()) {
      changing();
      optional();
    }
    if (connection.user() != null) {
      tags();
      clock();
      fingerprint();
    }
  }

  private void looking(String path, String privilege) {
    if (seen.rights().has(path, privilege)) {
      report.fine(privilege, "on " + path);
    } else {
      report.bad(
          privilege,
          "missing on " + path + ", so that not everything is seen; grant it: " + grant(path));
    }
  }

  private void changing() {
    List<String> missing = missing(PivmRole.PRIVILEGES);
    if (missing.isEmpty()) {
      report.fine("privileges", "all that changing guests takes");
    } else {
      report.note(
          "privileges",
          "to change guests these are missing: "
              + String.join(", ", missing)
              + "; pveum role modify "
              + PivmRole.NAME
              + " --append 1 --privs "
              + String.join(",", missing)
              + ", and "
              + grant("/"));
    }
  }

  private void optional() {
    List<String> missing = missing(List.copyOf(PivmRole.OPTIONAL.keySet()));
    if (!missing.isEmpty()) {
      List<String> uses = new ArrayList<>();
      missing.forEach(one -> uses.add(one + " for " + PivmRole.OPTIONAL.get(one)));
      report.note(
          "optional",
          "not granted: "
              + String.join("; ", uses)
              + ". On a node pivm setup --also PRIVILEGE adds one; elsewhere pveum role modify "
              + PivmRole.NAME
              + " --append 1 --privs PRIVILEGE");
    }
  }

  private List<String> missing(List<String> privileges) {
    return privileges.stream().filter(one -> !seen.rights().has(path(one), one)).toList();
  }

  /** Where a privilege matters (pve-access-control, src/PVE/AccessControl.pm). */
  private static String path(String privilege) {
    return switch (privilege.substring(0, privilege.indexOf('.'))) {
      case "VM" -> "/vms";
      case "Datastore" -> "/storage";
      case "Pool" -> "/pool";
      case "SDN" -> "/sdn/zones/localnetwork";
      case "Mapping" -> "/mapping";
      default -> privilege.equals("Sys.Console") ? "/" : "/nodes";
    };
  }

  private String grant(String path) {
    String user = connection.user() == null ? "USER" : connection.user();
    int mark = user.indexOf('!');
    return "pveum acl modify "
        + path
        + " --users "
        + (mark < 0 ? user : user.substring(0, mark))
        + " --roles "
        + PivmRole.NAME;
  }

  /** Who may set which tags: pve-guest-common, src/PVE/GuestHelpers.pm. */
  private void tags() {
    try {
      Json.Obj options = ask("/cluster/options").asObject();
      String allowed = options.get("user-tag-access").asObject().text("user-allow", "free");
      boolean registered = has(options, "registered-tags");
      boolean may =
          seen.rights().everything()
              || has(options, "allowed-tags")
              || (allowed.equals("free") && !registered);
      if (may) {
        report.fine("tag " + TAG, "may be set");
      } else {
        report.note(
            "tag " + TAG,
            "may not be set, so that an assistant's guests are refused; Datacenter, Options, User"
                + " Tag Access (now: "
                + allowed
                + ") has to allow it");
      }
    } catch (ProxmoxException refused) {
      report.note("tag " + TAG, "not known: " + refused.getMessage());
    }
  }

  private static boolean has(Json.Obj options, String list) {
    return options.list(list).stream().anyMatch(tag -> TAG.equals(tag.asText()));
  }

  private Json ask(String path) {
    return connection.proxmox().call(ApiCall.get(path));
  }

  private void clock() {
    @Nullable String node =
        seen.nodes().values().stream()
            .filter(Node::online)
            .map(Node::name)
            .findFirst()
            .orElse(null);
    if (node == null) {
      return;
    }
    try {
      long there = ask("/nodes/" + node + "/time").asObject().integer("time", 0);
      Duration apart = Duration.between(Instant.ofEpochSecond(there), Instant.now()).abs();
      if (apart.compareTo(FAR) > 0) {
        report.bad(
            "clock",
            node
                + " and this machine are "
                + apart.toSeconds()
                + " s apart; schedules and windows rest on it: set both by NTP");
      } else {
        report.fine("clock", "the same on " + node + " and here");
      }
    } catch (ProxmoxException refused) {
      report.note("clock", "not known: " + refused.getMessage());
    }
  }

  /** On a node: a new certificate is met with the old fingerprint otherwise. */
  private void fingerprint() {
    String pinned = call.settings().text(Keys.FINGERPRINT);
    if (pinned == null) {
      return;
    }
    NodeAccess node = connection.node();
    if (node == null) {
      report.fine("fingerprint", "is the endpoint's");
      return;
    }
    try (Proxmox root = new CommandProxmox(node.runner(), node.node())) {
      String now = SetupParts.fingerprint(root, node);
      if (now == null || Fingerprint.parse(now).equals(Fingerprint.parse(pinned))) {
        report.fine("fingerprint", "is that of " + node.node());
      } else {
        report.bad(
            "fingerprint", node.node() + " has another certificate now; pivm setup notes it down");
      }
    } catch (ProxmoxException refused) {
      report.note("fingerprint", "not known: " + refused.getMessage());
    }
  }
}
