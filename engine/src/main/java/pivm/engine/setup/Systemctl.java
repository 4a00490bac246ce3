package pivm.engine.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import pivm.proxmox.command.CommandRunner;

/** The service manager that runs this machine. */
public final class Systemctl implements Systemd {
  private final CommandRunner commands;

  private Systemctl(CommandRunner commands) {
    this.commands = commands;
  }

  /** This machine's; none where systemd does not run it (as sd_booted(3) tells). */
  public static Systemd here(CommandRunner commands) {
    return Files.isDirectory(Path.of("/run/systemd/system"))
        ? new Systemctl(commands)
        : Systemd.none();
  }

  @Override
  public void reload() throws IOException {
    run("daemon-reload");
  }

  @Override
  public void start(String unit) throws IOException {
    run("start", unit);
  }

  @Override
  public void stop(String unit) throws IOException {
    CommandRunner.Result result = result("stop", unit);
    boolean unknown = result.errors().contains("not loaded");
    if (result.exitCode() != 0 && !unknown) {
      throw new IOException(unit + " can't be stopped: " + result.errors().strip());
    }
  }

  private void run(String... words) throws IOException {
    CommandRunner.Result result = result(words);
    if (result.exitCode() != 0) {
      throw new IOException(
          "systemctl " + String.join(" ", words) + " failed: " + result.errors().strip());
    }
  }

  private CommandRunner.Result result(String... words) throws IOException {
    var command = new java.util.ArrayList<>(List.of("systemctl"));
    command.addAll(List.of(words));
    try {
      return commands.run(command);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
  }
}
