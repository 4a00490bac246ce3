package pivm.engine.manifest;

import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads {@code ha}. */
final class HaReader {
  private final Findings findings;

  HaReader(Findings findings) {
    this.findings = findings;
  }

  HighAvailability read(Tree.Obj object) {
    SequencedMap<String, Tree.Member> members =
        new MemberCheck(findings).read(object, name -> problem(object, name));
    var reader = new FieldReader(findings, Fields.HIGH_AVAILABILITY, "ha.");
    return new HighAvailability(
        reader.choice(members.get("state")),
        reader.flag(members.get("failback")),
        reader.whole(members.get("max_restart")),
        reader.whole(members.get("max_relocate")),
        reader.names(members.get("rules")));
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
