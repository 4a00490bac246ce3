package pivm.engine.manifest;

/** Where an image comes from. */
public sealed interface ImageSource {

  /** A file on the web; {@code ${version}} is filled in already. */
  record Address(String url) implements ImageSource {}

  /**
   * The newest file that a web page offers.
   *
   * @param page may hold {@code ${version}} as a folder: the newest one is looked for
   * @param pattern a regular expression for the file's whole name
   */
  record Page(String page, String pattern) implements ImageSource {}

  /** A container template of Proxmox's own list. */
  record Template(String name) implements ImageSource {}

  /** The newest container template of Proxmox's own list. */
  record Templates(String pattern) implements ImageSource {}

  /** A container image of a registry, {@code REGISTRY/REPOSITORY:TAG}. */
  record Oci(String reference) implements ImageSource {}

  /** The newest tag of a registry's repository. */
  record OciTags(String repository, String pattern) implements ImageSource {}
}
