package pivm.proxmox.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxErrors;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * Proxmox by its commands on a node, as root@pam itself.
 *
 * <p>Commands wait for the task they start. A direct command does not name its task, so its answer
 * is {@link Json.Null} beside the task's log; {@code pvesh} names it and ends well even when the
 * task failed, so a task that is named has still to be looked at. Exit codes mean nothing beyond
 * zero; the words decide.
 */
public final class CommandProxmox implements Proxmox {
  private static final Pattern STATUS = Pattern.compile("(\\d{3}) (.*)");
  private static final Pattern PARAMETER = Pattern.compile("([A-Za-z][A-Za-z0-9_.\\[\\]-]*): (.*)");
  private static final Pattern UNKNOWN_OPTION = Pattern.compile("Unknown option: (.*)");
  private static final Pattern USAGE = Pattern.compile("(?:qm|pct|pvesh|pvesm|vzdump) .*[<\\[].*");

  /**
   * Direct commands that start a task and end with 0 whatever became of it (no {@code upid_exit} in
   * src/PVE/CLI/qm.pm and pct.pm, src/PVE/CLI/pvesm.pm). {@code pvesh} at least names the task.
   */
  private static final Pattern HIDES_FAILURE =
      Pattern.compile("PUT .*/resize|POST .*/qemu/\\d+/template|DELETE .*/storage/.*/content/.*");

  private final CommandRunner runner;
  private final String localNode;

  /**
   * Through a node's commands.
   *
   * @param localNode the node's name: calls for other nodes go by {@code pvesh}, which passes them
   *     on
   */
  public CommandProxmox(CommandRunner runner, String localNode) {
    this.runner = runner;
    this.localNode = localNode;
  }

  /** The command that a call will be run as. */
  public NodeCommand command(ApiCall call) {
    String[] segments = call.path().split("/");
    boolean elsewhere =
        segments.length > 2 && segments[1].equals("nodes") && !segments[2].equals(localNode);
    return elsewhere || HIDES_FAILURE.matcher(call.method() + " " + call.path()).matches()
        ? NodeCommand.pvesh(call)
        : NodeCommand.of(call);
  }

  @Override
  public Answer answer(ApiCall call) {
    return answerBy(runner, call);
  }

  /** A command prints its task's log as it comes (pve-common, src/PVE/RESTEnvironment.pm). */
  @Override
  public Answer answer(ApiCall call, Consumer<String> lines) {
    return answerBy(words -> runner.run(words, lines), call);
  }

  private Answer answerBy(CommandRunner heard, ApiCall call) {
    NodeCommand command = command(call);
    CommandRunner.Result result = run(call, command, heard);
    if (result.exitCode() != 0) {
      throw failure(call, result.errors());
    }
    boolean pvesh = command.arguments().getFirst().equals("pvesh");
    Json.Builder answer =
        pvesh
            ? Json.object().put("data", lastValue(result.output()))
            : Json.object().put("data", Json.Null.NULL).put("log", lines(result.output()));
    return new Answer(answer.build());
  }

  private static Json lines(String output) {
    return Json.array(
        output.lines().filter(line -> !line.isBlank()).map(line -> Json.of(line)).toList());
  }

  private static CommandRunner.Result run(ApiCall call, NodeCommand command, CommandRunner heard) {
    try {
      return heard.run(command.arguments());
    } catch (IOException missing) {
      throw new ProxmoxException.Unreachable(
          call,
          "the command '"
              + command.arguments().getFirst()
              + "' cannot be started here: "
              + missing.getMessage()
              + "; node commands need a Proxmox VE node and root",
          false,
          missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProxmoxException.Unreachable(
          call, "interrupted while '" + command + "' ran", !call.isRead(), interrupted);
    }
  }

  /** Log lines of what ran may stand before the answer. */
  private static Json lastValue(String output) {
    String text = output.strip();
    if (text.isEmpty()) {
      return Json.Null.NULL;
    }
    try {
      return JsonText.read(text);
    } catch (JsonText.Malformed mixed) {
      String last = text.substring(text.lastIndexOf('\n') + 1);
      try {
        return JsonText.read(last);
      } catch (JsonText.Malformed onlyLog) {
        return Json.Null.NULL;
      }
    }
  }

  /** What a command's standard error says, as the API would have answered it. */
  static ProxmoxException failure(ApiCall call, String standardError) {
    List<String> lines = new ArrayList<>();
    for (String line : standardError.strip().split("\n")) {
      if (!line.isBlank() && !USAGE.matcher(line).matches()) {
        lines.add(line.strip());
      }
    }
    for (int i = 0; i < lines.size(); i++) {
      Matcher status = STATUS.matcher(lines.get(i));
      if (status.matches()) {
        return ProxmoxErrors.of(
            call, Integer.parseInt(status.group(1)), status.group(2), parameters(lines, i));
      }
    }
    String words = lines.isEmpty() ? "the command failed without a word" : lines.getLast();
    boolean noHandler = words.startsWith("No '") && words.contains("handler defined");
    return ProxmoxErrors.of(call, noHandler ? 501 : 500, words, Map.of());
  }

  private static Map<String, String> parameters(List<String> lines, int statusLine) {
    var errors = new TreeMap<String, String>();
    for (String before : lines.subList(0, statusLine)) {
      Matcher unknown = UNKNOWN_OPTION.matcher(before);
      if (unknown.matches()) {
        errors.put(unknown.group(1), "unknown option");
      }
    }
    for (String line : lines.subList(statusLine + 1, lines.size())) {
      Matcher parameter = PARAMETER.matcher(line);
      if (parameter.matches()) {
        errors.put(parameter.group(1), parameter.group(2));
      }
    }
    return errors;
  }

  @Override
  public void close() {
    // Nothing is kept open between commands.
  }
}
