package pivm.engine.image;

import java.util.Locale;

/** How a file is compressed, by the end of its name. */
public enum Compression {
  NONE,
  GZ,
  XZ,
  ZST,
  BZ2;

  public static Compression of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (Compression one : values()) {
      if (one != NONE && lower.endsWith(one.ending())) {
        return one;
      }
    }
    return NONE;
  }

  /** The end of a name, with its dot; empty for none. */
  public String ending() {
    return this == NONE ? "" : "." + word();
  }

  /** The word for it in Proxmox's parameters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name without the ending. */
  public String without(String name) {
    return of(name) == this ? name.substring(0, name.length() - ending().length()) : name;
  }

  /**
   * Whether Proxmox unpacks it while it downloads; only for ISO images (pve-storage,
   * src/PVE/Storage/Plugin.pm, src/PVE/API2/Storage/Status.pm).
   */
  public boolean byProxmox() {
    return this == GZ || this == ZST || this == BZ2;
  }
}
