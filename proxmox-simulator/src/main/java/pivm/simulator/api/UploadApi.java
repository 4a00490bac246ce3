package pivm.simulator.api;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Storage;

/** Files that come from outside: uploads, downloads, OCI images. */
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
    router.post(PATH + "download-url", UploadApi::download);
    router.post(PATH + "oci-registry-pull", UploadApi::pull);
  }

  private static Storage storage(Call call) {
    return call.cluster().storages().enabled(call.need("storage"), call.node());
  }

  private static String checkedFile(Call call) {
    String file = call.need("filename").replaceAll("[^-a-zA-Z0-9_.]", "_");
    boolean fits =
        switch (call.need("content")) {
          case "iso" -> file.matches(".*\\.(iso|img)");
          case "vztmpl" -> file.matches(".*\\.tar(\\.(gz|xz|zst|bz2))?");
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

  private static void checkAllowed(Storage storage, String content) {
    if (!storage.allows(content)) {
      throw ApiError.die(
          "storage '" + storage.id() + "' is not configured for content-type '" + content + "'");
    }
  }

  private static String upload(Call call) {
    var storage = storage(call);
    String file = checkedFile(call);
    String content = call.need("content");
    checkAllowed(storage, content);
    String data = call.get("data", "");
    var expected = call.get("checksum");
    return call.task(
        call.node(),
        "imgcopy",
        "",
        task -> {
          String path = storage.pathOf(content + "/" + file);
          task.log(
              "starting file import from: /var/tmp/pveupload-"
                  + call.cluster().random().uuid().replace("-", ""));
          if (expected != null && !expected.equals(sha256(data))) {
            task.log("calculating checksum...");
            throw ApiError.die(
                "checksum mismatch: got '" + sha256(data) + "' != expect '" + expected + "'");
          }
          task.log("target node: " + call.node());
          task.log("target file: " + path);
          task.log("file size is: " + data.length());
          task.after(
              Duration.ofMillis(500),
              t -> {
                call.cluster()
                    .storages()
                    .putFile(storage, call.node(), content, file, formatOf(file), data.length());
                call.cluster().changed();
                t.log("finished file import successfully");
              });
        });
  }

  private static String sha256(String data) {
    try {
      var digest = java.security.MessageDigest.getInstance("SHA-256");
      return java.util.HexFormat.of()
          .formatHex(digest.digest(data.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static String download(Call call) {
    var storage = storage(call);
    String file = checkedFile(call);
    String content = call.need("content");
    checkAllowed(storage, content);
    String url = call.need("url");
    return call.task(
        call.node(),
        "download",
        file,
        task -> {
          task.log("downloading " + url + " to " + storage.pathOf(content + "/" + file));
          var refused = refusal(url);
          if (refused != null) {
            throw ApiError.die("download failed: " + refused);
          }
          task.after(
              Duration.ofSeconds(5),
              t -> {
                call.cluster()
                    .storages()
                    .putFile(storage, call.node(), content, file, formatOf(file), 512L << 20);
                call.cluster().changed();
                t.log(
                    "download of '"
                        + url
                        + "' to '"
                        + storage.pathOf(content + "/" + file)
                        + "' finished");
              });
        });
  }

  /** Nothing listens on the machine's own addresses. */
  private static @Nullable String refusal(String url) {
    var local =
        java.util.regex.Pattern.compile("https?://(127\\.0\\.0\\.1(?::\\d+)?)/.*").matcher(url);
    return local.matches()
        ? "Connecting to " + local.group(1) + "... failed: Connection refused."
        : null;
  }

  private static String pull(Call call) {
    var storage = storage(call);
    checkAllowed(storage, "vztmpl");
    String reference = call.need("reference");
    String base = reference.substring(reference.lastIndexOf('/') + 1).replace(':', '_');
    String file = call.get("filename", base) + ".tar";
    return call.task(
        call.node(),
        "ocipull",
        "",
        task ->
            task.after(
                Duration.ofSeconds(5),
                t -> {
                  call.cluster()
                      .storages()
                      .putFile(storage, call.node(), "vztmpl", file, "tar", 64L << 20);
                  call.cluster().changed();
                  t.log("Pulled " + reference);
                }));
  }
}
