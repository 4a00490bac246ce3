package pivm.engine.hostupdate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.OwnerOnly;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * What is kept of host updates in the state folder: the last result of each node, what was done
 * about its guests and is to be taken back, and which nodes a run that a restart cut off still has
 * before it.
 */
final class HostRecords {
  static final String MAINTENANCE = "maintenance";
  static final String MOVED = "moved";
  static final String STOPPED = "stopped";
  private static final String RESTARTED = "restartedFrom";
  private static final String FAILED = "failedBefore";

  private final Path folder;
  private final Path file;

  HostRecords(Path state) {
    this.folder = state.resolve("updates");
    this.file = folder.resolve("hosts.json");
  }

  synchronized Json.Obj read() {
    try {
      return Files.isRegularFile(file)
          ? JsonText.read(Files.readString(file)).asObject()
          : Json.object().build();
    } catch (IOException | JsonText.Malformed damaged) {
      return Json.object().build();
    }
  }

  /** The boot that a node was restarted from; null when its restart is not to be finished. */
  @Nullable String restartedFrom(String node) {
    String boot = node(node).text(RESTARTED);
    return boot == null || boot.isEmpty() ? null : boot;
  }

  /** The services that had failed on it before that restart. */
  List<String> failedBefore(String node) {
    return texts(node(node).list(FAILED));
  }

  /** A node is about to be restarted. */
  void restarting(String node, HostFacts before) {
    Json failed = Json.array(before.failed().stream().map(Json::of).toList());
    node(node, form -> form.put(RESTARTED, before.boot()).put(FAILED, failed));
  }

  /** Its restart is over, or was none. */
  void restarted(String node) {
    node(node, form -> form.put(RESTARTED, "").put(FAILED, Json.array(List.of())));
  }

  /**
   * The nodes of which something is to be taken back: HA maintenance, guests moved or shut down.
   */
  List<String> drained() {
    List<String> drained = new ArrayList<>();
    nodes()
        .forEach((node, form) -> {
          if (!takeBack(form.asObject()).isEmpty()) {
            drained.add(node);
          }
        });
    return drained;
  }

  /** What is to be taken back on a node, for people; empty for nothing. */
  static String takeBack(Json.Obj node) {
    List<String> parts = new ArrayList<>();
    if (node.flag(MAINTENANCE)) {
      parts.add("HA maintenance");
    }
    if (!node.list(MOVED).isEmpty()) {
      parts.add("guests moved away: " + vmids(node, MOVED));
    }
    if (!node.list(STOPPED).isEmpty()) {
      parts.add("guests shut down: " + vmids(node, STOPPED));
    }
    return String.join(", ", parts);
  }

  private static String vmids(Json.Obj node, String name) {
    return String.join(", ", node.list(name).stream().map(JsonText::write).toList());
  }

  /** What is known of a node. */
  Json.Obj node(String name) {
    return read().get("nodes").asObject().get(name).asObject();
  }

  /** Changes what is known of a node. */
  synchronized void node(String name, UnaryOperator<Json.Builder> change) {
    var nodes = new TreeMap<>(read().get("nodes").asObject().members());
    Json before = nodes.get(name);
    var form = Json.object();
    if (before != null) {
      before.asObject().members().forEach(form::put);
    }
    nodes.put(name, change.apply(form).build());
    write(nodes, open());
  }

  /** The nodes that a run has before it; empty when none is under way. */
  synchronized List<String> open() {
    return texts(read().list("open"));
  }

  private static List<String> texts(List<Json> list) {
    return list.stream().map(Json::asText).filter(Objects::nonNull).toList();
  }

  synchronized void open(List<String> nodes) {
    write(new TreeMap<>(read().get("nodes").asObject().members()), nodes);
  }

  /** A node is done. */
  synchronized void done(String node) {
    List<String> rest = new ArrayList<>(open());
    rest.remove(node);
    open(rest);
  }

  private void write(java.util.SortedMap<String, Json> nodes, List<String> open) {
    var known = Json.object();
    nodes.forEach(known::put);
    Json.Obj form =
        Json.object()
            .put("nodes", known.build())
            .put("open", Json.array(open.stream().map(Json::of).toList()))
            .build();
    try {
      OwnerOnly.makeFolder(folder);
      Path fresh = file.resolveSibling("hosts.json.new");
      Files.writeString(fresh, JsonText.write(form) + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new UncheckedIOException(file + " could not be written", failed);
    }
  }

  /** All nodes that were updated from here. */
  SequencedMap<String, Json> nodes() {
    return read().get("nodes").asObject().members();
  }
}
