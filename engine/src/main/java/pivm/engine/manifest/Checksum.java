package pivm.engine.manifest;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a file's content is known by.
 *
 * @param algorithm as Proxmox names it: {@code sha256}, {@code sha512}, … (pve-storage,
 *     src/PVE/API2/Storage/Status.pm)
 * @param hex in lower case
 */
public record Checksum(String algorithm, String hex) {
  private static final Map<String, Integer> DIGITS =
      Map.of("md5", 32, "sha1", 40, "sha224", 56, "sha256", 64, "sha384", 96, "sha512", 128);
  private static final Pattern WRITTEN = Pattern.compile("([A-Za-z0-9-]+):([0-9A-Fa-f]+)");
  private static final Pattern HEX = Pattern.compile("[0-9A-Fa-f]+");

  public Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
  }

  /** Reads {@code sha256:HEX}; null when it is none. */
  public static @Nullable Checksum parse(String text) {
    Matcher written = WRITTEN.matcher(text);
    if (!written.matches()) {
      return null;
    }
    String algorithm = written.group(1).toLowerCase(Locale.ROOT).replace("-", "");
    Integer digits = DIGITS.get(algorithm);
    return digits != null && digits == written.group(2).length()
        ? new Checksum(algorithm, written.group(2))
        : null;
  }

  /** The checksum that digits alone stand for, by their number; null when they are none. */
  public static @Nullable Checksum ofDigits(String hex) {
    if (!HEX.matcher(hex).matches()) {
      return null;
    }
    for (var known : DIGITS.entrySet()) {
      if (known.getValue() == hex.length()) {
        return new Checksum(known.getKey(), hex);
      }
    }
    return null;
  }

  /** The name that Java gives the algorithm. */
  public String javaName() {
    return algorithm.equals("md5") ? "MD5" : "SHA-" + algorithm.substring(3);
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
