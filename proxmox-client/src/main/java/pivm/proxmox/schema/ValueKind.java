package pivm.proxmox.schema;

/** How a value is read and when two spellings of it mean the same. */
public enum ValueKind {
  /** 0, 1, yes, no, on, off, true, false in any case. */
  BOOLEAN,
  /** A whole number. */
  INTEGER,
  /** A decimal number; {@code 1} and {@code 1.0} are the same. */
  NUMBER,
  /** One of a list of words. */
  ENUM,
  /** Text, the same only when equal to the letter. */
  TEXT,
  /** Text of several lines; blanks at its end mean nothing (Proxmox adds and strips them). */
  PROSE,
  /** Tags: a set of lower-case words, separated by semicolon, comma or blank. */
  TAGS,
  /** Words whose order has a meaning, separated by semicolon, comma or blank. */
  ORDERED_LIST,
  /** Words whose order has no meaning, separated by semicolon. */
  NAME_SET,
  /** Hotplug features: a set of words; {@code 1} stands for the default, {@code 0} for none. */
  HOTPLUG,
  /** Numbers and ranges such as {@code 0-3;7}, separated by comma or semicolon. */
  NUMBER_SET,
  /** PCI addresses in order; the domain {@code 0000:} may be left out. */
  PCI_ADDRESSES,
  /** A size in bytes or with a unit: {@code 8G}, {@code 2252M}. */
  SIZE,
  /** A hardware address; letter case means nothing. */
  MAC,
  /** A UUID; letter case means nothing. */
  UUID,
  /** An address, with or without prefix length, or a word such as {@code dhcp}. */
  ADDRESS,
  /** Text in URL encoding; lines are compared after decoding. */
  URL_ENCODED,
  /** A volume id, a path, {@code none} or {@code cdrom}. */
  VOLUME,
  /** Several values in one: {@code virtio=MAC,bridge=vmbr0}. */
  PROPERTY_STRING
}
