package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.GuestSchema;
import pivm.engine.manifest.ImageSchema;
import pivm.engine.manifest.KnownKeys;
import pivm.engine.manifest.ManifestFormatter;
import pivm.engine.manifest.NetworkSchema;
import pivm.engine.manifest.UpdateSchema;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** What a folder of manifests begins with: the tree as it is shipped, declaring nothing. */
final class ManifestTree {
  static final String GUESTS = Manifests.FOLDER + "/" + Manifests.FILE;
  private static final String SCHEMA = "schemas/guest.json";
  private static final String IMAGE_SCHEMA = "schemas/images.json";
  private static final String NETWORK_SCHEMA = "schemas/network.json";
  private static final String CONTAINERS_SCHEMA = "schemas/containers.json";
  private static final String HOSTS_SCHEMA = "schemas/hosts.json";
  private static final String IGNORED = "update-logs/\n";
  private static final List<String> FOLDERS = List.of("compute", "storage", "network");
  private static final List<String> FILES =
      List.of("GEMINI.md", "setup.sh", "uninstall.sh", "variables.json");

  /**
   * A file of the tree.
   *
   * @param name its path in the tree, with slashes
   */
  record Item(String name, String text, boolean executable) {}

  private ManifestTree() {}

  /**
   * All files.
   *
   * @param storage where new guests' disks go; null for no default
   */
  static List<Item> items(Shell shell, @Nullable String storage) throws IOException {
    List<Item> items = new ArrayList<>();
    items.add(text(GUESTS, guests(storage)));
    items.add(text(SCHEMA, GuestSchema.text(KnownKeys.builtIn()).stripTrailing() + "\n"));
    items.add(text(IMAGE_SCHEMA, ImageSchema.text().stripTrailing() + "\n"));
    items.add(text(NETWORK_SCHEMA, NetworkSchema.text().stripTrailing() + "\n"));
    items.add(text(CONTAINERS_SCHEMA, UpdateSchema.containers().stripTrailing() + "\n"));
    items.add(text(HOSTS_SCHEMA, UpdateSchema.hosts().stripTrailing() + "\n"));
    items.add(text(".gitignore", IGNORED));
    for (String file : FILES) {
      Path path = shell.shipped().resolve(file);
      if (Files.isRegularFile(path)) {
        items.add(shipped(shell, path));
      } else if (file.equals("variables.json")) {
        items.add(text(file, "{}\n"));
      }
    }
    for (String folder : FOLDERS) {
      items.addAll(below(shell, shell.shipped().resolve(folder)));
    }
    return items;
  }

  private static List<Item> below(Shell shell, Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Item> items = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Item item = shipped(shell, file);
        if (!item.name().equals(GUESTS) && !item.name().contains("update-logs/")) {
          items.add(item);
        }
      }
    }
    return items;
  }

  private static Item shipped(Shell shell, Path file) throws IOException {
    return new Item(
        shell.shipped().relativize(file).toString(),
        Files.readString(file),
        Files.isExecutable(file));
  }

  private static Item text(String name, String text) {
    return new Item(name, text, false);
  }

  private static String guests(@Nullable String storage) {
    Json.Builder manifest = Json.object().put("$schema", "../../" + SCHEMA);
    if (storage != null) {
      manifest.put("defaults", Json.object().put("storage", storage).build());
    }
    Json.Obj whole = manifest.put("guests", Json.array(List.of())).build();
    return ManifestFormatter.format(JsonText.write(whole));
  }
}
