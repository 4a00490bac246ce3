package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * What holds for every entry of a file that doesn't say otherwise.
 *
 * @param storage where first disks go, {@code STORAGE} or {@code STORAGE:SIZE}
 */
record Defaults(SequencedMap<String, Tree.Member> fields, @Nullable String storage) {
  private static final Set<String> GROUPS = Set.of("options", "cloud_init", "ha");

  static final Defaults NONE = new Defaults(new LinkedHashMap<>(), null);

  static Defaults read(Tree value, Findings findings) {
    if (!(value instanceof Tree.Obj object)) {
      findings.error(value.start(), "defaults is " + value.what() + "; write an object");
      return NONE;
    }
    var fields = new MemberCheck(findings).read(object, Fields.ENTRY, "defaults.");
    for (String own : List.of("type", "vmid", "hostname")) {
      Tree.Member member = fields.remove(own);
      if (member != null) {
        findings.error(member.start(), "defaults can't hold " + own + "; it is each guest's own");
      }
    }
    Tree.Member storage = fields.remove("storage");
    return new Defaults(fields, storage == null ? null : storage(storage.value(), findings));
  }

  private static @Nullable String storage(Tree value, Findings findings) {
    String text = value.scalar();
    try {
      if (value instanceof Tree.Text
          && text != null
          && DiskSetting.parse(GuestType.QEMU, "scsi0", text) instanceof DiskSetting.Allocate disk
          && disk.options().isEmpty()) {
        return disk.bytes() == null ? disk.storage() : disk.text();
      }
    } catch (IllegalArgumentException wrong) {
      // Told below in the words of this field.
    }
    findings.error(
        value.start(), "defaults.storage is " + value.what() + "; write STORAGE or STORAGE:GIB");
    return null;
  }

  /** An entry's members with those that it leaves to the defaults; groups are merged by key. */
  SequencedMap<String, Tree.Member> under(
      SequencedMap<String, Tree.Member> entry, GuestType type, KnownKeys keys) {
    if (fields.isEmpty()) {
      return entry;
    }
    var merged = new LinkedHashMap<>(entry);
    for (Map.Entry<String, Tree.Member> field : fields.entrySet()) {
      String name = field.getKey();
      Field known = Fields.ENTRY.find(name);
      // One set of defaults serves both kinds of guest, so each takes what it can have.
      if (known != null && known.types().contains(type)) {
        Tree.Member mine = fitting(field.getValue(), type, keys);
        Tree.Member theirs = entry.get(name);
        merged.put(name, theirs == null ? mine : merge(theirs, mine));
      }
    }
    return merged;
  }

  private static Tree.Member fitting(Tree.Member member, GuestType type, KnownKeys keys) {
    if (!member.name().equals("options") || !(member.value() instanceof Tree.Obj object)) {
      return member;
    }
    GuestType other = type == GuestType.LXC ? GuestType.QEMU : GuestType.LXC;
    List<Tree.Member> kept = new ArrayList<>();
    for (Tree.Member option : object.members()) {
      boolean ofOther = keys.find(other, option.name()) != null;
      if (keys.find(type, option.name()) != null
          || (!ofOther && (keys.knows(type, option.name()) || !keys.knows(other, option.name())))) {
        kept.add(option);
      }
    }
    return with(member, new Tree.Obj(object.start(), object.end(), kept));
  }

  private static Tree.Member merge(Tree.Member entry, Tree.Member fallback) {
    if (!GROUPS.contains(entry.name())
        || !(entry.value() instanceof Tree.Obj mine)
        || !(fallback.value() instanceof Tree.Obj theirs)) {
      return entry;
    }
    List<Tree.Member> members = new ArrayList<>(mine.members());
    var names = new TreeMap<String, Tree.Member>();
    mine.members().forEach(member -> names.put(member.name(), member));
    for (Tree.Member member : theirs.members()) {
      if (!names.containsKey(member.name())) {
        members.add(member);
      }
    }
    return with(entry, new Tree.Obj(mine.start(), mine.end(), members));
  }

  private static Tree.Member with(Tree.Member member, Tree value) {
    return new Tree.Member(member.start(), member.nameEnd(), member.name(), value);
  }
}
