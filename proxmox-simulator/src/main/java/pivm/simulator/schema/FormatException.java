package pivm.simulator.schema;

/** A value that does not have its format; the message is Proxmox's, with its trailing newline. */
public final class FormatException extends RuntimeException {
  FormatException(String message) {
    super(message, null, false, false);
  }

  /** The message; never null, unlike that of other exceptions. */
  public String text() {
    var message = getMessage();
    return message == null ? "" : message;
  }
}
