package pivm.simulator.api;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Storage;
import pivm.simulator.state.Task;

/** Files that are uploaded (pve-storage, src/PVE/API2/Storage/Status.pm). */
final class UploadApi {
  private static final String PATH = "/nodes/{node}/storage/{storage}/";
  private static final Map<String, String> FORMATS =
      Map.of(
          ".tar.gz",
          "tgz",
          ".tar.zst",
          "tzst",
          ".tar.xz",
          "txz",
          ".tar",
          "tar",
          ".iso",
          "iso",
          ".img",
          "iso",
          ".qcow2",
          "qcow2",
          ".raw",
          "raw",
          ".vmdk",
          "vmdk");

  private UploadApi() {}

  static void register(Router router) {
    router.post(PATH + "upload", UploadApi::upload);
  }

  private static Storage storage(Call call) {
    return call.cluster().storages().enabled(call.need("storage"), call.node());
  }

  /** The name that a file gets. */
  static String normalized(String name) {
    return name.replaceFirst("^.*[/\\\\]", "").replaceAll("[^-a-zA-Z0-9_.]", "_");
  }

  static String checkedFile(Call call) {
    String file = normalized(call.need("filename"));
    boolean fits =
        switch (call.need("content")) {
          case "iso" -> file.matches("(?i).*\\.(iso|img)");
          case "vztmpl" -> file.matches("(?i).*\\.tar(\\.(gz|xz|zst|bz2))?");
          default -> file.matches(".*\\.(ova|ovf|qcow2|raw|vmdk)");
        };
    if (!fits) {
      throw ApiError.parameter("filename", "wrong file extension");
    }
    return file;
  }

  static String formatOf(String file) {
    String found = "raw";
    int length = 0;
    for (var entry : FORMATS.entrySet()) {
      if (file.endsWith(entry.getKey()) && entry.getKey().length() > length) {
        found = entry.getValue();
        length = entry.getKey().length();
      }
    }
    return found;
  }

  private static String upload(Call call) {
    var storage = storage(call);
    String file = checkedFile(call);
    String content = call.need("content");
    if (!storage.hasFiles()) {
      throw ApiError.die("can't upload to storage type '" + storage.type() + "'");
    }
    if (!storage.allows(content)) {
      throw ApiError.die(
          "storage '" + storage.id() + "' does not support '" + content + "' content");
    }
    byte[] data = call.get("data", "").getBytes(StandardCharsets.ISO_8859_1);
    var expected = call.get("checksum");
    var algorithm = call.get("checksum-algorithm");
    return call.task(
        call.node(),
        "imgcopy",
        "",
        task -> {
          String path = storage.pathOf(content + "/" + file);
          String from = "/var/tmp/pveupload-" + call.cluster().random().uuid().replace("-", "");
          task.log("starting file import from: " + from);
          if (expected != null && algorithm != null) {
            verify(data, algorithm, expected, task);
          }
          task.log("target node: " + call.node());
          task.log("target file: " + path);
          task.log("file size is: " + data.length);
          task.log("command: cp -- " + from + " " + path);
          task.after(
              Pace.copy(data.length, 0),
              t -> {
                call.cluster()
                    .storages()
                    .putFile(storage, call.node(), content, file, formatOf(file), data.length)
                    .data(data);
                call.cluster().changed();
                t.log("finished file import successfully");
              });
        });
  }

  private static void verify(byte[] data, String algorithm, String expected, Task task) {
    String got = Wget.checksum(algorithm, data);
    if (!got.equalsIgnoreCase(expected)) {
      task.log("calculating checksum...");
      throw ApiError.die("checksum mismatch: got '" + got + "' != expect '" + expected + "'");
    }
    task.log("calculating checksum...OK, checksum verified");
  }
}
