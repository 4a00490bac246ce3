package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.config.Settings;
import pivm.engine.setup.Layout;
import pivm.engine.setup.SetupRecord;
import pivm.engine.setup.Systemctl;
import pivm.engine.setup.Systemd;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.CommandProxmox;
import pivm.proxmox.command.CommandRunner;

/**
 * The machine that PIVM is set up on, or removed from.
 *
 * @param node null where this is no Proxmox VE node
 */
record Machine(Layout layout, SetupRecord made, Systemd systemd, @Nullable NodeAccess node) {

  static void declare(Options options) {
    options
        .value("--dir", "DIR", "the folder of manifests (default: " + Layout.USUAL_INSTALL + ")")
        .value("--root", "DIR", "work on the system below DIR, which does not run")
        .flag("--dry-run", "show what would be done, change nothing")
        .flag("--yes", "do not ask")
        .connection();
  }

  /**
   * @throws Failure when this is not root, or PIVM is not installed
   */
  static Machine of(Call call) throws IOException {
    if (call.parsed().text("--root") == null) {
      check(call);
    }
    return unchecked(call);
  }

  /** Also for one who may only look. */
  static Machine unchecked(Call call) throws IOException {
    String root = call.parsed().given("--root");
    Settings settings = call.settings();
    String state = settings.text(Keys.STATE_DIR);
    var layout =
        new Layout(
            root == null ? Path.of("/") : call.shell().directory().resolve(root),
            install(call),
            state == null ? Layout.USUAL_STATE : state,
            text(settings, Keys.LOG_FILE, Layout.USUAL_LOG));
    CommandRunner commands = CommandRunner.local(null);
    return new Machine(
        layout,
        SetupRecord.in(layout.stateFolder()),
        root == null ? Systemctl.here(commands) : Systemd.none(),
        node(call, root));
  }

  /** Whether PIVM was set up here, as far as this user may read of it. */
  static boolean isSetUp(Call call) {
    return Files.isReadable(
        StateFolder.of(call.shell(), call.settings()).resolve(SetupRecord.FILE));
  }

  private static void check(Call call) {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new Failure(
          Exit.NOT_PERMITTED,
          List.of(
              "pivm "
                  + call.parsed().command()
                  + " needs root: it changes /etc and Proxmox VE's"
                  + " users.",
              "As root: pivm " + call.parsed().command()),
          null);
    }
    boolean looking = call.parsed().has("--dry-run");
    if (!looking && !Files.isExecutable(Path.of(Layout.PROGRAM))) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "PIVM is not installed: there is no " + Layout.PROGRAM + ", which timers would run.",
              "setup.sh installs the package and does the rest."),
          null);
    }
  }

  private static String install(Call call) {
    String named = call.parsed().given("--dir");
    if (named == null) {
      named = call.settings().text(Keys.INSTALL_DIR);
    }
    if (named == null) {
      Path home = call.shell().home();
      boolean installed = !home.equals(call.shell().shipped());
      named = installed ? home.toString() : Layout.USUAL_INSTALL;
    }
    String fault = Keys.LOG_FILE.value().fault(named);
    if (fault != null) {
      throw call.parsed().usage("the folder of manifests is " + named + "; " + fault);
    }
    return named;
  }

  static String text(Settings settings, pivm.engine.config.Key key, String otherwise) {
    String text = settings.text(key);
    return text == null ? otherwise : text;
  }

  /** In another root only a node that is named is meant, not the one that this runs on. */
  private static @Nullable NodeAccess node(Call call, @Nullable String root) {
    String pmxcfs = call.settings().text(Keys.PMXCFS);
    if (pmxcfs != null) {
      Path folder = call.shell().directory().resolve(pmxcfs);
      NodeAccess here = NodeAccess.here();
      return here != null && here.pmxcfs().equals(folder)
          ? here
          : NodeAccess.at(folder, call.shell().environment());
    }
    return root == null ? NodeAccess.here() : null;
  }

  /** The way to Proxmox as root; null away from a node. */
  @Nullable Proxmox proxmox() {
    return node == null ? null : new CommandProxmox(node.runner(), node.node());
  }
}
