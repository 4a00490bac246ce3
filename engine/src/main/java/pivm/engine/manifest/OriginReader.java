package pivm.engine.manifest;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** Reads {@code template}. File name rules are those of pve-storage, src/PVE/Storage.pm. */
final class OriginReader {
  private static final Pattern VOLUME =
      Pattern.compile("([A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]):(vztmpl|iso|import)/(\\S+)");
  private static final Pattern CONTAINER_FILE = Pattern.compile(".+\\.tar(\\.(gz|xz|zst|bz2))?");
  private static final Pattern ISO_FILE = Pattern.compile(".+\\.(iso|img)");
  private static final Pattern DISK_FILE =
      Pattern.compile(".+\\.(qcow2|raw|vmdk)|.+\\.ova/.+\\.(qcow2|raw|vmdk)");
  private static final Pattern NUMBER = Pattern.compile("[1-9]\\d{2,8}");

  private final GuestType type;
  private final Findings findings;

  OriginReader(GuestType type, Findings findings) {
    this.type = type;
    this.findings = findings;
  }

  /**
   * Reads the origin.
   *
   * @return null when it is wrong
   */
  @Nullable Origin read(Tree value, boolean linked) {
    String text = value.scalar();
    if (text == null) {
      return wrong(value, "is " + value.what());
    }
    if (text.equals("EXISTING") || text.endsWith("/EXISTING")) {
      return new Origin.Existing();
    }
    if (NUMBER.matcher(text).matches()) {
      return new Origin.Clone(Integer.parseInt(text), linked);
    }
    Matcher volume = VOLUME.matcher(text);
    return volume.matches()
        ? volume(value, text, volume.group(2), volume.group(3).toLowerCase(Locale.ROOT))
        : wrong(value, "is " + value.what());
  }

  private @Nullable Origin volume(Tree value, String text, String content, String file) {
    GuestType fitting = content.equals("vztmpl") ? GuestType.LXC : GuestType.QEMU;
    if (fitting != type) {
      return wrong(
          value,
          type == GuestType.LXC
              ? "is '" + text + "', but a container is not made from " + content
              : "is '" + text + "', but a VM is not made from a container template");
    }
    return switch (content) {
      case "vztmpl" ->
          CONTAINER_FILE.matcher(file).matches()
              ? new Origin.ContainerTemplate(text)
              : file(value, text, ".tar.zst, .tar.xz, .tar.gz, .tar.bz2 or .tar");
      case "iso" ->
          ISO_FILE.matcher(file).matches()
              ? new Origin.Iso(text)
              : file(value, text, ".iso or .img");
      default ->
          DISK_FILE.matcher(file).matches()
              ? new Origin.DiskImage(text)
              : file(
                  value, text, ".qcow2, .raw or .vmdk (also within an .ova: FILE.ova/DISK.vmdk)");
    };
  }

  private @Nullable Origin file(Tree value, String text, String endings) {
    findings.error(value.start(), "template is '" + text + "', but such a file ends in " + endings);
    return null;
  }

  private @Nullable Origin wrong(Tree value, String what) {
    String forms =
        type == GuestType.LXC
            ? "STORAGE:vztmpl/FILE, the VMID of a container to clone, or EXISTING"
            : "STORAGE:iso/FILE, STORAGE:import/FILE.qcow2, the VMID of a VM to clone, or EXISTING";
    findings.error(value.start(), "template " + what + "; write " + forms);
    return null;
  }
}
