package pivm.engine.history;

import pivm.engine.plan.ImageOperation;
import pivm.proxmox.json.Json;

/** Work on images as data. */
final class ImageForm {

  private ImageForm() {}

  static String word(ImageOperation work) {
    return switch (work) {
      case ImageOperation.Download _ -> "download-image";
      case ImageOperation.Template _ -> "download-template";
      case ImageOperation.Pull _ -> "pull-image";
      case ImageOperation.Transfer _ -> "upload-image";
      case ImageOperation.Delete _ -> "delete-image";
    };
  }

  static Json.Obj write(ImageOperation work) {
    Json.Builder form = Json.object().put("do", word(work)).put("storage", work.storage());
    return switch (work) {
      case ImageOperation.Delete delete ->
          form.put("volume", delete.volume()).put("agreed", delete.agreed()).build();
      case ImageOperation.Transfer transfer ->
          fetch(form, transfer)
              .put("replaces", transfer.replaces())
              .put("agreed", transfer.agreed())
              .build();
      case ImageOperation.Fetch fetch -> fetch(form, fetch).build();
    };
  }

  private static Json.Builder fetch(Json.Builder form, ImageOperation.Fetch fetch) {
    ImageOperation.Origin origin = fetch.origin();
    return form.put("content", fetch.content())
        .put("filename", fetch.filename())
        .put("os", origin.os())
        .put("version", origin.version())
        .put("url", origin.address())
        .putIfPresent("checksum", origin.checksum())
        .put("packed", origin.packed())
        .putIfPresent("mark", origin.mark())
        .put("size", origin.size());
  }

  /**
   * @throws IllegalArgumentException when it is no work on images
   */
  static ImageOperation read(Json.Obj form) {
    String storage = form.text("storage", "");
    String content = form.text("content", "");
    String filename = form.text("filename", "");
    return switch (form.text("do", "")) {
      case "download-image" ->
          new ImageOperation.Download(storage, content, filename, origin(form));
      case "download-template" -> new ImageOperation.Template(storage, filename, origin(form));
      case "pull-image" -> new ImageOperation.Pull(storage, filename, origin(form));
      case "upload-image" ->
          new ImageOperation.Transfer(
              storage, content, filename, origin(form), form.flag("replaces"), form.flag("agreed"));
      case "delete-image" ->
          new ImageOperation.Delete(storage, form.text("volume", ""), form.flag("agreed"));
      default -> throw new IllegalArgumentException("unknown work " + form.text("do", ""));
    };
  }

  private static ImageOperation.Origin origin(Json.Obj form) {
    return new ImageOperation.Origin(
        form.text("os", ""),
        form.text("version", ""),
        form.text("url", ""),
        form.text("checksum"),
        form.text("packed", ""),
        form.text("mark"),
        form.integer("size", -1));
  }
}
