package pivm.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import pivm.engine.report.Style;
import pivm.proxmox.ProxmoxException;

/** Tells a person what went wrong. A stack trace is only shown when asked for. */
final class Errors {
  private final Shell shell;
  private final boolean debug;

  Errors(Shell shell, boolean debug) {
    this.shell = shell;
    this.debug = debug;
  }

  Exit tell(Throwable thrown) {
    Failure failure =
        switch (thrown) {
          case Failure known -> known;
          case ProxmoxException proxmox -> ProxmoxFailure.of(proxmox);
          case FileSystemException file -> ofFile(file);
          default ->
              new Failure(
                  Exit.FAILED,
                  List.of(
                      "This is a fault in PIVM: " + thrown,
                      "The same command with --debug shows where; please report it."),
                  thrown);
        };
    var style = Style.of(shell.terminal().err() && shell.terminal().colour());
    shell.out().flush();
    boolean first = true;
    for (String line : failure.lines()) {
      shell.err().println(first ? style.bad("error") + ": " + line : line);
      first = false;
    }
    if (debug) {
      var trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      shell.err().print(trace);
    }
    return failure.exit();
  }

  private static Failure ofFile(FileSystemException file) {
    String why =
        switch (file) {
          case NoSuchFileException _ -> "there is no such file";
          case AccessDeniedException _ -> "access denied";
          default -> file.getReason() == null ? "it can't be read or written" : file.getReason();
        };
    return new Failure(Exit.FAILED, List.of(file.getFile() + ": " + why + "."), file);
  }
}
