package pivm.simulator.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.api.Api;
import pivm.simulator.json.Doc;
import pivm.simulator.json.JsonOut;

/** {@code pvesh}: any call of the API from a node's shell. */
final class Pvesh {
  private static final Map<String, String> METHODS =
      Map.of("get", "GET", "create", "POST", "set", "PUT", "delete", "DELETE", "ls", "GET");

  private final Caller caller;

  Pvesh(Caller caller) {
    this.caller = caller;
  }

  int run(List<String> words, Terminal terminal) {
    if (words.isEmpty()) {
      terminal.err("ERROR: no command specified\nUSAGE: pvesh <COMMAND> [ARGS] [OPTIONS]\n");
      return 255;
    }
    String verb = words.getFirst();
    var method = METHODS.get(verb);
    var given = Words.of(words.subList(1, words.size()));
    String usage = "pvesh " + verb + " <api_path> [OPTIONS] [FORMAT_OPTIONS]";
    if (method == null) {
      terminal.err("ERROR: unknown command 'pvesh " + verb + "'\n");
      return 255;
    }
    if (given.plain().isEmpty()) {
      terminal.err("400 not enough arguments\n" + usage + "\n");
      return 255;
    }
    String path = given.plain().getFirst().replaceFirst("^(?!/)", "/");
    Map<String, String> parameters = new LinkedHashMap<>(given.options());
    String format = parameters.getOrDefault("output-format", "text");
    List.of("output-format", "noborder", "noheader", "human-readable", "quiet")
        .forEach(parameters::remove);
    var template = template(method, path);
    if (template != null) {
      var call = new Verb(method, template, List.of());
      String unknown = NodeShell.unknownOption(call, parameters);
      if (unknown != null) {
        terminal.err(
            "Unknown option: " + unknown + "\n400 unable to parse option\n" + usage + "\n");
        return 255;
      }
      parameters = NodeShell.booleans(call, parameters);
    }
    var answer = caller.ask(method, path, parameters);
    if (answer.status() == 501) {
      terminal.err("No '" + verb + "' handler defined for '" + path + "'\n");
      return 1;
    }
    if (!answer.isOk()) {
      return NodeShell.refused(answer, usage, terminal);
    }
    if (method.equals("PUT") && path.matches("/nodes/[^/]+/qemu/\\d+/config")) {
      terminal.out(NodeShell.updateLine(path, parameters));
    }
    if (Caller.isTask(answer)) {
      String status = caller.follow(String.valueOf(answer.data()), terminal);
      if (!status.equals("OK") && !status.startsWith("WARNINGS")) {
        terminal.err(status + "\n");
      }
    }
    terminal.out(shown(answer.data(), format));
    return 0;
  }

  private static @Nullable String template(String method, String path) {
    return Api.template(method, path);
  }

  private static String shown(@Nullable Object data, String format) {
    if (data == null) {
      return "";
    }
    return switch (format) {
      case "json" -> JsonOut.writeSorted(data) + "\n";
      case "json-pretty" -> JsonOut.writePretty(data);
      default ->
          switch (data) {
            case Doc doc -> Table.of(doc);
            case List<?> list -> Table.of(list);
            case String text when text.startsWith("UPID:") -> text + "\n";
            default -> String.format(Locale.ROOT, "%s", data);
          };
    };
  }
}
