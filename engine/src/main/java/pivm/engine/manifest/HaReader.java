package pivm.engine.manifest;

import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code ha}. */
final class HaReader {
  private final Findings findings;

  HaReader(Findings findings) {
    this.findings = findings;
  }

  /**
   * @param power that the same entry declares, which HA must not undo
   */
  HighAvailability read(Tree.Obj object, DesiredGuest.Power power) {
    SequencedMap<String, Tree.Member> members =
        new MemberCheck(findings).read(object, name -> problem(object, name));
    var reader = new FieldReader(findings, Fields.HIGH_AVAILABILITY, "ha.");
    String state = reader.choice(members.get("state"));
    String undoes = undoes(state, power);
    if (undoes != null) {
      findings.error(object.start(), undoes);
    }
    return new HighAvailability(
        state,
        reader.flag(members.get("failback")),
        reader.whole(members.get("max_restart")),
        reader.whole(members.get("max_relocate")),
        reader.names(members.get("rules")));
  }

  /** HA starts what it keeps started and stops what it keeps stopped, whoever did the opposite. */
  private static @Nullable String undoes(@Nullable String state, DesiredGuest.Power power) {
    return switch (power) {
      case STOPPED ->
          "started".equals(state)
              ? "state is stopped and ha.state is started, so HA would start it again; declare"
                  + " ha.state stopped, or leave one of them out"
              : null;
      case RUNNING ->
          "stopped".equals(state) || "disabled".equals(state)
              ? "state is running and ha.state is "
                  + state
                  + ", so HA would stop it again; declare ha.state started, or leave one of them out"
              : null;
      case TEMPLATE, ABSENT, UNMANAGED -> null;
    };
  }

  private static @Nullable String problem(Tree.Obj object, String name) {
    if (name.equals("group")) {
      Tree.Member group = object.find("group");
      String value = group == null ? null : group.value().scalar();
      // The name is made by pve-ha-manager, src/PVE/HA/Groups.pm, migrate_groups_to_rules.
      String rule = "ha-group-" + (value == null ? "GROUP" : value);
      return "ha.group: Proxmox VE 9 has rules in place of HA groups, and turned this one into "
          + rule
          + "; write \"rules\": [\""
          + rule
          + "\"]";
    }
    return Fields.HIGH_AVAILABILITY.find(name) != null
        ? null
        : "unknown field ha." + name + Nearest.hint(name, Fields.HIGH_AVAILABILITY.names());
  }
}
