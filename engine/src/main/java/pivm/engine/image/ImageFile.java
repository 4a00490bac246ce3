package pivm.engine.image;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file that an image becomes on a storage. Names are those that pve-storage accepts
 * (src/PVE/Storage.pm).
 *
 * @param name as the storage's listing has it
 * @param content {@code iso}, {@code vztmpl} or {@code import}
 * @param packed how the source is compressed and must be unpacked; a template stays as it is
 */
public record ImageFile(String name, String content, Compression packed) {
  private static final Pattern TEMPLATE = Pattern.compile(".+\\.tar(\\.(gz|xz|zst|bz2))?");
  private static final Pattern ISO = Pattern.compile(".+\\.(iso|img)");
  private static final Pattern DISK = Pattern.compile(".+\\.(ova|qcow2|raw|vmdk)");
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_.-]");

  /** Of a file's name, in bytes; what is foreign in it is replaced, so that each is a letter. */
  private static final int LONGEST = 255;

  /**
   * What a node adds to the name while it downloads, {@code .tmp_dwnl.PID} (pve-common,
   * src/PVE/Tools.pm).
   */
  private static final int WHILE_DOWNLOADING = ".tmp_dwnl.4194304".length();

  /** The name does not fit what the image is to be used as. */
  public static final class Unfit extends RuntimeException {
    Unfit(String message) {
      super(message);
    }
  }

  /**
   * The file for a source's name.
   *
   * @param filename the name that the manifest gives; null for the source's
   * @param content what the manifest says it is used as; null to go by the name
   * @throws Unfit when Proxmox would not take it under that name
   */
  public static ImageFile of(
      String sourceName, @Nullable String filename, @Nullable String content) {
    String name = normalized(filename == null ? sourceName : filename);
    Compression packed = Compression.of(sourceName);
    String bare = packed.without(name);
    String used =
        content != null ? content : contentOf(TEMPLATE.matcher(name).matches() ? name : bare);
    if (used == null) {
      throw new Unfit(
          "nothing is known to be made of "
              + name
              + "; give a filename that ends in .iso or .img, .tar.zst or another archive, .qcow2,"
              + " .raw, .vmdk or .ova");
    }
    if (used.equals("vztmpl")) {
      return checked(new ImageFile(name, used, Compression.NONE));
    }
    return checked(new ImageFile(bare, used, packed));
  }

  private static ImageFile checked(ImageFile file) {
    if (file.name.startsWith(".")) {
      throw new Unfit(
          file.name
              + " begins with a dot, and storages list no such files (pve-storage,"
              + " src/PVE/Storage/Plugin.pm); give another filename");
    }
    if (file.name.length() > LONGEST) {
      throw new Unfit(
          file.name.substring(0, 40)
              + "… is longer than the "
              + LONGEST
              + " bytes that a file's name may have; give a shorter filename");
    }
    String lower = file.name.toLowerCase(Locale.ROOT);
    boolean fits =
        switch (file.content) {
          case "iso" -> ISO.matcher(lower).matches();
          case "vztmpl" -> TEMPLATE.matcher(lower).matches();
          default -> DISK.matcher(file.name).matches();
        };
    if (!fits) {
      throw new Unfit(
          file.name
              + " can't be stored as "
              + file.content
              + "; give a filename that ends in "
              + endings(file.content));
    }
    return file;
  }

  private static String endings(String content) {
    return switch (content) {
      case "iso" -> ".iso or .img";
      case "vztmpl" -> ".tar, .tar.gz, .tar.xz, .tar.zst or .tar.bz2";
      default -> ".qcow2, .raw, .vmdk or .ova";
    };
  }

  /** What a file of that name is used as; null when the name does not tell. */
  public static @Nullable String contentOf(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (TEMPLATE.matcher(lower).matches()) {
      return "vztmpl";
    }
    if (ISO.matcher(lower).matches()) {
      return "iso";
    }
    return DISK.matcher(lower).matches() ? "import" : null;
  }

  /** The name that Proxmox makes of a name. */
  public static String normalized(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    return FOREIGN.matcher(last).replaceAll("_");
  }

  /** Whether PIVM has to unpack it, since Proxmox can't while downloading. */
  public boolean unpackedByPivm() {
    return packed != Compression.NONE && !(content.equals("iso") && packed.byProxmox());
  }

  /** Whether a node can give it the name that it has while it is downloaded. */
  public boolean nodeCanName() {
    return name.length() + WHILE_DOWNLOADING <= LONGEST;
  }

  /** The volume's name below the storage. */
  public String volume() {
    return content + "/" + name;
  }
}
