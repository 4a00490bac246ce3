package pivm.engine.manifest;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the members of an object, without those that only comment. */
final class MemberCheck {
  private final Findings findings;

  MemberCheck(Findings findings) {
    this.findings = findings;
  }

  /**
   * The members by name. A repeated or unknown one is an error and left out.
   *
   * @param unknown why a name is unknown and what to do, null for a known one
   */
  SequencedMap<String, Tree.Member> read(
      Tree.Obj object, Function<String, @Nullable String> unknown) {
    var members = new LinkedHashMap<String, Tree.Member>();
    for (Tree.Member member : object.members()) {
      if (member.comment()) {
        continue;
      }
      String problem = unknown.apply(member.name());
      if (problem != null) {
        findings.error(member.start(), problem);
        continue;
      }
      Tree.Member first = members.putIfAbsent(member.name(), member);
      if (first != null) {
        Place place = findings.source().place(first.start());
        findings.error(
            member.start(),
            member.name()
                + " stands here again (first in line "
                + place.line()
                + "); remove one of them");
      }
    }
    return members;
  }

  /** The members that are fields of a table. */
  SequencedMap<String, Tree.Member> read(Tree.Obj object, Fields fields, String prefix) {
    return read(
        object,
        name ->
            fields.find(name) != null
                ? null
                : "unknown field " + prefix + name + Nearest.hint(name, fields.names()));
  }
}
