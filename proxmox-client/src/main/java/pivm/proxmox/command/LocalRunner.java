package pivm.proxmox.command;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

record LocalRunner(@Nullable Path folder) implements CommandRunner {

  @Override
  public Result run(List<String> command) throws IOException, InterruptedException {
    return ended(command, LocalRunner::text);
  }

  @Override
  public Result run(List<String> command, Consumer<String> lines)
      throws IOException, InterruptedException {
    return ended(command, output -> byLine(output, lines));
  }

  private Result ended(List<String> command, Function<InputStream, String> reading)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    if (folder != null) {
      line.set(0, folder.resolve(command.getFirst()).toString());
    }
    Process process =
        new ProcessBuilder(OwnSession.of(line))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    try {
      FutureTask<String> errors = new FutureTask<>(() -> text(process.getErrorStream()));
      Thread.ofVirtual().start(errors);
      String output = reading.apply(process.getInputStream());
      return new Result(process.waitFor(), output, errors.get());
    } catch (ExecutionException broken) {
      throw new IOException("the output of " + command.getFirst() + " broke off", broken);
    } finally {
      process.destroy();
    }
  }

  private static String byLine(InputStream stream, Consumer<String> lines) {
    var all = new StringBuilder();
    try (var reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        all.append(line).append('\n');
        lines.accept(line);
      }
      return all.toString();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
