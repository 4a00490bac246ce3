package pivm.engine.manifest;

import java.util.List;

/** What may stand in a field. */
sealed interface Shape {

  /** One of these words. */
  record Choice(List<String> words) implements Shape {}

  /** A whole number. */
  record Whole(long least, long most) implements Shape {}

  /** True or false, also 1 or 0. */
  record Flag() implements Shape {}

  /**
   * Text that matches a regular expression.
   *
   * @param form how messages describe it
   */
  record Pattern(String regex, String form) implements Shape {}

  /** A list of names. */
  record Names() implements Shape {}

  /** What the guest is made from. */
  record Template() implements Shape {}

  /**
   * The value of a Proxmox config key.
   *
   * @param key its name, with {@code [n]} as the field's name has it
   */
  record Key(String key) implements Shape {}

  /** The root disk, or first disk. */
  record RootDisk() implements Shape {}

  /** Any config keys. */
  record Options() implements Shape {}

  /** Public keys for logging in: one text, or several. */
  record SshKeys() implements Shape {}

  /** A reference to a secret. */
  record Secret() implements Shape {}

  /** An object with fields of its own. */
  record Group(Fields fields) implements Shape {}
}
