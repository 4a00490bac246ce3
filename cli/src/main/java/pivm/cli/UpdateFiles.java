package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Key;
import pivm.engine.config.Keys;
import pivm.engine.hostupdate.HostUpdate;
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.HostUpdates;
import pivm.engine.manifest.UpdateReader;
import pivm.engine.patching.ContainerPatching;
import pivm.proxmox.command.NodeCommand;
import pivm.proxmox.command.NodeShell;

/** The manifests of container patching and host update, and where their logs go. */
final class UpdateFiles {
  static final String CONTAINERS = "compute/guest/proxmox_lxc_autoupdate.json";

  static final String HOSTS = "compute/host/proxmox_autoupdate.json";

  private static final String LOGS = "update-logs";

  private UpdateFiles() {}

  /** The tree that the call is about: of the current folder, else PIVM's own. */
  static Path tree(Call call) {
    Path tree = call.shell().tree();
    if (tree != null) {
      return tree;
    }
    String installed = call.settings().text(Keys.INSTALL_DIR);
    return installed == null ? call.shell().home() : Path.of(installed);
  }

  /**
   * The manifest of a procedure: the one that {@code --updates} names, else that of the settings,
   * else that of the tree; null when it is not there.
   */
  static @Nullable Path manifest(Call call, Key setting, String usual) {
    String named = call.parsed().given("--updates");
    String set = call.settings().text(setting);
    Path file =
        named != null
            ? call.shell().directory().resolve(named)
            : set != null ? call.shell().directory().resolve(set) : tree(call).resolve(usual);
    if (Files.isRegularFile(file)) {
      return file;
    }
    if (named != null || set != null) {
      throw new Failure(Exit.BAD_MANIFEST, List.of("There is no manifest at " + file + "."), null);
    }
    return null;
  }

  /**
   * What the manifest of container patching says.
   *
   * @throws Failure when something in it is wrong, with every finding
   */
  static ContainerUpdates containers(Call call) throws IOException {
    return read(call, manifest(call, Keys.LXC_MANIFEST, CONTAINERS), UpdateReader::containers);
  }

  /** The manifests of the tree that are there. */
  static List<Path> present(Call call) {
    List<Path> present = new ArrayList<>();
    for (String usual : List.of(CONTAINERS, HOSTS)) {
      Path file = tree(call).resolve(usual);
      if (Files.isRegularFile(file)) {
        present.add(file);
      }
    }
    return present;
  }

  /** All that is wrong in the manifests of the tree. */
  static List<Finding> findings(Call call) throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (Path file : present(call)) {
      String name = call.shell().relative(file);
      String text = Files.readString(file);
      findings.addAll(
          file.endsWith(CONTAINERS)
              ? UpdateReader.containers(name, text).findings()
              : UpdateReader.hosts(name, text).findings());
    }
    return findings;
  }

  static <T> T read(
      Call call, @Nullable Path file, BiFunction<String, String, UpdateReader.Result<T>> reader)
      throws IOException {
    UpdateReader.Result<T> read =
        file == null
            ? reader.apply("defaults", "{}")
            : reader.apply(call.shell().relative(file), Files.readString(file));
    read.findings().stream()
        .filter(finding -> !SettingsOfCall.isError(finding))
        .forEach(finding -> call.say("warning: " + finding));
    if (read.hasErrors()) {
      var lines =
          new ArrayList<>(
              read.findings().stream()
                  .filter(SettingsOfCall::isError)
                  .map(Finding::toString)
                  .toList());
      lines.add("Nothing was changed. Check again with: pivm validate");
      throw new Failure(Exit.BAD_MANIFEST, lines, null);
    }
    return read.value();
  }

  /**
   * What the manifest of host update says.
   *
   * @throws Failure when something in it is wrong, with every finding
   */
  static HostUpdates hosts(Call call) throws IOException {
    return read(call, manifest(call, Keys.HOST_MANIFEST, HOSTS), UpdateReader::hosts);
  }

  static HostUpdate hostUpdate(Call call, NodeShell nodes, @Nullable String local) {
    return new HostUpdate(nodes, StateFolder.of(call.shell(), call.settings()), local);
  }

  /** What a shell runs when this node has started again: it goes on with the update. */
  static String goOn(Call call) {
    Path launcher = call.shell().home().resolve("pivm");
    String program = Files.isExecutable(launcher) ? launcher.toString() : "/usr/bin/pivm";
    String updates = call.parsed().given("--updates");
    String state = StateFolder.of(call.shell(), call.settings()).toString();
    return "cd "
        + NodeCommand.quoted(tree(call).toString())
        + " && PIVM_SETUP_STATE_DIR="
        + NodeCommand.quoted(state)
        + " exec "
        + NodeCommand.quoted(program)
        + " update hosts --continue --yes"
        + (updates == null
            ? ""
            : " --updates "
                + NodeCommand.quoted(call.shell().directory().resolve(updates).toString()));
  }

  static ContainerPatching patching(Call call, NodeShell nodes) {
    String set = call.settings().text(Keys.LXC_LOGS);
    Path logs = set == null ? tree(call).resolve(LOGS) : call.shell().directory().resolve(set);
    return new ContainerPatching(
        nodes, StateFolder.of(call.shell(), call.settings()), logs, ZoneId.systemDefault());
  }
}
