package pivm.engine.manifest;

/** What a manifest says about one config key. A key that it does not name has no setting at all. */
public sealed interface Setting {

  /** The key has this value, in Proxmox's own spelling. */
  record Value(String text) implements Setting {}

  /** The key has a value that stands outside the manifest; it is written, never compared. */
  record Secret(SecretReference reference) implements Setting {}

  /** The key must not be set. */
  record Unset() implements Setting {}

  static Setting of(String text) {
    return new Value(text);
  }
}
