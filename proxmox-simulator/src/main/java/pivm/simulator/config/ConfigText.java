package pivm.simulator.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of guest configuration files (qemu-server {@code PVE/QemuServer.pm} and pve-container
 * {@code PVE/LXC/Config.pm}): description as comments first, keys sorted, then the pending section
 * and one section for each snapshot.
 */
public final class ConfigText {
  private static final Pattern SECTION = Pattern.compile("\\[(?i:([a-z][a-z0-9_-]+))]\\s*");
  private static final Pattern LINE = Pattern.compile("([a-z][a-z_.\\-]*\\d*):\\s*(.*?)\\s*");

  /** How a container's {@code env} stands in its file (pve-container, src/PVE/LXC/Config.pm). */
  private static final String ENVIRONMENT = "lxc.environment.runtime";

  private ConfigText() {}

  static String write(GuestConfig config) {
    var out = new StringBuilder(512);
    section(out, config.kind(), config.values());
    if (config.hasPending()) {
      out.append('\n').append(config.kind().pendingSection()).append('\n');
      var pending = new TreeMap<>(config.pending());
      if (!config.pendingDelete().isEmpty()) {
        List<String> deletes = new ArrayList<>();
        config.pendingDelete().forEach((key, force) -> deletes.add((force ? "!" : "") + key));
        pending.put("delete", String.join(",", deletes));
      }
      section(out, config.kind(), pending);
    }
    for (String name : config.snapshotNames()) {
      var snapshot = config.snapshot(name);
      out.append("\n[").append(name).append("]\n");
      section(out, config.kind(), snapshot == null ? Map.of() : snapshot);
    }
    return out.toString();
  }

  private static void section(StringBuilder out, Kind kind, Map<String, String> values) {
    var description = values.get("description");
    if (description != null) {
      for (String line : description.split("\n")) {
        out.append('#').append(encode(line)).append('\n');
      }
    }
    boolean container = kind == Kind.LXC;
    values.forEach((key, value) -> {
      boolean last = container && (key.equals("env") || key.startsWith("lxc."));
      if (!last && !key.equals("description")) {
        line(out, key, value);
      }
    });
    if (container) {
      for (String variable : values.getOrDefault("env", "").split("\0+")) {
        if (!variable.isEmpty()) {
          line(out, ENVIRONMENT, variable);
        }
      }
      values.forEach((key, value) -> {
        if (key.startsWith("lxc.")) {
          value.lines().forEach(text -> line(out, key, text));
        }
      });
    }
  }

  private static void line(StringBuilder out, String key, String value) {
    out.append(key).append(": ").append(value).append('\n');
  }

  /**
   * Reads a configuration file.
   *
   * @throws IllegalArgumentException when a line is neither a comment, a section nor a key
   */
  public static GuestConfig read(Kind kind, String text) {
    var config = new GuestConfig(kind);
    Map<String, String> current = new TreeMap<>();
    String section = "";
    for (String line : text.split("\n")) {
      var heading = SECTION.matcher(line);
      if (line.equalsIgnoreCase(kind.pendingSection()) || heading.matches()) {
        finish(config, section, current);
        current = new TreeMap<>();
        section = line.equalsIgnoreCase(kind.pendingSection()) ? "[" : name(heading);
      } else if (line.startsWith("#")) {
        current.merge("description", decode(line.substring(1)), (a, b) -> a + "\n" + b);
      } else if (!line.isBlank()) {
        var pair = LINE.matcher(line);
        if (!pair.matches()) {
          throw new IllegalArgumentException("unable to parse config: " + line);
        }
        boolean variable = kind == Kind.LXC && group(pair, 1).equals(ENVIRONMENT);
        current.merge(
            variable ? "env" : group(pair, 1),
            group(pair, 2),
            (a, b) -> a + (variable ? "\0" : "\n") + b);
      }
    }
    finish(config, section, current);
    return config;
  }

  private static String name(java.util.regex.Matcher heading) {
    return group(heading, 1);
  }

  private static String group(java.util.regex.Matcher matcher, int number) {
    String group = matcher.group(number);
    return group == null ? "" : group;
  }

  private static void finish(GuestConfig config, String section, Map<String, String> values) {
    if (section.isEmpty()) {
      config.replaceWith(values);
    } else if (section.equals("[")) {
      pending(config, values);
    } else {
      config.putSnapshot(section, values);
    }
  }

  private static void pending(GuestConfig config, Map<String, String> values) {
    values.forEach((key, value) -> {
      if (!key.equals("delete")) {
        config.putPending(key, value);
        return;
      }
      for (String name : value.split("[,; ]+")) {
        boolean force = name.startsWith("!");
        config.deleteLater(force ? name.substring(1) : name, force);
      }
    });
  }

  /** Encodes a line of a description as {@code PVE::Tools::encode_text} does. */
  public static String encode(@Nullable String text) {
    if (text == null) {
      return "";
    }
    var out = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xff;
      if (c < 0x20 || c > 0x7e || c == '%' || c == ':') {
        out.append(String.format("%%%02X", c));
      } else {
        out.append((char) c);
      }
    }
    return out.toString();
  }

  /** Undoes {@link #encode}. */
  public static String decode(String text) {
    var bytes = new byte[text.length() * 3];
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length() && isHex(text, i + 1)) {
        bytes[length++] = (byte) Integer.parseInt(text.substring(i + 1, i + 3), 16);
        i += 2;
      } else {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          bytes[length++] = b;
        }
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private static boolean isHex(String text, int at) {
    return Character.digit(text.charAt(at), 16) >= 0
        && at + 1 < text.length()
        && Character.digit(text.charAt(at + 1), 16) >= 0;
  }
}
