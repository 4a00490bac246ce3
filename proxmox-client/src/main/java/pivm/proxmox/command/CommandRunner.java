package pivm.proxmox.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs a command on a node and waits for its end. */
@FunctionalInterface
public interface CommandRunner {

  /** What a command left. */
  record Result(int exitCode, String output, String errors) {}

  /**
   * Runs a command with nothing on its standard input.
   *
   * @throws IOException when it can't be started
   * @throws InterruptedException when the waiting thread is asked to end; the command is ended too
   */
  Result run(List<String> command) throws IOException, InterruptedException;

  /**
   * The same.
   *
   * @param lines hears each line of its standard output, as soon as it is there where that can be
   */
  default Result run(List<String> command, Consumer<String> lines)
      throws IOException, InterruptedException {
    Result result = run(command);
    result.output().lines().forEach(lines);
    return result;
  }

  /**
   * Runs commands on this machine.
   *
   * @param folder where the commands are, null to look them up as the shell does
   */
  static CommandRunner local(@Nullable Path folder) {
    return new LocalRunner(folder);
  }
}
