package pivm.simulator.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One call of the API: who may make it and what it accepts. */
public final class Method {
  private static final Pattern NUMBERED = Pattern.compile("(.*?[a-z])(\\d+)");

  private final String verb;
  private final String path;
  private final String permissions;
  private final String flags;
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  Method(String verb, String path, String permissions, String flags) {
    this.verb = verb;
    this.path = path;
    this.permissions = permissions;
    this.flags = flags;
  }

  void add(Parameter parameter) {
    parameters.put(parameter.name(), parameter);
  }

  public String verb() {
    return verb;
  }

  public String path() {
    return path;
  }

  /** {@code all}, {@code world}, empty (root@pam alone), or a check as JSON. */
  public String permissions() {
    return permissions;
  }

  /** Whether the call runs on the node that the path names. */
  public boolean runsOnNode() {
    return flags.indexOf('n') >= 0;
  }

  /** Whether tokens are refused. */
  public boolean needsTicket() {
    return flags.indexOf('x') >= 0;
  }

  /** Whether parameters beyond the known ones are accepted. */
  boolean isOpen() {
    return flags.indexOf('a') >= 0;
  }

  Map<String, Parameter> parameters() {
    return parameters;
  }

  /** Its parameters by name, {@code net[n]} for a family. */
  public Set<String> names() {
    return parameters.keySet();
  }

  /** Whether a parameter of this name is known, {@code net3} included. */
  public boolean knows(String name) {
    return find(name) != null;
  }

  /** Whether the parameter is a boolean. */
  public boolean isBoolean(String name) {
    var parameter = find(name);
    return parameter != null && parameter.type().equals("boolean");
  }

  @Nullable Parameter find(String name) {
    return find(parameters, name);
  }

  static @Nullable Parameter find(Map<String, Parameter> parameters, String name) {
    var exact = parameters.get(name);
    if (exact != null) {
      return name.endsWith("[n]") ? null : exact;
    }
    var numbered = NUMBERED.matcher(name);
    if (!numbered.matches() || numbered.group(2).length() > 3) {
      return null;
    }
    String digits = numbered.group(2);
    if (digits.length() > 1 && digits.startsWith("0")) {
      return null;
    }
    var family = parameters.get(numbered.group(1) + "[n]");
    return family != null && family.covers(Integer.parseInt(digits)) ? family : null;
  }
}
