package pivm.engine.rails;

import java.util.Locale;
import java.util.regex.Pattern;

/** The names of guests that AI assistants make: {@code auto-[service]-[vmid]}, a DNS label. */
public final class AutoName {

  /** The tag that such guests carry. */
  public static final String TAG = "pivm-auto";

  private static final int LONGEST = 40;
  private static final Pattern SERVICE = Pattern.compile("[a-z0-9](?:[a-z0-9-]*[a-z0-9])?");

  private AutoName() {}

  /**
   * The name for a service.
   *
   * @throws IllegalArgumentException when the service can't be part of a name
   */
  public static String of(String service, int vmid) {
    if (!isService(service)) {
      throw new IllegalArgumentException(
          "'"
              + service
              + "' can't be a service's name: it takes 1 to "
              + LONGEST
              + " lower-case letters, digits and dashes, without a dash at either end");
    }
    return "auto-" + service + "-" + vmid;
  }

  private static boolean isService(String service) {
    return service.length() <= LONGEST && SERVICE.matcher(service).matches();
  }

  /** Whether a name is a right one for that guest. */
  public static boolean isRight(String name, int vmid) {
    String end = "-" + vmid;
    return name.startsWith("auto-")
        && name.endsWith(end)
        && name.length() > "auto-".length() + end.length()
        && isService(name.substring("auto-".length(), name.length() - end.length()));
  }

  /** The right name that comes closest to a wrong one. */
  public static String closest(String wrong, int vmid) {
    String label = wrong.toLowerCase(Locale.ROOT);
    int dot = label.indexOf('.');
    String service = (dot < 0 ? label : label.substring(0, dot)).replaceAll("[^a-z0-9]+", "-");
    service = trim(service);
    service = service.startsWith("auto-") ? service.substring("auto-".length()) : service;
    String end = "-" + vmid;
    service =
        service.endsWith(end) ? service.substring(0, service.length() - end.length()) : service;
    service = trim(service.substring(0, Math.min(LONGEST, service.length())));
    return of(service.isEmpty() ? "guest" : service, vmid);
  }

  private static String trim(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && text.charAt(from) == '-') {
      from++;
    }
    while (to > from && text.charAt(to - 1) == '-') {
      to--;
    }
    return text.substring(from, to);
  }
}
