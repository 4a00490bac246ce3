package pivm.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import pivm.engine.report.Printable;
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
          case UncheckedIOException file
              when file.getCause() instanceof FileSystemException cause ->
              new Failure(
                  Exit.FAILED,
                  List.of(
                      file.getMessage() + " (" + cause.getFile() + ": " + why(cause) + ").",
                      "Records are kept in setup.STATE_DIR (or PIVM_SETUP_STATE_DIR): name a folder"
                          + " that can be written, with space."),
                  file);
          case UncheckedIOException file ->
              new Failure(Exit.FAILED, List.of(file.getMessage() + "."), file);
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
    for (String told : failure.lines()) {
      String line = Printable.text(told);
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
    return new Failure(Exit.FAILED, List.of(file.getFile() + ": " + why(file) + "."), file);
  }

  /** Why a file can't be read or written, in words. */
  static String why(IOException cause) {
    return switch (cause) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "access denied";
      case CharacterCodingException _ -> "it is not text in UTF-8; save it as that";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      case FileSystemException _ -> "it can't be read or written";
      default -> String.valueOf(cause.getMessage());
    };
  }
}
