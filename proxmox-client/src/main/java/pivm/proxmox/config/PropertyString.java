package pivm.proxmox.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/**
 * Several values in one text, such as {@code virtio=BC:24:11:00:00:01,bridge=vmbr0} (pve-common,
 * src/PVE/JSONSchema.pm, {@code parse_property_string} and {@code print_property_string}).
 *
 * @param values by the part's own name, aliases resolved, in the order written; booleans as 0 and 1
 */
public record PropertyString(
    SequencedMap<String, SubKey> parts, SequencedMap<String, String> values) {

  /** Parts of old disk entries that Proxmox ignores. */
  private static final Set<String> DROPPED = Set.of("cyls", "heads", "secs", "trans");

  /** Thrown when a text is no property string of its key; the message is a sentence about it. */
  public static final class Malformed extends IllegalArgumentException {
    Malformed(String message) {
      super(message);
    }
  }

  public PropertyString {
    values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
  }

  /**
   * Reads a property string.
   *
   * @throws Malformed when it has an unknown or repeated part, or one without value
   */
  public static PropertyString parse(GuestKey key, String text) {
    return parse(key.parts(), text, false);
  }

  /** Reads as far as possible: unknown parts are kept under their name, repeated ones win. */
  public static PropertyString parseLeniently(GuestKey key, String text) {
    return parse(key.parts(), text, true);
  }

  private static PropertyString parse(
      SequencedMap<String, SubKey> parts, String text, boolean lenient) {
    return new PropertyString(parts, new Reader(parts, lenient).read(text));
  }

  public @Nullable String get(String part) {
    return values.get(part);
  }

  public boolean isOn(String part) {
    return Flags.isOn(values.get(part));
  }

  /** This property string with one part set, or taken out with null. */
  public PropertyString with(String part, @Nullable String value) {
    var changed = new LinkedHashMap<>(values);
    if (value == null) {
      changed.remove(part);
    } else {
      changed.put(part, value);
    }
    return new PropertyString(parts, changed);
  }

  /** In Proxmox's own order and spelling: default part first, required parts, then the rest. */
  public String print() {
    List<String> printed = new ArrayList<>();
    var left = new TreeMap<>(values);
    for (SubKey part : parts.values()) {
      if (part.defaultKey()) {
        print(part, left, printed);
      }
    }
    for (SubKey part : parts.values()) {
      if (part.required()) {
        print(part, left, printed);
      }
    }
    left.forEach((name, value) -> printed.add(name + "=" + printable(name, value)));
    return String.join(",", printed);
  }

  private void print(SubKey part, Map<String, String> left, List<String> printed) {
    String value = left.remove(part.name());
    if (value == null) {
      return;
    }
    String combined = combinedWith(part.name());
    String other = combined == null ? null : left.remove(combined);
    if (other != null) {
      printed.add(value + "=" + other);
    } else {
      String text = printable(part.name(), value);
      printed.add(part.defaultKey() ? text : part.name() + "=" + text);
    }
  }

  /** The part whose value is written behind this part's value: the MAC behind the model. */
  private @Nullable String combinedWith(String name) {
    for (SubKey part : parts.values()) {
      if (name.equals(part.keyAlias())) {
        return part.alias();
      }
    }
    return null;
  }

  private String printable(String name, String value) {
    SubKey part = parts.get(name);
    if (part != null && part.constraint().kind() == ValueKind.SIZE) {
      ByteSize size = ByteSize.parse(value);
      return size == null ? value : size.toString();
    }
    return value;
  }

  @Override
  public String toString() {
    return print();
  }

  private record Reader(
      SequencedMap<String, SubKey> parts, boolean lenient, SequencedMap<String, String> values) {

    Reader(SequencedMap<String, SubKey> parts, boolean lenient) {
      this(parts, lenient, new LinkedHashMap<>());
    }

    SequencedMap<String, String> read(String text) {
      for (String piece : text.split(",")) {
        if (!piece.isBlank()) {
          int equals = piece.indexOf('=');
          if (equals < 0) {
            unnamed(piece);
          } else if (equals == 0 || equals == piece.length() - 1) {
            refuse("'" + piece + "' lacks a name or a value");
          } else {
            named(piece.substring(0, equals), piece.substring(equals + 1));
          }
        }
      }
      return values;
    }

    private void unnamed(String value) {
      for (SubKey part : parts.values()) {
        if (part.defaultKey()) {
          put(part, value);
          return;
        }
      }
      refuse("'" + value + "' has no name, and there is no part that may be written without");
    }

    private void named(String name, String value) {
      if (DROPPED.contains(name) && parts.containsKey("media")) {
        return;
      }
      SubKey part = parts.get(name);
      if (part == null) {
        refuse("there is no part '" + name + "'");
        values.put(name, value);
        return;
      }
      String keyAlias = part.keyAlias();
      if (keyAlias != null) {
        put(known(keyAlias), name);
      }
      String alias = part.alias();
      put(alias == null ? part : known(alias), value);
    }

    private SubKey known(String name) {
      SubKey part = parts.get(name);
      if (part == null) {
        throw new IllegalStateException("the table names an alias of an unknown part " + name);
      }
      return part;
    }

    private void put(SubKey part, String value) {
      String kept = value;
      if (part.constraint().kind() == ValueKind.BOOLEAN) {
        Boolean flag = Flags.parse(value);
        kept = flag == null ? value : flag ? "1" : "0";
      }
      if (values.put(part.name(), kept) != null) {
        refuse("part '" + part.name() + "' is there twice");
      }
    }

    private void refuse(String sentence) {
      if (!lenient) {
        throw new Malformed(sentence);
      }
    }
  }
}
