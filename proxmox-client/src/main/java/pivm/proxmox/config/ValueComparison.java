package pivm.proxmox.config;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.schema.Constraint;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/** Tells when two spellings of a config value mean the same to Proxmox. */
public final class ValueComparison {

  private ValueComparison() {}

  /**
   * Whether two values of a key mean the same; null stands for a key that is not set, which means
   * its default.
   */
  public static boolean same(GuestKey key, @Nullable String one, @Nullable String other) {
    String first = one == null ? key.defaultText() : one;
    String second = other == null ? key.defaultText() : other;
    if (first == null || second == null) {
      String present = first == null ? second : first;
      return present == null || (emptyIsUnset(key.kind()) && normal(key, present).isEmpty());
    }
    return first.equals(second) || normal(key, first).equals(normal(key, second));
  }

  private static boolean emptyIsUnset(ValueKind kind) {
    return switch (kind) {
      case PROSE, TAGS, ORDERED_LIST, NAME_SET, URL_ENCODED -> true;
      default -> false;
    };
  }

  /** One text for all spellings that mean the same. Not meant to be sent to Proxmox. */
  public static String normal(GuestKey key, String value) {
    return key.kind() == ValueKind.PROPERTY_STRING
        ? normal(PropertyString.parseLeniently(key, value))
        : normal(key.constraint(), value);
  }

  /** A property string's parts in normal form, without those that only repeat a default. */
  public static SequencedMap<String, String> normalParts(GuestKey key, String value) {
    return normalParts(PropertyString.parseLeniently(key, value));
  }

  private static String normal(PropertyString string) {
    List<String> parts = new ArrayList<>();
    normalParts(string).forEach((name, value) -> parts.add(name + "=" + value));
    return String.join(",", parts);
  }

  private static SequencedMap<String, String> normalParts(PropertyString string) {
    var normal = new TreeMap<String, String>();
    boolean base64 = string.isOn("base64");
    string
        .values()
        .forEach((name, value) -> {
          SubKey part = string.parts().get(name);
          String text = part == null ? value : normal(part.constraint(), value);
          if (part == null || !text.equals(normalDefault(part))) {
            normal.put(name, base64 && !name.equals("uuid") ? decoded(text) : text);
          }
        });
    // The encoding of smbios1 says nothing about the machine.
    if (string.parts().containsKey("base64")) {
      normal.remove("base64");
    }
    bytesToMegabytes(normal);
    return normal;
  }

  private static @Nullable String normalDefault(SubKey part) {
    String byDefault = part.constraint().defaultText();
    return byDefault == null ? null : normal(part.constraint(), byDefault);
  }

  /** Proxmox turns the limits in bytes into limits in MiB when it reads them. */
  private static void bytesToMegabytes(Map<String, String> parts) {
    for (String name : List.of("bps", "bps_rd", "bps_wr")) {
      ByteSize size = ByteSize.parse(parts.remove(name));
      if (size != null) {
        double megabytes = (double) size.bytes() / (1 << 20);
        parts.putIfAbsent("m" + name, number(String.format(Locale.ROOT, "%.3f", megabytes)));
      }
    }
  }

  private static String decoded(String base64) {
    try {
      return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return base64;
    }
  }

  private static String normal(Constraint constraint, String value) {
    return switch (constraint.kind()) {
      case BOOLEAN -> {
        Boolean flag = Flags.parse(value);
        yield flag == null ? value : flag ? "1" : "0";
      }
      case INTEGER, NUMBER -> number(value);
      case PROSE -> value.stripTrailing();
      case TAGS -> Words.joinTags(List.of(value));
      case ORDERED_LIST -> String.join(";", Words.split(value));
      case NAME_SET -> String.join(";", new TreeSet<>(Words.split(value)));
      case HOTPLUG -> String.join(";", HotplugFeatures.parse(value));
      case NUMBER_SET -> numbers(value);
      case PCI_ADDRESSES -> addresses(value);
      case SIZE -> {
        ByteSize size = ByteSize.parse(value);
        yield size == null ? value : Long.toString(size.bytes());
      }
      case MAC, UUID -> value.toLowerCase(Locale.ROOT);
      case ADDRESS -> IpText.normal(value);
      case URL_ENCODED -> lines(Escapes.decode(value));
      case VOLUME -> VolumeRef.parse(value).toString();
      case TEXT, ENUM, PROPERTY_STRING -> value;
    };
  }

  private static String number(String value) {
    try {
      return new BigDecimal(value).stripTrailingZeros().toPlainString();
    } catch (NumberFormatException notANumber) {
      return value;
    }
  }

  /** Ranges written out and sorted; the text itself where it is none or names very many. */
  private static String numbers(String value) {
    var numbers = new TreeSet<Integer>();
    for (String range : Words.split(value)) {
      int dash = range.indexOf('-');
      try {
        int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
        int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
        if (last - first > 1 << 16) {
          return value;
        }
        for (int number = first; number <= last; number++) {
          numbers.add(number);
        }
      } catch (NumberFormatException notARange) {
        return value;
      }
    }
    return numbers.toString();
  }

  private static String addresses(String value) {
    List<String> addresses = new ArrayList<>();
    for (String address : Words.split(value.toLowerCase(Locale.ROOT))) {
      addresses.add(address.indexOf(':') == address.lastIndexOf(':') ? "0000:" + address : address);
    }
    return String.join(";", addresses);
  }

  private static String lines(String text) {
    return String.join(
        "\n", text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList());
  }
}
