package pivm.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pivm.engine.report.Style;
import pivm.proxmox.Proxmox;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;
import pivm.simulator.Simulation;

/** Where the demo runs: a folder, a cluster, and commands that are shown as they are typed. */
final class DemoStage {
  private static final Pattern CONFIRM = Pattern.compile("--confirm ([0-9a-f]+)");

  private final Shell shell;
  private final Path folder;
  private final Simulation simulation;
  private final Style style;
  private String said = "";

  DemoStage(Shell shell, Path folder, Simulation simulation) {
    this.shell = shell;
    this.folder = folder;
    this.simulation = simulation;
    this.style = Style.of(shell.terminal().out() && shell.terminal().colour());
  }

  Path folder() {
    return folder;
  }

  /** The same cluster, as somebody else uses it in Proxmox's own page. */
  Proxmox somebodyElse() {
    return new HttpsProxmox(
        HttpsSettings.of(
            URI.create(simulation.endpoint()),
            Credentials.ApiToken.parse(simulation.token()),
            Fingerprint.parse(simulation.fingerprint())));
  }

  /** A heading. */
  void tell(String sentence) {
    shell.out().println();
    shell.out().println(style.strong("── " + sentence));
  }

  void show(String text) {
    shell.out().print(text);
    shell.out().flush();
  }

  /**
   * Runs a command as if it were typed.
   *
   * @throws Failure when it ends in another way than expected
   */
  void type(Exit expected, String... words) {
    shell.out().println();
    shell.out().println(style.faint("$ ") + "pivm " + String.join(" ", words));
    shell.out().flush();
    var kept = new ByteArrayOutputStream();
    Exit exit = new CommandLineInterface(typing(kept)).run(words);
    said = kept.toString(StandardCharsets.UTF_8);
    if (exit != expected) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "The demo ended early: pivm "
                  + String.join(" ", words)
                  + " gave exit code "
                  + exit.code()
                  + " where "
                  + expected.code()
                  + " was expected."),
          null);
    }
  }

  /** The id that the last command asked to be confirmed with. */
  String askedFor() {
    Matcher asked = CONFIRM.matcher(said);
    return asked.find() ? asked.group(1) : "none";
  }

  private Shell typing(OutputStream kept) {
    Terminal outer = shell.terminal();
    Map<String, String> environment = new HashMap<>(shell.environment());
    environment.keySet().removeIf(name -> name.startsWith("PIVM_"));
    environment.put("PIVM_ENDPOINT", simulation.endpoint());
    environment.put("PIVM_TOKEN", simulation.token());
    environment.put("PIVM_FINGERPRINT", simulation.fingerprint());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    environment.put("PIVM_ACTOR", "human");
    return new Shell(
        folder,
        folder,
        folder,
        environment,
        InputStream.nullInputStream(),
        shell.out(),
        new PrintStream(new Both(shell.err(), kept), true, StandardCharsets.UTF_8),
        new Terminal(false, outer.out(), outer.err(), outer.width(), outer.colour()));
  }

  /** Says how to go on by hand. */
  void invite() {
    tell("The cluster is yours until Ctrl-C. In another shell:");
    show(
        "  export PIVM_ENDPOINT="
            + simulation.endpoint()
            + "\n  export PIVM_TOKEN='"
            + simulation.token()
            + "'\n  export PIVM_FINGERPRINT="
            + simulation.fingerprint()
            + "\n  cd "
            + folder
            + "\n");
  }

  /** Writes to two places. */
  private static final class Both extends OutputStream {
    private final OutputStream one;
    private final OutputStream other;

    Both(OutputStream one, OutputStream other) {
      this.one = one;
      this.other = other;
    }

    @Override
    public void write(int octet) throws IOException {
      one.write(octet);
      other.write(octet);
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      one.write(octets, from, length);
      other.write(octets, from, length);
    }

    @Override
    public void flush() throws IOException {
      one.flush();
      other.flush();
    }
  }
}
