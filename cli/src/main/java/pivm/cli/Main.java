package pivm.cli;

/** The process: its arguments, its streams, its exit code. */
public final class Main {

  public static void main(String[] args) {
    int code = new CommandLineInterface(Shell.ofProcess()).run(args).code();
    System.exit(code);
  }

  private Main() {}
}
