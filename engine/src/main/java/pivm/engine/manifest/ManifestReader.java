package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** Reads guest manifests. Everything that is wrong is told at once. */
public final class ManifestReader {
  private static final Set<String> TOP = Set.of("$schema", "defaults", "guests");

  /**
   * A manifest file.
   *
   * @param file how findings name it
   */
  public record Source(String file, String text) {}

  /**
   * What was read.
   *
   * @param desired the entries without errors
   * @param findings by file, in the order of the text
   */
  public record Result(Desired desired, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }

    public boolean hasErrors() {
      return findings.stream().anyMatch(found -> found.severity() == Finding.Severity.ERROR);
    }
  }

  private final KnownKeys keys;
  private final List<DesiredGuest> guests = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Map<Integer, Place> vmids = new TreeMap<>();
  private final Map<String, DesiredGuest> hostnames = new TreeMap<>();

  private ManifestReader(KnownKeys keys) {
    this.keys = keys;
  }

  /** Reads the files of a folder together. */
  public static Result read(List<Source> sources, KnownKeys keys) {
    var reader = new ManifestReader(keys);
    sources.forEach(reader::read);
    return new Result(new Desired(reader.guests), reader.findings);
  }

  /** Reads one file with PIVM's own table of keys. */
  public static Result read(String file, String text) {
    return read(List.of(new Source(file, text)), KnownKeys.builtIn());
  }

  private void read(Source source) {
    Tree tree;
    try {
      tree = TreeReader.read(source.text());
    } catch (TreeReader.Malformed malformed) {
      findings.add(
          new Finding(
              Finding.Severity.ERROR,
              new Place(source.file(), malformed.line(), malformed.column()),
              "",
              "the manifest " + malformed.getMessage()));
      return;
    }
    var found = new Findings(new SourceText(source.file(), source.text()));
    top(tree, found);
    findings.addAll(found.all());
  }

  private void top(Tree tree, Findings found) {
    switch (tree) {
      case Tree.Arr list -> entries(list, Defaults.NONE, found);
      case Tree.Obj object -> object(object, found);
      default ->
          found.error(
              tree.start(),
              "the manifest is "
                  + tree.what()
                  + "; write a list of guests, or {\"defaults\": {…}, \"guests\": […]}");
    }
  }

  private void object(Tree.Obj object, Findings found) {
    Map<String, Tree.Member> members =
        new MemberCheck(found)
            .read(
                object,
                name ->
                    TOP.contains(name)
                        ? null
                        : "unknown field "
                            + name
                            + Nearest.hint(name, List.of("defaults", "guests")));
    Tree.Member defaultsMember = members.get("defaults");
    found.about("defaults");
    Defaults defaults =
        defaultsMember == null ? Defaults.NONE : Defaults.read(defaultsMember.value(), found);
    found.about("");
    Tree.Member list = members.get("guests");
    if (list == null) {
      found.error(object.start(), "guests is missing; write \"guests\": []");
    } else if (list.value() instanceof Tree.Arr array) {
      entries(array, defaults, found);
    } else {
      found.error(list.value().start(), "guests is " + list.value().what() + "; write a list");
    }
  }

  private void entries(Tree.Arr list, Defaults defaults, Findings found) {
    for (Tree element : list.elements()) {
      if (element instanceof Tree.Obj entry) {
        found.about(subject(entry));
        entry(entry, defaults, found);
        found.about("");
      } else {
        found.error(element.start(), "an entry is " + element.what() + "; write an object");
      }
    }
  }

  private void entry(Tree.Obj entry, Defaults defaults, Findings found) {
    int before = found.errors();
    var fields = new MemberCheck(found).read(entry, Fields.ENTRY, "");
    Tree.Member typeMember = fields.get("type");
    if (typeMember == null) {
      found.error(entry.start(), "type is missing; write lxc or vm");
    }
    var reader = new FieldReader(found, Fields.ENTRY, "");
    String type = reader.choice(typeMember);
    vmid(entry, fields.get("vmid"), found);
    if (type == null) {
      reader.text(fields.get("hostname"));
      return;
    }
    GuestType guestType = type.equals("lxc") ? GuestType.LXC : GuestType.QEMU;
    var merged = defaults.under(fields, guestType, keys);
    DesiredGuest guest =
        new EntryReader(found, keys, entry, guestType, merged).read(defaults.storage());
    if (guest != null && found.errors() == before) {
      hostname(guest, entry, found);
      guests.add(guest);
    }
  }

  private void vmid(Tree.Obj entry, Tree.@Nullable Member member, Findings found) {
    Long vmid = member == null ? null : FieldReader.wholeNumber(member.value());
    if (member == null || vmid == null || vmid > Integer.MAX_VALUE) {
      return;
    }
    Place first = vmids.putIfAbsent(vmid.intValue(), found.source().place(entry.start()));
    if (first != null) {
      found.error(
          member.start(), "vmid " + vmid + " is declared at " + first + " already; remove one");
    }
  }

  /** Whether two guests of a name are an error depends on which exist, so it is only told here. */
  private void hostname(DesiredGuest guest, Tree.Obj entry, Findings found) {
    String hostname = guest.hostname();
    if (hostname == null || guest.power() == DesiredGuest.Power.ABSENT) {
      return;
    }
    DesiredGuest first = hostnames.putIfAbsent(hostname, guest);
    if (first != null) {
      Tree.Member member = entry.find("hostname");
      found.warning(
          member == null ? entry.start() : member.start(),
          "hostname is also that of " + first.subject() + " at " + first.place());
    }
  }

  /** As much of {@code lxc 210 proxy-01} as can be read. */
  private static String subject(Tree.Obj entry) {
    List<String> parts = new ArrayList<>();
    for (String name : List.of("type", "vmid", "hostname")) {
      Tree.Member member = entry.find(name);
      String text = member == null ? null : member.value().scalar();
      if (text != null) {
        parts.add(text);
      }
    }
    return String.join(" ", parts);
  }
}
