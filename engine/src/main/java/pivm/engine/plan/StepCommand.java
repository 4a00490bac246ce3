package pivm.engine.plan;

import java.util.Locale;
import java.util.regex.Pattern;
import pivm.engine.manifest.SecretReference;
import pivm.proxmox.command.NodeCommand;

/** The command on a node that does the same as a step, for people to read; it holds no secret. */
public final class StepCommand {
  private static final Pattern NO_NAME = Pattern.compile("[^A-Za-z0-9_]");
  private static final Calls NAMED = new Calls(StepCommand::variable);

  /**
   * @param node where the guest is
   */
  public static String of(Operation operation, String node) {
    return NodeCommand.of(NAMED.of(operation, node, null)).printable();
  }

  private static String variable(SecretReference reference) {
    return "$" + NO_NAME.matcher(reference.locator()).replaceAll("_").toUpperCase(Locale.ROOT);
  }

  private StepCommand() {}
}
