package pivm.engine.execution;

import java.util.Locale;
import java.util.regex.Pattern;
import pivm.engine.manifest.SecretReference;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Operation;
import pivm.proxmox.ApiCall;

/** The command on a node that does what a step's call does; secrets as {@code "$NAME"}. */
final class CommandText {

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");
  private static final Pattern NO_NAME = Pattern.compile("[^A-Za-z0-9_]");
  private static final Calls NAMED = new Calls(CommandText::variable);

  private CommandText() {}

  static String of(Operation operation, String node) {
    ApiCall call = NAMED.of(operation, node, null);
    var text = new StringBuilder("pvesh ").append(verb(call.method())).append(' ');
    text.append(quoted(call.path()));
    call.parameters()
        .forEach(
            (name, value) -> text.append(" --").append(name).append(' ').append(quoted(value)));
    return text.toString();
  }

  private static String verb(ApiCall.Method method) {
    return switch (method) {
      case GET -> "get";
      case POST -> "create";
      case PUT -> "set";
      case DELETE -> "delete";
    };
  }

  private static String variable(SecretReference reference) {
    return "$" + NO_NAME.matcher(reference.locator()).replaceAll("_").toUpperCase(Locale.ROOT);
  }

  private static String quoted(String text) {
    if (text.startsWith("$")) {
      return "\"" + text + "\"";
    }
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
