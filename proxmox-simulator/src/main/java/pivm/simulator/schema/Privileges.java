package pivm.simulator.schema;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Proxmox VE 9's privileges and built-in roles (pve-access-control, {@code AccessControl.pm}). */
public final class Privileges {
  private static final String VM_ADMIN =
      "VM.Config.Disk VM.Config.CPU VM.Config.Memory VM.Config.Network VM.Config.HWType"
          + " VM.Config.Options VM.Allocate VM.Clone VM.GuestAgent.Unrestricted VM.Migrate"
          + " VM.Replicate VM.Snapshot VM.Snapshot.Rollback";
  private static final String VM_USER =
      "VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.Backup VM.GuestAgent.FileRead"
          + " VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.PowerMgmt";
  private static final String VM_AUDIT = "VM.Audit VM.GuestAgent.Audit";
  private static final String SYS_ROOT =
      "Sys.PowerMgmt Sys.Modify Sys.Incoming Sys.AccessNetwork Realm.Allocate Permissions.Modify";

  /** The built-in roles by name, each with its privileges. */
  public static final Map<String, Set<String>> ROLES = roles();

  /** Every privilege. */
  public static final Set<String> ALL = ROLES.getOrDefault("Administrator", Set.of());

  private Privileges() {}

  private static Map<String, Set<String>> roles() {
    Map<String, Set<String>> roles = new TreeMap<>();
    group(roles, "VM", VM_ADMIN, VM_USER, VM_AUDIT);
    group(roles, "Sys", "Sys.Console Sys.Syslog", "", "Sys.Audit");
    group(
        roles,
        "Datastore",
        "Datastore.Allocate Datastore.AllocateTemplate",
        "Datastore.AllocateSpace",
        "Datastore.Audit");
    group(roles, "SDN", "SDN.Allocate", "SDN.Use", "SDN.Audit");
    group(roles, "User", "User.Modify Group.Allocate Realm.AllocateUser", "", "");
    group(roles, "Pool", "Pool.Allocate", "", "Pool.Audit");
    group(roles, "Mapping", "Mapping.Modify", "Mapping.Use", "Mapping.Audit");
    roles.put("PVEPoolUser", set("Pool.Audit"));
    roles.put("PVETemplateUser", set("VM.Clone VM.Audit"));
    roles.put("NoAccess", new TreeSet<>());
    var administrator = new TreeSet<>(set(SYS_ROOT));
    roles.values().forEach(administrator::addAll);
    roles.put("Administrator", administrator);
    roles.getOrDefault("PVEAdmin", new TreeSet<>()).remove("Mapping.Modify");
    return roles;
  }

  private static void group(
      Map<String, Set<String>> roles, String name, String admin, String user, String audit) {
    String all = admin + " " + user + " " + audit;
    grant(roles, "PVE" + name + "Admin", all);
    grant(roles, "PVEAdmin", all);
    if (!user.isEmpty()) {
      grant(roles, "PVE" + name + "User", user + " " + audit);
    }
    grant(roles, "PVEAuditor", audit);
  }

  private static void grant(Map<String, Set<String>> roles, String role, String privileges) {
    roles.computeIfAbsent(role, r -> new TreeSet<>()).addAll(set(privileges));
  }

  private static Set<String> set(String words) {
    var set = new TreeSet<>(Arrays.asList(words.trim().split(" +")));
    set.remove("");
    return set;
  }
}
