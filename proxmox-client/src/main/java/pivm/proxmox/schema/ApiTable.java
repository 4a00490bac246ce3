package pivm.proxmox.schema;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;

/** The calls of the API in use, with their parameters. */
public final class ApiTable {

  /**
   * A parameter of a call.
   *
   * @param lastIndex of a numbered parameter {@code name[n]}, else -1
   * @param requires another parameter that has to be there as well
   */
  public record Parameter(
      String name,
      Constraint constraint,
      boolean required,
      int lastIndex,
      @Nullable String requires) {}

  /**
   * One method of one path.
   *
   * @param path with {@code {name}} for its variable segments
   * @param guestKeys whose config keys are parameters too, null when none's
   */
  public record Call(
      ApiCall.Method method,
      String path,
      Map<String, Parameter> parameters,
      @Nullable GuestType guestKeys,
      List<String> excludedKeys) {

    /** The parameter of that name, also a numbered one or a guest's config key. */
    public @Nullable Parameter find(String name) {
      Parameter exact = parameters.get(name);
      if (exact != null) {
        return exact;
      }
      Parameter numbered = numbered(name);
      return numbered != null || guestKeys == null ? numbered : guestKey(guestKeys, name);
    }

    private @Nullable Parameter numbered(String name) {
      String base = name.replaceFirst("\\d+$", "");
      Parameter numbered = parameters.get(base + "[n]");
      if (numbered == null || base.length() == name.length() || name.length() > base.length() + 4) {
        return null;
      }
      int index = Integer.parseInt(name.substring(base.length()));
      return index <= numbered.lastIndex() ? numbered : null;
    }

    private @Nullable Parameter guestKey(GuestType type, String name) {
      GuestKey key = GuestKeys.of(type).find(name);
      return key == null || excludedKeys.contains(key.pattern())
          ? null
          : new Parameter(name, key.constraint(), false, -1, null);
    }
  }

  private static final class Calls {
    static final List<Call> ALL = read();
  }

  private ApiTable() {}

  /** Every call of the table. */
  public static List<Call> calls() {
    return Calls.ALL;
  }

  /** The call of a method and a path whose variables are filled in; null when there is none. */
  public static @Nullable Call find(ApiCall.Method method, String path) {
    List<String> segments = TableLine.split(path, '/');
    Call best = null;
    for (Call call : Calls.ALL) {
      if (call.method() == method
          && matches(TableLine.split(call.path(), '/'), segments)
          && (best == null || variables(call.path()) < variables(best.path()))) {
        best = call;
      }
    }
    return best;
  }

  private static long variables(String path) {
    return path.chars().filter(c -> c == '{').count();
  }

  private static boolean matches(List<String> pattern, List<String> segments) {
    // A volume id is the last segment of its paths and may hold slashes.
    boolean open = pattern.getLast().equals("{volume}");
    if (open ? segments.size() < pattern.size() : segments.size() != pattern.size()) {
      return false;
    }
    for (int i = 0; i < pattern.size(); i++) {
      String expected = pattern.get(i);
      if (!expected.startsWith("{") && !expected.equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * What Proxmox would find wrong about a call before it starts: an unknown path or parameter, a
   * missing parameter, a value of the wrong type.
   *
   * @return one sentence per problem, none when the call is legal
   */
  public static List<String> problems(ApiCall call) {
    Call known = find(call.method(), call.path());
    if (known == null) {
      return List.of("there is no " + call.method() + " " + call.path());
    }
    List<String> problems = new ArrayList<>();
    var given = new LinkedHashMap<>(pathVariables(known.path(), call.path()));
    given.putAll(call.parameters());
    given.forEach((name, value) -> check(known, name, value, given, problems));
    for (Parameter parameter : known.parameters().values()) {
      if (parameter.required() && !given.containsKey(parameter.name())) {
        problems.add(parameter.name() + ": is missing and it is not optional");
      }
    }
    return problems;
  }

  private static Map<String, String> pathVariables(String pattern, String path) {
    var variables = new LinkedHashMap<String, String>();
    List<String> names = TableLine.split(pattern, '/');
    List<String> values = TableLine.split(path, '/');
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.startsWith("{")) {
        boolean last = i == names.size() - 1;
        variables.put(
            name.substring(1, name.length() - 1),
            last ? String.join("/", values.subList(i, values.size())) : values.get(i));
      }
    }
    return variables;
  }

  private static void check(
      Call call, String name, String value, Map<String, String> given, List<String> problems) {
    Parameter parameter = call.find(name);
    if (parameter == null) {
      problems.add(name + ": is no parameter of " + call.method() + " " + call.path());
      return;
    }
    String problem = problem(parameter.constraint(), value);
    if (problem != null) {
      problems.add(name + ": " + problem);
    }
    String requires = parameter.requires();
    if (requires != null && !given.containsKey(requires)) {
      problems.add(name + ": needs " + requires + " as well");
    }
  }

  /** Why a form's value is refused, null when it is accepted as far as its type goes. */
  private static @Nullable String problem(Constraint constraint, String value) {
    if (constraint.kind() == ValueKind.BOOLEAN) {
      // Forms take only these two, unlike configs and property strings.
      return value.equals("0") || value.equals("1") ? null : "expected 0 or 1, got '" + value + "'";
    }
    String number = Numbers.problem(constraint, value);
    if (number != null) {
      return number;
    }
    if (!constraint.words().isEmpty() && !constraint.words().contains(value)) {
      return "'" + value + "' is none of " + String.join(", ", constraint.words());
    }
    Integer maxLength = constraint.maxLength();
    if (maxLength != null && value.length() > maxLength) {
      return "is longer than " + maxLength + " characters";
    }
    String pattern = constraint.pattern();
    return pattern == null || Pattern.matches(pattern, value)
        ? null
        : "does not match the pattern " + pattern;
  }

  private static List<Call> read() {
    List<Call> calls = new ArrayList<>();
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    for (String text : TableLine.lines("api-calls.tsv")) {
      var line = new TableLine(text);
      if (text.charAt(0) == '\t') {
        Parameter parameter = parameter(line);
        parameters.put(parameter.name(), parameter);
      } else {
        parameters = new LinkedHashMap<>();
        calls.add(call(line, parameters));
      }
    }
    return List.copyOf(calls);
  }

  private static Call call(TableLine line, Map<String, Parameter> parameters) {
    String path = line.field(1);
    String excluded = line.attribute("but");
    GuestType type = path.contains("/qemu") ? GuestType.QEMU : GuestType.LXC;
    return new Call(
        ApiCall.Method.valueOf(line.field(0)),
        path,
        parameters,
        line.has("guest-keys") ? type : null,
        excluded == null ? List.of() : TableLine.split(excluded, '|'));
  }

  private static Parameter parameter(TableLine line) {
    String index = line.attribute("index");
    return new Parameter(
        line.field(1),
        line.constraint(2),
        line.has("required"),
        index == null ? -1 : Integer.parseInt(index.substring(index.indexOf('-') + 1)),
        line.attribute("requires"));
  }
}
