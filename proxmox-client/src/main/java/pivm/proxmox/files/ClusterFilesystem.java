package pivm.proxmox.files;

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
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfigFile;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * Reads {@code /etc/pve} or a copy of it.
 *
 * @param root the folder that holds {@code nodes}, {@code storage.cfg} …
 */
public record ClusterFilesystem(Path root) {
  private static final Pattern CONFIG = Pattern.compile("([1-9]\\d{2,8})\\.conf");

  /** Where a guest's config is. */
  public record GuestFile(GuestType type, int vmid, String node, Path path) {}

  /** A guest with its config. */
  public record Guest(GuestFile file, GuestConfigFile config) {}

  /** The names of all nodes that have a folder; one that left the cluster may still have one. */
  public SortedSet<String> nodes() {
    var names = new TreeSet<String>();
    for (Path folder : entries(root.resolve("nodes"))) {
      names.add(folder.getFileName().toString());
    }
    return names;
  }

  /** The node that this is the file system of; null when a copy does not tell. */
  public @Nullable String localNode() {
    try {
      return Files.readSymbolicLink(root.resolve("local")).getFileName().toString();
    } catch (IOException | UnsupportedOperationException noLink) {
      return members().text("nodename");
    }
  }

  /** The config files of every guest of the cluster, by node, type and place in its folder. */
  public List<GuestFile> guestFiles() {
    List<GuestFile> files = new ArrayList<>();
    for (String node : nodes()) {
      for (GuestType type : GuestType.values()) {
        for (Path path : entries(folder(node, type))) {
          Matcher name = CONFIG.matcher(path.getFileName().toString());
          if (name.matches()) {
            files.add(new GuestFile(type, Integer.parseInt(name.group(1)), node, path));
          }
        }
      }
    }
    return files;
  }

  /** Where a guest is now; null when no node has it. */
  public @Nullable GuestFile guestFile(int vmid) {
    for (String node : nodes()) {
      for (GuestType type : GuestType.values()) {
        Path path = folder(node, type).resolve(vmid + ".conf");
        if (Files.exists(path)) {
          return new GuestFile(type, vmid, node, path);
        }
      }
    }
    return null;
  }

  /** Every guest with its config; one that goes away meanwhile is left out. */
  public List<Guest> guests() {
    return guestFiles().parallelStream()
        .map(ClusterFilesystem::guest)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Reads a guest's config; null when it is gone. */
  public static @Nullable Guest guest(GuestFile file) {
    byte[] content = bytes(file.path());
    return content == null ? null : new Guest(file, GuestConfigFile.read(file.type(), content));
  }

  private Path folder(String node, GuestType type) {
    String folder = type == GuestType.QEMU ? "qemu-server" : "lxc";
    return root.resolve("nodes").resolve(node).resolve(folder);
  }

  /** The content of a file by its name below the root; null when it is not there. */
  public @Nullable String text(String name) {
    byte[] content = bytes(root.resolve(name));
    return content == null ? null : new String(content, StandardCharsets.UTF_8);
  }

  /**
   * The sections of a config file such as {@code storage.cfg}, {@code ha/resources.cfg}, {@code
   * ha/rules.cfg}, {@code replication.cfg} and {@code jobs.cfg}; none when it is not there.
   */
  public List<SectionFile> sections(String name) {
    return SectionFile.read(text(name));
  }

  /** What the nodes last told of themselves, their guests and storages ({@code .rrd}). */
  public StatusFile status() {
    return new StatusFile(text(".rrd"));
  }

  /**
   * The newest entries of the cluster's log ({@code .clusterlog}), each with its {@code time} in
   * seconds since 1970 and its {@code msg}; null when there is none.
   */
  public Json.@Nullable Obj log() {
    return text(".clusterlog") == null ? null : object(".clusterlog");
  }

  /** The cluster's name, quorum and nodes ({@code .members}); empty when unknown. */
  public Json.Obj members() {
    return object(".members");
  }

  /** Which guest is where ({@code .vmlist}); empty when unknown. */
  public Json.Obj vmlist() {
    return object(".vmlist").get("ids").asObject();
  }

  /** A counter per config file that grows with each change ({@code .version}). */
  public Json.Obj versions() {
    return object(".version");
  }

  /** Users, tokens, pools and access control ({@code user.cfg}). */
  public UserFile users() {
    return UserFile.read(text("user.cfg"));
  }

  /** The options of the datacenter ({@code datacenter.cfg}) by name. */
  public SortedMap<String, String> datacenter() {
    return SectionFile.options(text("datacenter.cfg"));
  }

  private Json.Obj object(String name) {
    String text = text(name);
    return (text == null ? Json.Null.NULL : JsonText.read(text)).asObject();
  }

  private static byte @Nullable [] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      return null;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(file + " can't be read", unreadable);
    }
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
