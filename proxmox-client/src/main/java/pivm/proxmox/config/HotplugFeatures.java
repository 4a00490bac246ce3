package pivm.proxmox.config;

import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The VM key {@code hotplug}: which devices a running VM takes and gives up. */
public final class HotplugFeatures {
  private static final String DEFAULT = "network,disk,usb";

  private HotplugFeatures() {}

  /**
   * The features that are on.
   *
   * @param value of the key, null when it is not set
   */
  public static SortedSet<String> parse(@Nullable String value) {
    String text = value == null || value.equals("1") ? DEFAULT : value;
    return text.equals("0") ? new TreeSet<>() : new TreeSet<>(Words.split(text));
  }
}
