package pivm.engine.plan;

import java.util.Locale;
import java.util.regex.Pattern;
import pivm.engine.manifest.SecretReference;
import pivm.proxmox.command.NodeCommand;

/** The commands on a node that do the same as a step, for people to read; they hold no secret. */
public final class StepCommand {
  private static final Pattern NO_NAME = Pattern.compile("[^A-Za-z0-9_]");

  /** Stands around a secret's name until the command is quoted; in no value of Proxmox's. */
  private static final String MARK = "\u0001";

  private static final Pattern MARKED = Pattern.compile("'" + MARK + "([^']*)" + MARK + "'");
  private static final Calls NAMED = new Calls(StepCommand::variable);

  /**
   * @param node where the guest is
   */
  public static String of(Operation operation, String node) {
    return switch (operation) {
      case Operation.Call call -> ofCall(call, node);
      case Work work -> String.join("\n", work.commands(node));
    };
  }

  private static String ofCall(Operation.Call call, String node) {
    Operation.Call named =
        call instanceof Operation.SetDiskOptions options ? options.shown() : call;
    String command = NodeCommand.of(NAMED.of(named, node, null)).printable();
    return MARKED.matcher(command).replaceAll("\"\\$$1\"");
  }

  private static String variable(SecretReference reference) {
    String name = NO_NAME.matcher(reference.locator()).replaceAll("_").toUpperCase(Locale.ROOT);
    return MARK + name + MARK;
  }

  private StepCommand() {}
}
