package pivm.engine.manifest;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.calendar.CalendarExpression;

/**
 * Reads the manifests of container patching and host update. Everything that is wrong is told at
 * once.
 */
public final class UpdateReader {
  private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]*");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9*?.-]+");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._/+-]+");

  /**
   * What was read.
   *
   * @param value with the defaults where something is wrong
   */
  public record Result<T>(T value, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }

    public boolean hasErrors() {
      return findings.stream().anyMatch(found -> found.severity() == Finding.Severity.ERROR);
    }
  }

  private final Findings found;
  private final FieldReader fields;
  private final Map<String, Tree.Member> members;

  private UpdateReader(Findings found, Fields table, Map<String, Tree.Member> members) {
    this.found = found;
    this.fields = new FieldReader(found, table, "");
    this.members = members;
  }

  /** Reads {@code proxmox_lxc_autoupdate.json}. */
  public static Result<ContainerUpdates> containers(String file, String text) {
    return read(file, text, UpdateFields.CONTAINERS, (reader, _) -> reader.containers());
  }

  /** Reads {@code proxmox_autoupdate.json}. */
  public static Result<HostUpdates> hosts(String file, String text) {
    return read(file, text, UpdateFields.HOSTS, (reader, _) -> reader.hosts());
  }

  private static <T> Result<T> read(
      String file, String text, Fields table, BiFunction<UpdateReader, Findings, T> make) {
    var found = new Findings(new SourceText(file, text));
    Map<String, Tree.Member> members = new TreeMap<>();
    List<Finding> malformed = new ArrayList<>();
    try {
      members = members(TreeReader.read(text), table, found);
    } catch (TreeReader.Malformed wrong) {
      var place = new Place(file, wrong.line(), wrong.column());
      malformed.add(
          new Finding(Finding.Severity.ERROR, place, "", "the manifest " + wrong.getMessage()));
    }
    T value = make.apply(new UpdateReader(found, table, members), found);
    malformed.addAll(found.all());
    return new Result<>(value, malformed);
  }

  private static Map<String, Tree.Member> members(Tree tree, Fields table, Findings found) {
    if (!(tree instanceof Tree.Obj object)) {
      found.error(tree.start(), "the manifest is " + tree.what() + "; write an object: {…}");
      return new TreeMap<>();
    }
    return new MemberCheck(found)
        .read(
            object,
            name ->
                name.equals("$schema") || table.find(name) != null
                    ? null
                    : "unknown field " + name + Nearest.hint(name, table.names()));
  }

  private ContainerUpdates containers() {
    return new ContainerUpdates(
        schedule("Sun 01:00"),
        selectors("include"),
        selectors("exclude"),
        "start-patch-stop".equals(fields.choice(members.get("stopped"))),
        whole("parallel", 4),
        whole("parallel_per_storage", 4),
        "if-required".equals(fields.choice(members.get("reboot"))),
        healthCheck(),
        flag("rollback_on_failure"),
        "unavailable-accepted".equals(fields.choice(members.get("snapshot"))),
        whole("lock_wait", 300),
        whole("timeout", 60),
        whole("keep_logs_days", 90),
        flag("dry_run"));
  }

  private HostUpdates hosts() {
    fields.choice(members.get("nodes"));
    return new HostUpdates(
        schedule("Sun 04:00"),
        "security".equals(fields.choice(members.get("upgrade"))),
        reboot(),
        members.containsKey("reboot"),
        drain(),
        packages(),
        flag("dry_run"),
        flag("window"),
        fields.names(members.get("health_checks")),
        whole("min_free_mib", 1024),
        whole("timeout", 60));
  }

  private HostUpdates.Reboot reboot() {
    String word = fields.choice(members.get("reboot"));
    for (HostUpdates.Reboot one : HostUpdates.Reboot.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    return HostUpdates.Reboot.IF_REQUIRED;
  }

  private HostUpdates.Drain drain() {
    String word = fields.choice(members.get("drain"));
    for (HostUpdates.Drain one : HostUpdates.Drain.values()) {
      if (one.word().equals(word)) {
        return one;
      }
    }
    return HostUpdates.Drain.HA_MAINTENANCE;
  }

  private List<String> packages() {
    Tree.Member member = members.get("hold");
    List<String> names = fields.names(member);
    for (String name : names) {
      if (member != null && !PACKAGE.matcher(name).matches()) {
        found.error(
            member.value().start(), "hold has '" + name + "', which can't be a package's name");
      }
    }
    return names;
  }

  private String schedule(String otherwise) {
    Tree.Member member = members.get("schedule");
    String text = fields.text(member);
    if (member == null || text == null) {
      return otherwise;
    }
    try {
      CalendarExpression.parse(text, ZoneOffset.UTC);
      return text;
    } catch (IllegalArgumentException wrong) {
      found.error(member.value().start(), "schedule: " + wrong.getMessage());
      return otherwise;
    }
  }

  private @Nullable String healthCheck() {
    Tree.Member member = members.get("health_check");
    return member == null || member.value() instanceof Tree.Nothing ? null : fields.text(member);
  }

  private int whole(String name, int otherwise) {
    Integer number = fields.whole(members.get(name));
    return number == null ? otherwise : number;
  }

  private boolean flag(String name) {
    return Boolean.TRUE.equals(fields.flag(members.get(name)));
  }

  private List<GuestSelector> selectors(String name) {
    List<GuestSelector> selectors = new ArrayList<>();
    Tree.Member member = members.get(name);
    if (member == null) {
      return selectors;
    }
    List<Tree> words =
        member.value() instanceof Tree.Arr list ? list.elements() : List.of(member.value());
    for (Tree word : words) {
      String text = word.scalar();
      if (text != null && fits(text)) {
        selectors.add(GuestSelector.of(text));
      } else {
        found.error(
            word.start(),
            name
                + " has "
                + word.what()
                + "; write VMIDs, tag:NAME, pool:NAME, or a name with * and ?");
      }
    }
    return selectors;
  }

  private static boolean fits(String text) {
    return (text.startsWith("tag:") || text.startsWith("pool:"))
        ? WORD.matcher(text.substring(text.indexOf(':') + 1)).matches()
        : NAME.matcher(text).matches();
  }
}
