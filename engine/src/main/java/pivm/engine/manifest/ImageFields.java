package pivm.engine.manifest;

import java.util.List;

/** What image manifests may say: for reading, and for the published JSON Schema. */
final class ImageFields {
  static final String STORAGE_NAME = "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]";
  static final Shape WEB =
      new Shape.Pattern("https?://[^\\s/?#]+[^\\s]*", "an address that begins with https://");

  /** Settings of a whole manifest. */
  static final Fields SETTINGS =
      new Fields()
          .plain("storage", storage(), false, "Where entries without a storage go; default: local")
          .plain(
              "schedule",
              new Shape.Pattern("\\S.*", "a systemd calendar expression"),
              false,
              "When the timer brings images up to date; default: *-*-* 03:00")
          .plain(
              "obsolete",
              new Shape.Choice(List.of("report", "delete")),
              false,
              "What happens to older versions that nothing uses")
          .plain(
              "strict",
              new Shape.Flag(),
              false,
              "Whether files that PIVM did not download may be called obsolete too");

  /** One entry. */
  static final Fields ENTRY =
      new Fields()
          .plain("os", text("a name"), false, "What you call it; versions share the name")
          .plain("version", text("a version"), false, "Pins it; stands for ${version}")
          .plain(
              "filename",
              new Shape.Pattern("[A-Za-z0-9_.-]{1,255}", "letters, digits, dots, dashes, _"),
              false,
              "The name on the storage; default: the source's")
          .plain(
              "url",
              new Shape.Pattern("\\S+", "an address, oci:REPOSITORY:TAG or pveam:TEMPLATE"),
              false,
              "This very file: https://…, oci:REPOSITORY:TAG, pveam:TEMPLATE")
          .plain(
              "source_page",
              new Shape.Pattern("\\S+", "an address, oci:REPOSITORY or pveam"),
              false,
              "Where to look for the newest: https://…, oci:REPOSITORY, pveam")
          .plain(
              "pattern",
              text("a regular expression"),
              false,
              "The file names that fit; the newest by version wins")
          .plain(
              "checksum",
              text("sha256:HEX"),
              false,
              "Of the file as it is at the source: sha256:HEX")
          .plain(
              "checksum_url", WEB, false, "A list of checksums; found beside the image otherwise")
          .plain(
              "type",
              new Shape.Choice(List.of("iso", "vztmpl", "import")),
              false,
              "What Proxmox uses it as; default: by the file's name")
          .plain(
              "node",
              new Shape.Names(),
              false,
              "The nodes to have it; default: all with the storage")
          .plain("storage", storage(), false, "The storage to have it")
          .plain("keep", new Shape.Whole(1, 100), false, "How many versions stay; default: 1");

  private static Shape storage() {
    return new Shape.Pattern(STORAGE_NAME, "a storage's name");
  }

  private static Shape text(String form) {
    return new Shape.Pattern("\\S|\\S.*\\S", form);
  }

  private ImageFields() {}
}
