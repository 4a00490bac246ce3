package pivm.engine.guest;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DiskSetting;

/** The text that makes Proxmox bring a declared disk about. */
final class SentDisk {
  private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);

  private SentDisk() {}

  /**
   * @param format a file format to ask for where the manifest names none; null to leave it to
   *     Proxmox
   * @param defaultBytes the size of a new volume whose size is open
   */
  static String text(DiskSetting disk, @Nullable String format, long defaultBytes) {
    return switch (disk) {
      case DiskSetting.Allocate(String storage, Long bytes, var options) ->
          joined(
              storage + ":" + gib(bytes == null ? defaultBytes : bytes),
              withFormat(options, format));
      case DiskSetting.Import(String storage, Long _, String source, var options) ->
          joined(storage + ":0,import-from=" + source, withFormat(options, format));
      case DiskSetting.Attach(String volume, Long _, var options) -> joined(volume, options);
      case DiskSetting.CdRom _, DiskSetting.Passthrough _, DiskSetting.BindMount _ -> disk.text();
    };
  }

  private static String withFormat(Map<String, String> options, @Nullable String format) {
    String text = options(options);
    return format == null || options.containsKey("format") ? text : text + ",format=" + format;
  }

  private static String options(Map<String, String> options) {
    var text = new StringBuilder();
    options.forEach((name, value) -> text.append(',').append(name).append('=').append(value));
    return text.toString();
  }

  private static String joined(String volume, Map<String, String> options) {
    return volume + options(options);
  }

  private static String joined(String volume, String options) {
    return volume + options;
  }

  private static String gib(long bytes) {
    return BigDecimal.valueOf(bytes).divide(GIB).stripTrailingZeros().toPlainString();
  }
}
