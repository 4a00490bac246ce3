package pivm.engine.manifest;

import java.util.Locale;

/** A word that names guests: a VMID, {@code tag:NAME}, {@code pool:NAME}, or a name's pattern. */
public sealed interface GuestSelector {

  record Vmid(int vmid) implements GuestSelector {}

  record Tag(String tag) implements GuestSelector {}

  /** A pool with those within it. */
  record Pool(String pool) implements GuestSelector {}

  /**
   * @param pattern with {@code *} for any text and {@code ?} for one character
   */
  record Name(String pattern) implements GuestSelector {}

  static GuestSelector of(String word) {
    if (word.matches("[1-9]\\d{2,8}")) {
      return new Vmid(Integer.parseInt(word));
    }
    if (word.startsWith("tag:")) {
      // Proxmox keeps tags in lower case.
      return new Tag(word.substring(4).toLowerCase(Locale.ROOT));
    }
    return word.startsWith("pool:") ? new Pool(word.substring(5)) : new Name(word);
  }
}
