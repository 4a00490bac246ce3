package pivm.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import pivm.simulator.Simulation;

/** Runs command lines in this process and keeps what they write. */
record InProcess(Path directory, Map<String, String> environment, Terminal terminal, String input) {

  static InProcess in(Path directory) {
    return new InProcess(directory, Map.of(), Terminal.none(), "");
  }

  /** The variables with which it acts as root on a simulated node whose parts are in a folder. */
  static Map<String, String> onNode(Simulation simulation, Path folder) throws IOException {
    return Map.of(
        "PIVM_PROXMOX_VIA", "cli",
        "PATH", simulation.commands(folder.resolve("bin")).toString(),
        "PIVM_PROXMOX_PMXCFS", simulation.clusterFilesystem(folder.resolve("pve")).toString(),
        "PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
  }

  InProcess with(Map<String, String> variables) {
    return new InProcess(directory, variables, terminal, input);
  }

  /** As on a person's screen of 120 columns, which pages show; without colours and questions. */
  InProcess onScreen() {
    return on(new Terminal(false, true, false, 120, false));
  }

  InProcess on(Terminal other) {
    return new InProcess(directory, environment, other, input);
  }

  /** What a command line did. */
  record Result(Exit exit, String out, String err) {}

  Result run(String... args) {
    var typed = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    return run(typed, new ByteArrayOutputStream(), args);
  }

  /** With a person before it, who reads standard error. */
  Result run(Typist person, String... args) {
    return run(person, person.screen(), args);
  }

  private Result run(InputStream in, ByteArrayOutputStream err, String... args) {
    var out = new ByteArrayOutputStream();
    var shell =
        new Shell(
            directory,
            directory,
            directory,
            environment,
            in,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal);
    Exit exit = new CommandLineInterface(shell).run(args);
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
