package pivm.simulator.api;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Catalogue;
import pivm.simulator.state.Storage;
import pivm.simulator.state.Task;
import pivm.simulator.state.Volume;

/**
 * Files that nodes fetch by themselves (pve-storage, src/PVE/API2/Storage/Status.pm; pve-manager,
 * PVE/API2/Nodes.pm; pve-common, src/PVE/Tools.pm).
 */
final class DownloadApi {
  private static final String PATH = "/nodes/{node}/storage/{storage}/";

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private DownloadApi() {}

  static void register(Router router) {
    router.post(PATH + "download-url", DownloadApi::download);
    router.post(PATH + "oci-registry-pull", DownloadApi::pull);
    router.get("/nodes/{node}/query-url-metadata", DownloadApi::metadata);
    router.get("/nodes/{node}/query-oci-repo-tags", DownloadApi::tags);
    router.get("/nodes/{node}/aplinfo", DownloadApi::appliances);
    router.post("/nodes/{node}/aplinfo", DownloadApi::appliance);
  }

  private static Storage storage(Call call) {
    var storage = call.cluster().storages().enabled(call.need("storage"), call.node());
    if (!storage.hasFiles()) {
      throw ApiError.die(
          "can't upload to storage type '" + storage.type() + "', not a file based storage!");
    }
    return storage;
  }

  /** What is to become a file on a storage. */
  private record Order(
      Call call,
      Storage storage,
      String content,
      String file,
      String url,
      @Nullable String algorithm,
      String checksum,
      @Nullable String compression) {

    String path() {
      return storage.pathOf(content + "/" + file);
    }

    @Nullable Volume existing() {
      return storage.space(call.node()).find(content + "/" + file);
    }
  }

  private static String download(Call call) {
    var storage = storage(call);
    String content = call.need("content");
    if (!storage.allows(content)) {
      throw ApiError.die(
          "storage '" + storage.id() + "' is not configured for content-type '" + content + "'");
    }
    var order =
        new Order(
            call,
            storage,
            content,
            UploadApi.checkedFile(call),
            call.need("url"),
            call.get("checksum-algorithm"),
            call.get("checksum", ""),
            call.get("compression"));
    return call.task(call.node(), "download", order.file(), task -> run(order, task));
  }

  private static void run(Order order, Task task) {
    if (order.compression() != null && !order.content().equals("iso")) {
      throw ApiError.die("decompression not supported for " + order.content());
    }
    task.log("downloading " + order.url() + " to " + order.path());
    var existing = order.existing();
    if (existing != null) {
      keep(order, existing, task);
      return;
    }
    var wget = Wget.get(order.url());
    task.log("--" + clock(order.call()) + "--  " + order.url());
    wget.log().forEach(task::log);
    if (wget.refusal() != null) {
      throw ApiError.die("download failed: " + wget.refusal());
    }
    task.log("Length: " + wget.size() + " [" + wget.type() + "]");
    task.log("Saving to: '" + order.path() + ".tmp_dwnl." + task.pid() + "'");
    receive(order, wget, Wget.progress(wget.size()), 0, task);
  }

  private static String clock(Call call) {
    return CLOCK.format(Instant.ofEpochMilli(call.cluster().time().millis()));
  }

  /** A file that is there is never replaced. */
  private static void keep(Order order, Volume existing, Task task) {
    if (order.algorithm() == null) {
      throw ApiError.die("refusing to override existing file '" + order.path() + "'");
    }
    byte[] data = existing.data();
    String got = data == null ? "" : Wget.checksum(order.algorithm(), data);
    if (!got.equalsIgnoreCase(order.checksum())) {
      task.log("calculating checksum of existing file...");
      throw ApiError.die(
          "checksum mismatch: got '" + got + "' != expect '" + order.checksum() + "', aborting");
    }
    task.log(
        "calculating checksum of existing file...OK, got correct file already, no need to download");
  }

  private static void receive(Order order, Wget wget, List<String> progress, int from, Task task) {
    Duration pause = Pace.copy(Math.min(wget.size(), 32L << 20), 0);
    task.after(
        pause,
        later -> {
          later.log(progress.get(from));
          room(order, wget, later);
          if (from + 1 < progress.size()) {
            receive(order, wget, progress, from + 1, later);
          } else {
            finish(order, wget, later);
          }
        });
  }

  /** What a full disk has taken of the temporary file goes with it. */
  private static void room(Order order, Wget wget, Task task) {
    if (order.storage().space(order.call().node()).available() < wget.size()) {
      String part = order.path() + ".tmp_dwnl." + task.pid();
      task.log("Cannot write to '" + part + "' (No space left on device).");
      throw ApiError.die("download failed: exit code 3");
    }
  }

  private static void finish(Order order, Wget wget, Task task) {
    byte[] data = wget.data();
    if (order.algorithm() != null && data != null) {
      String got = Wget.checksum(order.algorithm(), data);
      if (!got.equalsIgnoreCase(order.checksum())) {
        task.log("calculating checksum...");
        throw ApiError.die(
            "checksum mismatch: got '" + got + "' != expect '" + order.checksum() + "'");
      }
      task.log("calculating checksum...OK, checksum verified");
    }
    if (order.compression() != null) {
      String packed = order.path() + ".tmp_dwnl." + task.pid();
      task.log("decompressing " + packed + " to " + order.path() + ".tmp_dcom." + task.pid());
      data = data == null ? null : Wget.unpacked(data, order.compression());
    }
    put(order.call(), order.storage(), order.content(), order.file(), data, wget.size());
    task.log("download of '" + order.url() + "' to '" + order.path() + "' finished");
  }

  private static void put(
      Call call,
      Storage storage,
      String content,
      String file,
      byte @Nullable [] data,
      long assumed) {
    long size = data == null ? assumed : data.length;
    call.cluster()
        .storages()
        .putFile(storage, call.node(), content, file, UploadApi.formatOf(file), size)
        .data(data);
    call.cluster().changed();
  }

  private static Doc metadata(Call call) {
    var wget = Wget.head(call.need("url"));
    if (wget.refusal() != null) {
      boolean answered = !wget.log().isEmpty();
      String status =
          answered
              ? wget.refusal().replaceFirst("ERROR (\\d+): (.*)\\.", "$1 $2")
              : "500 Can't connect to "
                  + call.need("url").replaceFirst("https?://([^/]*)/.*", "$1")
                  + " (Connection refused)";
      throw ApiError.die("invalid server response: '" + status + "'");
    }
    var found = new Doc().put("filename", wget.name());
    if (wget.size() > 0) {
      found.put("size", wget.size());
    }
    return wget.type().isEmpty() ? found : found.put("mimetype", wget.type());
  }

  private static List<String> tags(Call call) {
    String reference = call.need("reference");
    var tags = call.cluster().catalogue().repositories().get(reference);
    if (tags == null) {
      throw ApiError.die(
          "command 'skopeo list-tags docker://" + reference + "' failed: exit code 1");
    }
    return List.copyOf(tags);
  }

  private static String pull(Call call) {
    var storage = storage(call);
    if (!storage.allows("vztmpl")) {
      throw ApiError.die(
          "storage '" + storage.id() + "' is not configured for content-type 'vztmpl'");
    }
    String reference = call.need("reference");
    String file = UploadApi.normalized(call.get("filename", reference)) + ".tar";
    if (storage.space(call.node()).find("vztmpl/" + file) != null) {
      throw ApiError.die("refusing to override existing file '" + file + "'");
    }
    int colon = reference.lastIndexOf(':');
    var tags = call.cluster().catalogue().repositories().get(reference.substring(0, colon));
    boolean there = tags == null || tags.contains(reference.substring(colon + 1));
    return call.task(
        call.node(),
        "ociregistrypull",
        file,
        task -> {
          task.log("Getting image source signatures");
          if (!there) {
            throw ApiError.die(
                "command 'skopeo copy docker://" + reference + " …' failed: exit code 1");
          }
          task.after(
              Duration.ofSeconds(5),
              later -> {
                put(call, storage, "vztmpl", file, null, 64L << 20);
                later.log("Writing manifest to image destination");
              });
        });
  }

  private static List<Doc> appliances(Call call) {
    List<Doc> found = new ArrayList<>();
    for (Catalogue.Appliance one : call.cluster().catalogue().appliances()) {
      found.add(
          new Doc()
              .put("architecture", "amd64")
              .put("headline", "LXC default image for " + one.name())
              .put("infopage", "https://linuxcontainers.org")
              .put("location", one.location())
              .put("os", one.os())
              .put("package", one.name())
              .put("section", "system")
              .put("sha512sum", one.sha512())
              .put("source", "http://download.proxmox.com/images")
              .put("template", one.file())
              .put("type", "lxc")
              .put("version", one.version()));
    }
    return found;
  }

  private static String appliance(Call call) {
    String file = call.need("template");
    var found =
        call.cluster().catalogue().appliances().stream()
            .filter(one -> one.file().equals(file))
            .findFirst()
            .orElseThrow(() -> ApiError.parameter("template", "no such template"));
    var storage = call.cluster().storages().enabled(call.need("storage"), call.node());
    if (!storage.allows("vztmpl")) {
      throw ApiError.die("storage '" + storage.id() + "' does not support templates");
    }
    var order =
        new Order(
            call,
            storage,
            "vztmpl",
            file,
            Objects.requireNonNull(found.location()),
            "sha512",
            found.sha512(),
            null);
    return call.task(call.node(), "download", file, task -> run(order, task));
  }
}
