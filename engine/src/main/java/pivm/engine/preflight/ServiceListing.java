package pivm.engine.preflight;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a guest, asked for by one script that needs nothing but a shell, and {@code cat}.
 *
 * @param services null when the guest's init system is none of those known
 * @param ports that are listened on: {@code tcp/22}
 */
record ServiceListing(@Nullable List<String> services, List<String> ports) {

  static final String SCRIPT =
      """
      if [ -d /run/systemd/system ]; then
        echo '== systemd'
        systemctl list-units --type=service --state=running --no-legend --plain --no-pager
      elif command -v rc-status >/dev/null 2>&1; then
        echo '== openrc'
        rc-status -a
      elif command -v s6-rc >/dev/null 2>&1; then
        echo '== s6'
        s6-rc -a list
      else
        echo '== none'
      fi
      echo '== tcp'
      cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
      echo '== udp'
      cat /proc/net/udp /proc/net/udp6 2>/dev/null
      echo '== end'
      """;

  /** Socket states of {@code /proc/net}: listening for TCP, unconnected for UDP. */
  private static final String LISTENS = "0A";

  private static final String UNCONNECTED = "07";

  /**
   * Reads what the script printed.
   *
   * @return null when it was cut off
   */
  static @Nullable ServiceListing parse(String output) {
    List<String> services = new ArrayList<>();
    SortedSet<String> ports = new TreeSet<>(ServiceListing::byNumber);
    String part = "";
    boolean known = false;
    for (String line : output.split("\n", -1)) {
      if (line.startsWith("== ")) {
        part = line.substring(3).strip();
        known |= part.equals("systemd") || part.equals("openrc") || part.equals("s6");
        continue;
      }
      String service = service(part, line);
      if (service != null) {
        services.add(service);
      }
      String port = port(part, line);
      if (port != null) {
        ports.add(port);
      }
    }
    return part.equals("end")
        ? new ServiceListing(known ? List.copyOf(services) : null, List.copyOf(ports))
        : null;
  }

  private static @Nullable String service(String part, String line) {
    String text = line.strip();
    if (text.isEmpty()) {
      return null;
    }
    String first = text.split("\\s+", 2)[0];
    return switch (part) {
      case "systemd" ->
          first.endsWith(".service")
              ? first.substring(0, first.length() - ".service".length())
              : null;
      case "openrc" -> text.matches(".*\\[\\s*started\\b.*\\]") ? first : null;
      case "s6" -> first;
      default -> null;
    };
  }

  /**
   * A line of {@code /proc/net/tcp}: number, local address and port in hexadecimal, remote, state.
   */
  private static @Nullable String port(String part, String line) {
    String[] fields = line.strip().split("\\s+", 5);
    boolean wanted =
        fields.length == 5
            && ((part.equals("tcp") && fields[3].equals(LISTENS))
                || (part.equals("udp") && fields[3].equals(UNCONNECTED)));
    int colon = wanted ? fields[1].lastIndexOf(':') : -1;
    if (colon < 0 || local(fields[1].substring(0, colon))) {
      return null;
    }
    return part + "/" + Integer.parseInt(fields[1].substring(colon + 1), 16);
  }

  /** Whether nobody outside can reach it: 127.0.0.0/8 or ::1, in the byte order of the kernel. */
  private static boolean local(String address) {
    return address.equals("00000000000000000000000001000000")
        || (address.length() == 8 && address.endsWith("7F"));
  }

  private static int byNumber(String one, String other) {
    int compared =
        Integer.compare(Integer.parseInt(one.substring(4)), Integer.parseInt(other.substring(4)));
    return compared == 0 ? one.compareTo(other) : compared;
  }
}
