package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.config.ValueComparison;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/**
 * Compares a declared value with a config's, by declared parts only: what a property string does
 * not name is left as it is, and is kept when the rest is changed.
 */
final class ValueComparer {

  /** Parts that exclude each other: naming one gives up the others. */
  private static final List<Set<String>> ALTERNATIVES = List.of(Set.of("host", "mapping"));

  /** Limits that Proxmox keeps in MiB, under another name. */
  private static final Set<String> IN_BYTES = Set.of("bps", "bps_rd", "bps_wr");

  private final GuestKey key;

  ValueComparer(GuestKey key) {
    this.key = key;
  }

  boolean composite() {
    return key.kind() == ValueKind.PROPERTY_STRING;
  }

  /** Whether the config's value already is what is declared. */
  boolean satisfied(String declared, @Nullable String actual) {
    if (declared.equals(actual)) {
      return true;
    }
    return composite()
        ? (actual != null || defaultsOnly(declared)) && differingParts(declared, actual).isEmpty()
        : ValueComparison.same(key, declared, actual);
  }

  /** A property string that only repeats defaults asks for nothing, unless it makes a device. */
  private boolean defaultsOnly(String declared) {
    return !key.numbered() && ValueComparison.normalParts(key, declared).isEmpty();
  }

  /** The names of declared parts that differ, sorted. */
  Set<String> differingParts(String declared, @Nullable String actual) {
    SequencedMap<String, String> wanted = ValueComparison.normalParts(key, declared);
    SequencedMap<String, String> present =
        ValueComparison.normalParts(key, actual == null ? "" : actual);
    var differing = new TreeSet<String>();
    for (String name : PropertyString.parseLeniently(key, declared).values().keySet()) {
      String normalName = IN_BYTES.contains(name) ? "m" + name : name;
      String one = wanted.get(normalName);
      String other = present.get(normalName);
      if (one == null ? other != null : !one.equals(other)) {
        differing.add(name);
      }
    }
    return differing;
  }

  /** The declared value with what the present one holds beyond it. */
  String merged(String declared, @Nullable String actual) {
    if (!composite() || actual == null) {
      return declared;
    }
    PropertyString wanted = PropertyString.parseLeniently(key, declared);
    PropertyString merged = PropertyString.parseLeniently(key, actual);
    for (String stale : contradicted(wanted)) {
      merged = merged.with(stale, null);
    }
    for (var part : wanted.values().entrySet()) {
      merged = merged.with(part.getKey(), part.getValue());
    }
    return merged.print();
  }

  private List<String> contradicted(PropertyString wanted) {
    List<String> stale = new ArrayList<>();
    for (Set<String> alternatives : ALTERNATIVES) {
      if (wanted.values().keySet().stream().anyMatch(alternatives::contains)) {
        stale.addAll(alternatives);
      }
    }
    gatewayWithoutAddress(wanted, "ip", "gw", stale);
    gatewayWithoutAddress(wanted, "ip6", "gw6", stale);
    return stale;
  }

  /** Proxmox refuses a gateway beside {@code dhcp}, {@code auto} or {@code manual}. */
  private static void gatewayWithoutAddress(
      PropertyString wanted, String address, String gateway, List<String> stale) {
    String declared = wanted.get(address);
    if (declared != null && declared.indexOf('/') < 0) {
      stale.add(gateway);
    }
  }

  @Nullable String part(@Nullable String text, String name) {
    return text == null ? null : PropertyString.parseLeniently(key, text).get(name);
  }

  /**
   * How a plan names a part: {@code net0.tag}; the part that may go without name is the key itself.
   */
  String path(String name, String part) {
    SubKey unnamed = key.defaultPart();
    return !key.numbered() && unnamed != null && unnamed.name().equals(part)
        ? name
        : name + "." + part;
  }
}
