package pivm.simulator.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;
import pivm.simulator.schema.ApiTable;

/**
 * The commands {@code qm}, {@code pct}, {@code pvesh}, {@code pvesm}, {@code pvecm} and {@code
 * vzdump} of one node, with the words and exit codes of the real ones.
 */
public final class NodeShell {
  private static final int FAILED = 255;
  private static final int NOT_THERE = 2;

  private final Caller caller;
  private final Lists lists;
  private final Pvesh pvesh;

  public NodeShell(Caller caller) {
    this.caller = caller;
    this.lists = new Lists(caller);
    this.pvesh = new Pvesh(caller);
  }

  /**
   * Runs a command to its end.
   *
   * @param words the command's name and its arguments
   * @return the exit code
   */
  public int run(List<String> words, Terminal terminal) {
    String command = words.getFirst();
    List<String> rest = words.subList(1, words.size());
    if (command.equals("pvesh")) {
      return pvesh.run(rest, terminal);
    }
    if (command.equals("true")) {
      return 0;
    }
    if (rest.isEmpty() && !command.equals("vzdump")) {
      terminal.err(
          "ERROR: no command specified\nUSAGE: " + command + " <COMMAND> [ARGS] [OPTIONS]\n");
      return FAILED;
    }
    if (command.equals("ssh")) {
      return new Ssh(caller).run(rest, terminal);
    }
    if (command.equals("sh")) {
      return new NodeScripts(caller).run(rest, terminal);
    }
    if (command.equals("pct") && rest.getFirst().equals("exec")) {
      return new ContainerScripts(caller).run(rest.subList(1, rest.size()), terminal);
    }
    Integer listed = lists.run(command, rest, terminal);
    if (listed != null) {
      return listed;
    }
    for (int length = Math.min(2, rest.size()); length >= 0; length--) {
      String verb = String.join(" ", words.subList(0, length + 1));
      var found = Verb.all().get(verb);
      if (found != null) {
        return run(verb, found, Words.of(rest.subList(length, rest.size())), terminal);
      }
    }
    terminal.err(
        "ERROR: unknown command '"
            + command
            + " "
            + rest.getFirst()
            + "'\nUSAGE: "
            + command
            + " <COMMAND> [ARGS] [OPTIONS]\n");
    return FAILED;
  }

  private int run(String words, Verb verb, Words given, Terminal terminal) {
    Map<String, String> parameters = new LinkedHashMap<>(given.options());
    var plain = new ArrayList<>(given.plain());
    if (words.equals("vzdump") && !plain.isEmpty()) {
      plain = new ArrayList<>(List.of(String.join(",", plain)));
    }
    String usage = verb.usage(words);
    for (String name : verb.names()) {
      boolean optional = name.endsWith("?");
      if (!plain.isEmpty()) {
        parameters.put(optional ? name.substring(0, name.length() - 1) : name, plain.removeFirst());
      } else if (!optional) {
        terminal.err("400 not enough arguments\n" + usage + "\n");
        return FAILED;
      }
    }
    if (!plain.isEmpty()) {
      terminal.err("400 too many arguments\n" + usage + "\n");
      return FAILED;
    }
    if (words.equals("pct restore")) {
      parameters.put("restore", "1");
    }
    String unknown = unknownOption(verb, parameters);
    if (unknown != null) {
      terminal.err("Unknown option: " + unknown + "\n400 unable to parse option\n" + usage + "\n");
      return FAILED;
    }
    return call(words, verb, parameters, usage, terminal);
  }

  static @Nullable String unknownOption(Verb verb, Map<String, String> parameters) {
    var method = ApiTable.get().method(verb.method(), verb.path());
    if (method != null) {
      for (String name : parameters.keySet()) {
        if (!method.knows(name)) {
          return name;
        }
      }
    }
    return null;
  }

  private int call(
      String words, Verb verb, Map<String, String> parameters, String usage, Terminal terminal) {
    String path = verb.path().replace("{node}", caller.node());
    for (String name : List.of("vmid", "snapname", "storage")) {
      String place = "{" + name + "}";
      if (path.contains(place)) {
        path = path.replace(place, parameters.getOrDefault(name, ""));
        parameters.remove(name);
      }
    }
    var normal = booleans(verb, parameters);
    var answer = caller.ask(verb.method(), path, normal);
    if (!answer.isOk()) {
      return refused(answer, usage, terminal);
    }
    if (words.equals("qm set")) {
      terminal.out(updateLine(path, normal));
    }
    if (!Caller.isTask(answer)) {
      return 0;
    }
    String status = caller.follow(String.valueOf(answer.data()), terminal);
    if (status.equals("OK") || status.startsWith("WARNINGS")) {
      return 0;
    }
    terminal.err(status + "\n");
    return FAILED;
  }

  /** What {@code qm set} says about itself. */
  static String updateLine(String path, Map<String, String> parameters) {
    var line = new StringBuilder("update VM " + path.split("/")[4] + ":");
    new TreeMap<>(parameters)
        .forEach((name, value) -> {
          if (!List.of("delete", "digest", "revert", "force", "skiplock").contains(name)) {
            line.append(" -").append(name).append(' ');
            line.append(name.equals("cipassword") ? "<hidden>" : value);
          }
        });
    return parameters.keySet().stream()
            .allMatch(n -> List.of("delete", "digest", "revert", "force").contains(n))
        ? ""
        : line.append('\n').toString();
  }

  /** Commands take {@code on}, {@code yes} and {@code true} where the API wants 0 and 1. */
  static Map<String, String> booleans(Verb verb, Map<String, String> parameters) {
    var method = ApiTable.get().method(verb.method(), verb.path());
    Map<String, String> normal = new LinkedHashMap<>(parameters);
    if (method != null) {
      normal.replaceAll((name, value) ->
          !method.isBoolean(name)
              ? value
              : value.matches("(?i)on|yes|true")
                  ? "1"
                  : value.matches("(?i)off|no|false") ? "0" : value);
    }
    return normal;
  }

  /** Writes a refusal as the commands do. */
  static int refused(SimResponse answer, String usage, Terminal terminal) {
    if (answer.body() != null
        && answer.body().get("errors") instanceof Doc errors
        && answer.status() == 400) {
      terminal.err("400 Parameter verification failed.\n");
      errors.entries().forEach(e -> terminal.err(e.getKey() + ": " + e.getValue() + "\n"));
      terminal.err(usage + "\n");
      return FAILED;
    }
    String code = answer.status() == 403 ? "403 " : "";
    terminal.err(code + answer.reason() + "\n");
    return answer.reason().endsWith("does not exist") ? NOT_THERE : FAILED;
  }
}
