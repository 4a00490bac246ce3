package pivm.engine.observation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** The files below {@code /etc/pve}, or a copy of them. */
record ClusterFiles(Path root) {

  /** Where a guest's configuration is. */
  record GuestFile(Location location, Path path) {}

  /** The content of a file; null when it is not there. */
  @Nullable String text(String name) {
    byte[] content = bytes(root.resolve(name));
    return content == null ? null : new String(content, StandardCharsets.UTF_8);
  }

  static byte @Nullable [] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      return null;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file + " can't be read", unreadable);
    }
  }

  /** The names of all nodes that have a folder, sorted. */
  TreeSet<String> nodes() {
    var names = new TreeSet<String>();
    for (Path folder : entries(root.resolve("nodes"))) {
      names.add(folder.getFileName().toString());
    }
    return names;
  }

  /** The configuration files of every guest, by node, type and name. */
  List<GuestFile> guests() {
    List<GuestFile> files = new ArrayList<>();
    for (String node : nodes()) {
      for (GuestType type : GuestType.values()) {
        for (Path file : entries(folder(node, type))) {
          String name = file.getFileName().toString();
          Integer vmid =
              name.endsWith(".conf") ? Words.vmid(name.substring(0, name.length() - 5)) : null;
          if (vmid != null) {
            files.add(new GuestFile(new Location(type, vmid, node), file));
          }
        }
      }
    }
    return files;
  }

  private Path folder(String node, GuestType type) {
    return root.resolve("nodes")
        .resolve(node)
        .resolve(type == GuestType.QEMU ? "qemu-server" : "lxc");
  }

  /** Where a guest is now; null when no node has it. */
  @Nullable GuestFile guest(int vmid) {
    for (String node : nodes()) {
      for (GuestType type : GuestType.values()) {
        Path file = folder(node, type).resolve(vmid + ".conf");
        if (Files.exists(file)) {
          return new GuestFile(new Location(type, vmid, node), file);
        }
      }
    }
    return null;
  }

  private static List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    } catch (NoSuchFileException | NotDirectoryException absent) {
      return entries;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(folder + " can't be read", unreadable);
    }
    return entries;
  }
}
