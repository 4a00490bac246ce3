package pivm.proxmox.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * A guest's config file, {@code qemu-server/VMID.conf} or {@code lxc/VMID.conf} (qemu-server
 * src/PVE/QemuServer.pm, {@code parse_vm_config} and {@code write_vm_config}; pve-container
 * src/PVE/LXC/Config.pm, {@code parse_pct_config} and {@code write_pct_config}).
 *
 * <p>What Proxmox wrote is written back byte for byte.
 *
 * @param current what is in effect
 * @param pending what waits for the guest's stop, null when the file has no such section
 * @param special Proxmox's own notes by name, such as {@code cloudinit}; VMs only
 * @param snapshots by name
 * @param digest SHA-1 of the file in hexadecimal, as the API's {@code digest}
 */
public record GuestConfigFile(
    GuestType type,
    ConfigSection current,
    @Nullable ConfigSection pending,
    SortedMap<String, ConfigSection> special,
    SortedMap<String, ConfigSection> snapshots,
    String digest) {

  private static final String HIDDEN = "**********";

  public GuestConfigFile {
    special = Collections.unmodifiableSortedMap(new TreeMap<>(special));
    snapshots = Collections.unmodifiableSortedMap(new TreeMap<>(snapshots));
  }

  /** Reads a file's content. As Proxmox does, it skips lines that it can't make sense of. */
  public static GuestConfigFile read(GuestType type, byte[] content) {
    var reader = new ConfigFileReader(type);
    new String(content, StandardCharsets.UTF_8).lines().forEach(reader::line);
    return reader.file(digest(content));
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-1", impossible);
    }
  }

  /** The file as Proxmox writes it. */
  public byte[] write() {
    var text = new StringBuilder();
    current.write(text, false);
    if (pending != null) {
      text.append(type == GuestType.QEMU ? "\n[PENDING]\n" : "\n[pve:pending]\n");
      pending.write(text, type == GuestType.QEMU);
    }
    special.forEach((name, section) -> {
      text.append("\n[special:").append(name).append("]\n");
      section.write(text, false);
    });
    snapshots.forEach((name, section) -> {
      text.append("\n[").append(name).append("]\n");
      section.write(text, false);
    });
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** What the API would show: a cloud-init password is hidden, booleans are 0 and 1. */
  public GuestConfig config() {
    SortedMap<String, String> values = shown(current);
    values.remove("snapstate");
    var waiting = new TreeMap<String, GuestConfig.Pending>();
    if (pending != null) {
      SortedMap<String, String> next = shown(pending);
      for (String key : Words.split(next.remove("delete"))) {
        String name = key.startsWith("!") ? key.substring(1) : key;
        if (values.containsKey(name)) {
          waiting.put(name, new GuestConfig.Pending(null));
        }
      }
      next.forEach((key, value) -> {
        if (!value.equals(values.get(key))) {
          waiting.put(key, new GuestConfig.Pending(value));
        }
      });
    }
    return new GuestConfig(type, values, waiting, digest);
  }

  /** The values of a section as the API shows them. */
  public SortedMap<String, String> shown(ConfigSection section) {
    var shown = new TreeMap<String, String>();
    section.values().forEach((key, value) -> show(shown, key, value));
    String description = section.description();
    if (description != null) {
      shown.put(
          "description", type == GuestType.QEMU ? description.stripTrailing() : description + "\n");
    }
    if (!section.environment().isEmpty()) {
      shown.put("env", String.join("\0", section.environment()));
    }
    if (!section.raw().isEmpty()) {
      shown.put(GuestConfig.RAW, section.rawText());
    }
    return shown;
  }

  private void show(SortedMap<String, String> shown, String key, String written) {
    String value = written.strip();
    String name = type == GuestType.QEMU && key.equals("cdrom") ? "ide2" : key;
    if (!value.isEmpty()) {
      shown.put(name, name.equals("cipassword") ? HIDDEN : Spelling.shown(type, name, value));
    }
  }
}
