package pivm.proxmox.command;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

record LocalRunner(@Nullable Path folder) implements CommandRunner {

  @Override
  public Result run(List<String> command) throws IOException, InterruptedException {
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
      String output = text(process.getInputStream());
      return new Result(process.waitFor(), output, errors.get());
    } catch (ExecutionException broken) {
      throw new IOException("the output of " + command.getFirst() + " broke off", broken);
    } finally {
      process.destroy();
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
