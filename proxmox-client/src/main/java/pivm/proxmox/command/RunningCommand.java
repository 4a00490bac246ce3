package pivm.proxmox.command;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One command of this machine, from its start to its end. */
final class RunningCommand {
  /**
   * More than any command's answer that is read as a whole; what is beyond is only told by line.
   */
  private static final int KEPT = 16 << 20;

  private final Process process;
  private final Consumer<String> lines;

  private RunningCommand(Process process, Consumer<String> lines) {
    this.process = process;
    this.lines = lines;
  }

  /**
   * @param command what to run for the task
   */
  static NodeShell.Result run(List<String> command, NodeShell.Task task, Consumer<String> lines)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(OwnSession.of(command));
    if (task.input() == null) {
      File source = task.file() == null ? new File("/dev/null") : task.file().toFile();
      builder.redirectInput(ProcessBuilder.Redirect.from(source));
    }
    var running = new RunningCommand(builder.start(), lines);
    try {
      return running.finish(task.input(), task.limit(), command.getFirst());
    } finally {
      running.end();
    }
  }

  private NodeShell.Result finish(@Nullable String input, @Nullable Duration limit, String name)
      throws IOException, InterruptedException {
    FutureTask<String> output = reading(process.getInputStream());
    FutureTask<String> errors = reading(process.getErrorStream());
    if (input != null) {
      Thread.ofVirtual().start(() -> write(input));
    }
    boolean ended = true;
    if (limit == null) {
      process.waitFor();
    } else {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!ended) {
      end();
    }
    try {
      int code = ended ? process.exitValue() : NodeShell.Result.TIMED_OUT;
      return new NodeShell.Result(code, output.get(), errors.get());
    } catch (ExecutionException broken) {
      throw new IOException("the output of " + name + " broke off", broken);
    }
  }

  private FutureTask<String> reading(InputStream stream) {
    FutureTask<String> task = new FutureTask<>(() -> read(stream));
    Thread.ofVirtual().start(task);
    return task;
  }

  private String read(InputStream stream) throws IOException {
    var kept = new StringBuilder();
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (kept.length() < KEPT) {
          kept.append(line).append('\n');
        }
        synchronized (lines) {
          lines.accept(line);
        }
      }
    }
    return kept.toString();
  }

  private void write(String input) {
    try (OutputStream to = process.getOutputStream()) {
      to.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException unread) {
      // A command may end, or close its input, without reading all of it; its exit code tells.
    }
  }

  /** Its children too, or what they hold open would be waited for. */
  private void end() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
