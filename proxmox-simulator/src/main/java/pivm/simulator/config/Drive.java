package pivm.simulator.config;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A disk, CD-ROM or mount point of a guest: the volume and its options.
 *
 * @param volume a volume id, {@code none}, {@code cdrom}, a path, or a request such as {@code
 *     local:4} (4 GiB on that storage)
 */
public record Drive(String volume, Map<String, String> options) {
  private static final Pattern REQUEST =
      Pattern.compile("([a-zA-Z][a-zA-Z0-9\\-_.]*):(\\d+(?:\\.\\d+)?)");

  public Drive {
    options = new TreeMap<>(options);
  }

  /** Reads {@code volume,option=value,…}; the volume may be named ({@code file=}). */
  public static Drive parse(String text) {
    String volume = "none";
    Map<String, String> options = new TreeMap<>();
    for (String part : text.split(",")) {
      int equals = part.indexOf('=');
      if (equals < 0) {
        volume = part;
        continue;
      }
      String name = part.substring(0, equals);
      String value = part.substring(equals + 1);
      if (name.equals("file") || name.equals("volume")) {
        volume = value;
      } else {
        options.put(name, value);
      }
    }
    return new Drive(volume, options);
  }

  /** Prints it in Proxmox's order: volume, mount path, the other options sorted. */
  public String print() {
    var out = new StringBuilder(volume);
    var mp = options.get("mp");
    if (mp != null) {
      out.append(",mp=").append(mp);
    }
    options.forEach((name, value) -> {
      if (!name.equals("mp")) {
        out.append(',').append(name).append('=').append(value);
      }
    });
    return out.toString();
  }

  public @Nullable String option(String name) {
    return options.get(name);
  }

  public Drive with(String name, String value) {
    var more = new TreeMap<>(options);
    more.put(name, value);
    return new Drive(volume, more);
  }

  public Drive without(String name) {
    var fewer = new TreeMap<>(options);
    fewer.remove(name);
    return new Drive(volume, fewer);
  }

  public Drive on(String otherVolume) {
    return new Drive(otherVolume, options);
  }

  public boolean isCdrom() {
    return "cdrom".equals(options.get("media")) || isCloudInit();
  }

  /** Whether it holds, or asks for, a cloud-init drive. */
  public boolean isCloudInit() {
    return volume.endsWith(":cloudinit") || volume.matches(".*[:/-]vm-\\d+-cloudinit(\\..+)?");
  }

  /** Whether the volume is to be made. */
  public boolean isRequest() {
    return REQUEST.matcher(volume).matches();
  }

  /** The size that a request asks for, in bytes. */
  public long requestedBytes() {
    var request = REQUEST.matcher(volume);
    return request.matches() ? (long) (Double.parseDouble(request.group(2)) * Sizes.GIB) : 0;
  }

  /** The storage part of the volume id, or null for paths, {@code none} and {@code cdrom}. */
  public @Nullable String storage() {
    int colon = volume.indexOf(':');
    return colon > 0 && !volume.startsWith("/") ? volume.substring(0, colon) : null;
  }

  /** The size in bytes, 0 when not known. */
  public long size() {
    var size = options.get("size");
    return size == null ? 0 : Math.max(0, Sizes.parse(size));
  }
}
