package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.config.Settings;
import pivm.engine.manifest.KnownKeys;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.https.StaticFiles;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.proxmox.schema.PublishedSchema;

/**
 * Config keys that the connected Proxmox VE knows and PIVM's own table lacks. The node is only
 * asked when a manifest names such a key; what it says is kept in the state folder by its version.
 */
final class NewerKeys {
  private static final String FOLDER = "schema";

  private final Call call;

  private NewerKeys(Call call) {
    this.call = call;
  }

  /** The table's keys, then those of the node that the call's settings name. */
  static KnownKeys of(Call call) {
    return KnownKeys.asking(new NewerKeys(call)::ask);
  }

  /** The table's keys, then those that any node has told before; nobody is asked. */
  static KnownKeys remembered(Call call) {
    return KnownKeys.asking(new NewerKeys(call)::remember);
  }

  private Map<GuestType, Set<String>> ask() {
    try (Connection connection = Connection.open(call)) {
      Json.Obj answer = connection.proxmox().answer(ApiCall.get("/version")).data().asObject();
      String version = answer.text("version", "unknown").replaceAll("[^A-Za-z0-9._-]", "_");
      Path kept = folder().resolve(version + ".json");
      if (Files.isRegularFile(kept)) {
        return form(JsonText.read(Files.readString(kept)).asObject());
      }
      Map<GuestType, Set<String>> keys = PublishedSchema.newerKeys(script(connection));
      keep(kept, keys);
      return keys;
    } catch (Failure noConnection) {
      return Map.of();
    } catch (ProxmoxException
        | IOException
        | IllegalArgumentException
        | JsonText.Malformed unreadable) {
      call.say(
          "note: the node's own list of config keys could not be read, so PIVM's counts: "
              + unreadable.getMessage());
      return Map.of();
    }
  }

  /** Over HTTPS from the endpoint; on a node, which has it as a file, from there. */
  private byte[] script(Connection connection) throws IOException {
    Settings settings = call.settings();
    @Nullable String endpoint = settings.text(Keys.ENDPOINT);
    return connection.node() != null || endpoint == null
        ? Files.readAllBytes(Path.of(PublishedSchema.FILE))
        : StaticFiles.read(Connection.settings(call, endpoint), PublishedSchema.PATH);
  }

  /** A folder that can't be written costs only another request next time. */
  private static void keep(Path file, Map<GuestType, Set<String>> keys) {
    Json.Builder form = Json.object();
    for (GuestType type : GuestType.values()) {
      List<String> names = keys.getOrDefault(type, Set.of()).stream().sorted().toList();
      form.put(type.apiName(), Json.array(names.stream().map(Json.Str::new).toList()));
    }
    try {
      SafeFile.write(file, JsonText.write(form.build()) + "\n");
    } catch (IOException readOnly) {
      return;
    }
  }

  private Map<GuestType, Set<String>> remember() {
    var all = new EnumMap<GuestType, Set<String>>(GuestType.class);
    Path folder = folder();
    if (!Files.isDirectory(folder)) {
      return all;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".json")).toList()) {
        form(JsonText.read(Files.readString(file)).asObject())
            .forEach(
                (type, names) -> all.computeIfAbsent(type, _ -> new TreeSet<>()).addAll(names));
      }
    } catch (IOException | JsonText.Malformed unreadable) {
      call.say(folder + " can't be read: " + unreadable.getMessage());
    }
    return all;
  }

  private static Map<GuestType, Set<String>> form(Json.Obj kept) {
    var keys = new EnumMap<GuestType, Set<String>>(GuestType.class);
    for (GuestType type : GuestType.values()) {
      var names = new TreeSet<String>();
      for (Json name : kept.get(type.apiName()).elements()) {
        String text = name.asText();
        if (text != null) {
          names.add(text);
        }
      }
      keys.put(type, names);
    }
    return keys;
  }

  private Path folder() {
    return StateFolder.of(call.shell(), call.settings()).resolve(FOLDER);
  }
}
