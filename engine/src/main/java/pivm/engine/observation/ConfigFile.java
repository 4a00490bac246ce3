package pivm.engine.observation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Snapshot;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Escapes;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;
import pivm.proxmox.schema.ValueKind;

/**
 * A guest's configuration file, read as Proxmox reads it (qemu-server, src/PVE/QemuServer.pm,
 * {@code parse_vm_config}; pve-container, src/PVE/LXC/Config.pm, {@code parse_pct_config}).
 *
 * @param config what the API would show of it: a cloud-init password is hidden
 * @param snapshots sorted by name
 */
record ConfigFile(GuestConfig config, List<Snapshot> snapshots) {
  private static final Pattern SECTION = Pattern.compile("\\[([^\\]]*)\\]\\s*");
  private static final Pattern RAW_LINE =
      Pattern.compile("(lxc\\.[a-z0-9_\\-.]+)(?::|\\s*=)\\s*(.*?)\\s*");
  private static final Pattern LINE = Pattern.compile("([a-z][a-z_-]*\\d*):\\s*(.+?)\\s*");
  private static final String HIDDEN = "**********";

  /** Reads a file's content. */
  static ConfigFile read(GuestType type, byte[] content) {
    var reader = new Reader(type);
    new String(content, StandardCharsets.UTF_8).lines().forEach(reader::line);
    return reader.result(digest(content));
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java runtime has SHA-1", impossible);
    }
  }

  /** Takes in line after line. */
  private static final class Reader {
    private final GuestType type;
    private final Map<String, Section> sections = new LinkedHashMap<>();
    private @Nullable Section current;

    Reader(GuestType type) {
      this.type = type;
      this.current = section("");
    }

    private Section section(String name) {
      return sections.computeIfAbsent(name, _ -> new Section(type));
    }

    void line(String line) {
      Matcher header = SECTION.matcher(line);
      if (header.matches()) {
        String name = header.group(1);
        boolean special = name.contains(":") && !name.equalsIgnoreCase("pve:pending");
        current = special ? null : section(name);
      } else if (current != null && !line.isBlank()) {
        current.line(line);
      }
    }

    ConfigFile result(String digest) {
      SortedMap<String, GuestConfig.Pending> pending = new TreeMap<>();
      List<Snapshot> snapshots = new ArrayList<>();
      SortedMap<String, String> values = section("").values();
      sections.forEach((name, section) -> {
        if (name.equalsIgnoreCase("PENDING") || name.equalsIgnoreCase("pve:pending")) {
          pending.putAll(waiting(values, section.values()));
        } else if (!name.isEmpty()) {
          snapshots.add(snapshot(name, section.values()));
        }
      });
      values.remove("snapstate");
      return new ConfigFile(new GuestConfig(type, values, pending, digest), snapshots);
    }

    private static SortedMap<String, GuestConfig.Pending> waiting(
        SortedMap<String, String> values, SortedMap<String, String> waiting) {
      var pending = new TreeMap<String, GuestConfig.Pending>();
      for (String key : Words.of(waiting.remove("delete"))) {
        String name = key.startsWith("!") ? key.substring(1) : key;
        if (values.containsKey(name)) {
          pending.put(name, new GuestConfig.Pending(null));
        }
      }
      waiting.forEach((key, value) -> {
        if (!value.equals(values.get(key))) {
          pending.put(key, new GuestConfig.Pending(value));
        }
      });
      return pending;
    }

    private static Snapshot snapshot(String name, SortedMap<String, String> values) {
      String time = values.get("snaptime");
      return new Snapshot(
          name,
          time == null ? null : Instant.ofEpochSecond(Long.parseLong(time)),
          values.getOrDefault("description", ""),
          values.get("parent"),
          values.containsKey("vmstate"),
          values.get("snapstate"));
    }
  }

  /** One part of the file: the present, what waits, or a snapshot. */
  private static final class Section {
    private final GuestType type;
    private final SortedMap<String, String> values = new TreeMap<>();
    private final StringBuilder description = new StringBuilder();
    private final StringBuilder raw = new StringBuilder();
    private boolean described;

    Section(GuestType type) {
      this.type = type;
    }

    void line(String line) {
      Matcher rawLine = RAW_LINE.matcher(line);
      Matcher keyLine = LINE.matcher(line);
      if (line.startsWith("#")) {
        described = true;
        description.append(Escapes.decode(line.substring(1))).append('\n');
      } else if (type == GuestType.LXC && rawLine.matches()) {
        raw(rawLine.group(1), rawLine.group(2));
      } else if (keyLine.matches()) {
        key(keyLine.group(1), keyLine.group(2));
      }
    }

    private void raw(String key, String value) {
      if (key.equals("lxc.environment.runtime")) {
        values.merge("env", value, (before, more) -> before + "\0" + more);
      } else {
        raw.append(key).append(": ").append(value).append('\n');
      }
    }

    private void key(String key, String value) {
      if (key.equals("description")) {
        described = true;
        description.append(Escapes.decode(value));
      } else {
        String name = type == GuestType.QEMU && key.equals("cdrom") ? "ide2" : key;
        values.put(name, key.equals("cipassword") ? HIDDEN : spelled(name, value));
      }
    }

    /** The spelling in which the API shows it. */
    private String spelled(String name, String value) {
      GuestKey key = GuestKeys.of(type).find(name);
      if (key == null) {
        return value;
      }
      if (key.kind() == ValueKind.BOOLEAN) {
        return Flags.isOn(value) ? "1" : "0";
      }
      boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
      boolean plainText = key.kind() == ValueKind.TEXT && key.constraint().format() == null;
      return type == GuestType.QEMU && quoted && plainText && !name.equals("args")
          ? value.substring(1, value.length() - 1)
          : value;
    }

    SortedMap<String, String> values() {
      if (described) {
        String text = description.toString();
        values.put("description", type == GuestType.QEMU ? text.stripTrailing() : text);
      }
      if (!raw.isEmpty()) {
        values.put(GuestConfig.RAW, raw.toString());
      }
      return values;
    }
  }
}
