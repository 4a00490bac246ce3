package pivm.simulator.command;

/** Where a command writes. */
public interface Terminal {

  /** To standard output, as it is. */
  void out(String text);

  /** To standard error, as it is. */
  void err(String text);

  /** A terminal that keeps everything. */
  final class Kept implements Terminal {
    private final StringBuilder output = new StringBuilder();
    private final StringBuilder errors = new StringBuilder();

    @Override
    public void out(String text) {
      output.append(text);
    }

    @Override
    public void err(String text) {
      errors.append(text);
    }

    public String output() {
      return output.toString();
    }

    public String errors() {
      return errors.toString();
    }
  }
}
