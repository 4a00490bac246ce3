package pivm.engine.plan;

import java.util.Locale;
import java.util.regex.Pattern;
import pivm.engine.manifest.SecretReference;
import pivm.proxmox.command.NodeCommand;

/** The command on a node that does the same as a step, for people to read; it holds no secret. */
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
    Operation named =
        operation instanceof Operation.SetDiskOptions options ? options.shown() : operation;
    String command = NodeCommand.of(NAMED.of(named, node, null)).printable();
    return MARKED.matcher(command).replaceAll("\"\\$$1\"");
  }

  private static String variable(SecretReference reference) {
    String name = NO_NAME.matcher(reference.locator()).replaceAll("_").toUpperCase(Locale.ROOT);
    return MARK + name + MARK;
  }

  private StepCommand() {}
}
