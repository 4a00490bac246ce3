package pivm.simulator.state;

import org.jspecify.annotations.Nullable;

/** A volume on a storage: a disk image, a container's file system, or a file. */
public final class Volume {
  final String storage;
  String name;
  final String content;
  final String format;
  int owner;
  long size;
  long used;
  final long created;
  @Nullable String parent;
  @Nullable String notes;
  boolean isProtected;
  private byte @Nullable [] data;

  /** The guest's configuration inside a backup. */
  @Nullable String savedConfig;

  Volume(
      String storage,
      String name,
      String content,
      String format,
      int owner,
      long size,
      long used,
      long created) {
    this.storage = storage;
    this.name = name;
    this.content = content;
    this.format = format;
    this.owner = owner;
    this.size = size;
    this.used = used;
    this.created = created;
  }

  /** {@code storage:name}. */
  public String id() {
    return storage + ":" + name;
  }

  public String name() {
    return name;
  }

  /** {@code images}, {@code rootdir}, {@code iso}, {@code vztmpl}, {@code backup}, … */
  public String content() {
    return content;
  }

  public String format() {
    return format;
  }

  /** The guest that the volume belongs to by its name; 0 for none. */
  public int owner() {
    return owner;
  }

  /** In bytes. */
  public long size() {
    return size;
  }

  public void size(long bytes) {
    size = bytes;
  }

  /** What it takes of the storage, in bytes. */
  public long used() {
    return used;
  }

  /** Seconds since 1970. */
  public long created() {
    return created;
  }

  /** The name of the volume that this one is a linked clone of. */
  public @Nullable String parent() {
    return parent;
  }

  public @Nullable String notes() {
    return notes;
  }

  public void notes(String text) {
    notes = text;
  }

  /** The content of a file that was really brought here; null when only its size is simulated. */
  public byte @Nullable [] data() {
    return data;
  }

  public void data(byte @Nullable [] content) {
    data = content;
  }

  public boolean isProtected() {
    return isProtected;
  }

  public void protect(boolean on) {
    isProtected = on;
  }

  public @Nullable String savedConfig() {
    return savedConfig;
  }

  public void savedConfig(String text) {
    savedConfig = text;
  }

  /** Whether it is the base of a template. */
  public boolean isBase() {
    return name.substring(name.lastIndexOf('/') + 1).startsWith("base");
  }
}
