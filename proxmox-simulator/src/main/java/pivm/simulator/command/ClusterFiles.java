package pivm.simulator.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Node;

/**
 * The cluster's files in a folder as {@code /etc/pve} shows them (pve-cluster, {@code src/pmxcfs}),
 * with the locks that others take there. Writing again only touches what has changed.
 */
public final class ClusterFiles {
  private final Path root;
  private final Map<Path, String> written = new HashMap<>();
  private final ClusterLocks locks;

  public ClusterFiles(Path root) {
    this.root = root;
    this.locks = new ClusterLocks(root.resolve("priv/lock"));
  }

  public Path root() {
    return root;
  }

  /**
   * Brings the folder up to date. The caller holds the cluster's lock.
   *
   * @throws UncheckedIOException when the folder cannot be written
   */
  public void write(Cluster cluster) {
    Set<Path> wanted = new HashSet<>();
    try {
      for (var node : cluster.nodes()) {
        for (String folder : new String[] {"qemu-server", "lxc"}) {
          Files.createDirectories(root.resolve("nodes").resolve(node.name()).resolve(folder));
        }
      }
      Files.createDirectories(root.resolve("priv/lock"));
      locks.look(cluster.time().seconds());
      for (var guest : cluster.guests()) {
        Path path = path(guest);
        wanted.add(path);
        // The digest is kept by the configuration: text is only made when something changed.
        put(path, guest.config().digest(), guest.config()::text);
      }
      FileTexts.all(cluster)
          .forEach((name, text) -> {
            Path path = root.resolve(name);
            wanted.add(path);
            put(path, text, () -> text);
          });
      links(cluster);
      for (Path path : Set.copyOf(written.keySet())) {
        if (!wanted.contains(path)) {
          written.remove(path);
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(root + " cannot be written", e);
    }
  }

  private Path path(Guest guest) {
    return root.resolve("nodes")
        .resolve(guest.node())
        .resolve(guest.kind().folder())
        .resolve(guest.vmid() + ".conf");
  }

  private void put(Path path, String mark, java.util.function.Supplier<String> text) {
    if (mark.equals(written.get(path))) {
      return;
    }
    try {
      Files.createDirectories(path.resolveSibling("x").getParent());
      Path temporary = path.resolveSibling(path.getFileName() + ".tmp.sim");
      Files.writeString(temporary, text.get());
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(path + " cannot be written", e);
    }
    written.put(path, mark);
  }

  /** The node's own folder under its short names. */
  private void links(Cluster cluster) throws IOException {
    Node first = cluster.nodes().iterator().next();
    link("local", "nodes/" + first.name());
    link("qemu-server", "nodes/" + first.name() + "/qemu-server");
    link("lxc", "nodes/" + first.name() + "/lxc");
  }

  private void link(String name, String target) throws IOException {
    try {
      Files.createSymbolicLink(root.resolve(name), Path.of(target));
    } catch (FileAlreadyExistsException e) {
      return;
    }
  }
}
