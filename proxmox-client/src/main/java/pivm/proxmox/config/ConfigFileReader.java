package pivm.proxmox.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** Takes in a config file line after line. */
final class ConfigFileReader {
  static final String ENVIRONMENT = "lxc.environment.runtime";

  private static final Pattern HEADER = Pattern.compile("\\[([^\\]]*)\\]\\s*");

  private static final Pattern SPECIAL = Pattern.compile("special:(cloudinit|fleecing)");
  private static final Pattern SNAPSHOT = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]+");
  private static final Pattern RAW = Pattern.compile("(lxc\\.[a-z0-9_.-]+)(?::|\\s*=) ?(.*)");

  private final GuestType type;
  private final Building current = new Building();
  private @Nullable Building pending;
  private final TreeMap<String, Building> special = new TreeMap<>();
  private final TreeMap<String, Building> snapshots = new TreeMap<>();
  private @Nullable Building now = current;

  ConfigFileReader(GuestType type) {
    this.type = type;
  }

  void line(String line) {
    if (line.isBlank()) {
      return;
    }
    if (line.charAt(0) == '[') {
      Matcher header = HEADER.matcher(line);
      if (header.matches()) {
        now = section(header.group(1));
      }
    } else if (now != null) {
      now.line(line, type);
    }
  }

  /** The section of a header; null for one that Proxmox doesn't know and skips. */
  private @Nullable Building section(String name) {
    if (name.equalsIgnoreCase(type == GuestType.QEMU ? "PENDING" : "pve:pending")) {
      var waiting = new Building();
      pending = waiting;
      return waiting;
    }
    Matcher note = SPECIAL.matcher(name);
    if (type == GuestType.QEMU && note.matches()) {
      return special.computeIfAbsent(note.group(1), _ -> new Building());
    }
    return SNAPSHOT.matcher(name).matches()
        ? snapshots.computeIfAbsent(name, _ -> new Building())
        : null;
  }

  GuestConfigFile file(String digest) {
    return new GuestConfigFile(
        type,
        current.section(),
        pending == null ? null : pending.section(),
        sections(special),
        sections(snapshots),
        digest);
  }

  private static SortedMap<String, ConfigSection> sections(Map<String, Building> built) {
    var sections = new TreeMap<String, ConfigSection>();
    built.forEach((name, building) -> sections.put(name, building.section()));
    return sections;
  }

  private static final class Building {
    private final TreeMap<String, String> values = new TreeMap<>();
    private final List<String> description = new ArrayList<>();
    private final List<String> environment = new ArrayList<>();
    private final List<ConfigSection.RawLine> raw = new ArrayList<>();

    void line(String line, GuestType type) {
      if (line.startsWith("#")) {
        description.add(Escapes.decode(line.substring(1)));
        return;
      }
      if (type == GuestType.LXC && line.startsWith("lxc.")) {
        Matcher rawLine = RAW.matcher(line);
        if (rawLine.matches()) {
          raw(rawLine.group(1), rawLine.group(2));
        }
        return;
      }
      int colon = line.indexOf(':');
      if (colon > 0 && isKey(line, colon)) {
        boolean blank = colon + 1 < line.length() && line.charAt(colon + 1) == ' ';
        key(line.substring(0, colon), line.substring(blank ? colon + 2 : colon + 1));
      }
    }

    /** Lower-case letters, dashes and underscores, then digits. By hand: this is the hot path. */
    private static boolean isKey(String line, int end) {
      int at = 0;
      while (at < end && isKeyLetter(line.charAt(at))) {
        at++;
      }
      boolean started = at > 0 && Character.isLowerCase(line.charAt(0));
      while (at < end && line.charAt(at) >= '0' && line.charAt(at) <= '9') {
        at++;
      }
      return started && at == end;
    }

    private static boolean isKeyLetter(char c) {
      return (c >= 'a' && c <= 'z') || c == '_' || c == '-';
    }

    private void raw(String key, String value) {
      if (key.equals(ENVIRONMENT)) {
        environment.add(value);
      } else {
        raw.add(new ConfigSection.RawLine(key, value));
      }
    }

    private void key(String key, String value) {
      if (key.equals("description")) {
        description.add(Escapes.decode(value));
      } else {
        values.put(key, value);
      }
    }

    ConfigSection section() {
      return new ConfigSection(
          values, description.isEmpty() ? null : String.join("\n", description), environment, raw);
    }
  }
}
