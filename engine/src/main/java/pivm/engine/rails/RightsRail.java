package pivm.engine.rails;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Rights;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Step;
import pivm.engine.plan.Work;
import pivm.engine.setup.PivmRole;

/** What is not permitted is said before anything is done, with the command that permits it. */
final class RightsRail implements RailRule {

  /**
   * Granted in a role of its own on single storages: on all of them it lets storages be redefined.
   * What is granted on a path takes the place of what holds above it (pve-access-control,
   * src/PVE/AccessControl.pm), so that both roles are named.
   */
  private static final String ALLOCATE = "Datastore.Allocate";

  private static final Requirement SIGHT =
      Requirement.on("/vms", "see which guests there are", "VM.Audit");

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    List<Verdict> verdicts = new ArrayList<>();
    String node = before.node(step);
    if (step.operation() instanceof Work work
        && work.needsShell()
        && !before.request().shells().contains(node)) {
      verdicts.add(
          Verdict.blocked(
              Rail.RIGHTS,
              step.id(),
              work.subject()
                  + " takes a root shell on "
                  + node
                  + ", for which Proxmox has no call, and there is none from here; run this as root"
                  + " on a node of the cluster"));
    }
    Rights rights = before.inventory().rights();
    if (rights.everything()) {
      return verdicts;
    }
    Set<Requirement> missing = new LinkedHashSet<>();
    KeyRights keys = KeyRights.of(step, before);
    List<Requirement> all = new ArrayList<>(Requirements.of(step, before));
    all.addAll(keys.requirements());
    for (Requirement one : all) {
      if (!one.holds(rights)) {
        missing.add(one);
      }
    }
    keys.rootOnly().forEach(why -> verdicts.add(Verdict.blocked(Rail.RIGHTS, step.id(), why)));
    missing.forEach(
        one -> verdicts.add(Verdict.blocked(rail(one, step), step.id(), message(one, before))));
    return verdicts;
  }

  /** A file that may not be replaced or deleted concerns nothing else of a plan. */
  private static Rail rail(Requirement missing, Step step) {
    return step.operation() instanceof ImageOperation && missing.privileges().contains(ALLOCATE)
        ? Rail.FILE_RIGHTS
        : Rail.RIGHTS;
  }

  /**
   * Proxmox filters lists instead of refusing them. Where something declared can't even be planned,
   * that may be for want of sight, and then no other reason is worth reading.
   */
  @Override
  public List<Verdict> judge(Situation start) {
    if (start.request().plan().obstacles().isEmpty() || SIGHT.holds(start.inventory().rights())) {
      return List.of();
    }
    return List.of(Verdict.blocked(Rail.RIGHTS, null, message(SIGHT, start)));
  }

  private static String message(Requirement missing, Situation before) {
    String path = missing.paths().getFirst();
    String privilege = missing.privileges().getFirst();
    String who = before.request().identity();
    return "missing "
        + String.join(" or ", missing.privileges())
        + " on "
        + path
        + " to "
        + missing.what()
        + "; grant it: "
        + command(path, privilege, who);
  }

  /** A token has no more rights than its user, so that both are granted it. */
  static String command(String path, String privilege, @Nullable String who) {
    int token = who == null ? -1 : who.indexOf('!');
    String user = who == null ? "USER@REALM" : token < 0 ? who : who.substring(0, token);
    String extend =
        PivmRole.PRIVILEGES.contains(privilege)
            ? ""
            : privilege.equals(ALLOCATE)
                ? "pveum role add PIVMStorage --privs " + ALLOCATE + "; "
                : "pveum role modify PIVM --append 1 --privs " + privilege + " && ";
    return extend
        + "pveum acl modify "
        + path
        + " --users "
        + user
        + (token < 0 ? "" : " --tokens '" + who + "'")
        + " --roles PIVM"
        + (privilege.equals(ALLOCATE) ? ",PIVMStorage" : "");
  }
}
