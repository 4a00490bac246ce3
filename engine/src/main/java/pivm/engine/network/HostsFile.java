package pivm.engine.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.proxmox.config.Subnet;

/**
 * A node's {@code /etc/hosts}: what is not declared stays to the letter.
 *
 * @param digest Proxmox's, by which it refuses to overwrite an edit in between
 */
public record HostsFile(String text, String digest) {

  /** The text with the declared entries as they should be. */
  String with(List<DesiredNetwork.Host> hosts) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (DesiredNetwork.Host host : hosts) {
      if (!names(host.address()).equals(host.names())) {
        write(lines, host);
      }
    }
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  private static void write(List<String> lines, DesiredNetwork.Host host) {
    int first = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (host.address().equals(address(lines.get(i)))) {
        first = first < 0 ? i : first;
        lines.remove(i--);
      }
    }
    if (!host.names().isEmpty()) {
      lines.add(
          first < 0 ? lines.size() : first, host.address() + " " + String.join(" ", host.names()));
    }
  }

  /** What differs, entry by entry. */
  List<FieldChange> fields(List<DesiredNetwork.Host> hosts) {
    List<FieldChange> fields = new ArrayList<>();
    for (DesiredNetwork.Host host : hosts) {
      List<String> now = names(host.address());
      if (!now.equals(host.names())) {
        fields.add(
            new FieldChange(
                "hosts." + host.address(), joined(now), joined(host.names()), Effect.LIVE, ""));
      }
    }
    return fields;
  }

  private static @Nullable String joined(List<String> names) {
    return names.isEmpty() ? null : String.join(" ", names);
  }

  /** All names that an address has here, in order. */
  List<String> names(String address) {
    return text.lines()
        .filter(line -> address.equals(address(line)))
        .flatMap(line -> words(line).stream().skip(1))
        .toList();
  }

  /** By name, the addresses that it has here. */
  SortedMap<String, List<String>> byName() {
    var found = new TreeMap<String, List<String>>();
    for (String line : text.lines().toList()) {
      String address = address(line);
      if (address != null) {
        words(line).stream()
            .skip(1)
            .forEach(name -> found.computeIfAbsent(name, _ -> new ArrayList<>()).add(address));
      }
    }
    return found;
  }

  private static List<String> words(String line) {
    int comment = line.indexOf('#');
    String plain = (comment < 0 ? line : line.substring(0, comment)).trim();
    return plain.isEmpty() ? List.of() : Arrays.asList(plain.split("\\s+"));
  }

  private static @Nullable String address(String line) {
    List<String> words = words(line);
    return words.isEmpty()
        ? null
        : Objects.requireNonNullElse(Subnet.address(words.getFirst()), words.getFirst());
  }
}
