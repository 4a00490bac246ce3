package pivm.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.PmxcfsLock;
import pivm.engine.execution.Unlocker;
import pivm.engine.observation.Observer;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.Time;
import pivm.proxmox.command.CommandProxmox;
import pivm.proxmox.command.CommandRunner;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.files.ClusterFilesystem;

/**
 * Being root on a node: commands to act, the cluster file system to read and to lock, shells of
 * containers.
 *
 * @param node this node's name
 * @param folder where its commands are; null to look them up as the shell does
 */
record NodeAccess(String node, Path pmxcfs, @Nullable Path folder, CommandRunner runner) {
  private static final Path PMXCFS = Path.of("/etc/pve");

  /** Null where this is no node, or not root on it. */
  static @Nullable NodeAccess here() {
    Path local = PMXCFS.resolve("local");
    if (!"root".equals(System.getProperty("user.name")) || !Files.isSymbolicLink(local)) {
      return null;
    }
    try {
      Path name = Files.readSymbolicLink(local).getFileName();
      return name == null
          ? null
          : new NodeAccess(name.toString(), PMXCFS, null, CommandRunner.local(null));
    } catch (IOException noNode) {
      return null;
    }
  }

  /**
   * A node whose cluster file system is elsewhere, such as a simulated one; null where its commands
   * are not on the path or the files name no node.
   */
  static @Nullable NodeAccess at(Path pmxcfs, Map<String, String> environment) {
    String node = new ClusterFilesystem(pmxcfs).localNode();
    for (String entry : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      if (node != null && !entry.isEmpty() && Files.isExecutable(Path.of(entry, "pvesh"))) {
        return new NodeAccess(node, pmxcfs, Path.of(entry), CommandRunner.local(Path.of(entry)));
      }
    }
    return null;
  }

  Connection connection() {
    Proxmox proxmox = new CommandProxmox(runner, node);
    return new Connection(
        proxmox, Observer.onNode(pmxcfs, proxmox), "root@pam", "node " + node, this);
  }

  ClusterLock lock() {
    return new PmxcfsLock(pmxcfs.resolve("priv/lock"), Time.system());
  }

  /** A root shell on this node, and by ssh on the others of its cluster. */
  NodeShell nodes() {
    return NodeShell.ofCluster(node, pmxcfs, folder);
  }

  Unlocker unlocker() {
    return new Unlocker() {
      @Override
      public boolean unlock(String where, GuestType type, int vmid) {
        String tool = type == GuestType.QEMU ? "qm" : "pct";
        return done(where, List.of(tool, "unlock", Integer.toString(vmid)));
      }

      @Override
      public boolean destroyLocked(String where, int vmid) {
        return done(
            where,
            List.of("qm", "destroy", Integer.toString(vmid), "--skiplock", "1", "--purge", "1"));
      }
    };
  }

  private boolean done(String where, List<String> command) {
    if (!where.equals(node)) {
      return false;
    }
    try {
      return runner.run(command).exitCode() == 0;
    } catch (IOException absent) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
