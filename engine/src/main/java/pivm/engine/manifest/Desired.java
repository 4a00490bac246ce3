package pivm.engine.manifest;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All that the manifests declare, sorted by VMID. */
public record Desired(List<DesiredGuest> guests) {
  public Desired {
    guests = guests.stream().sorted(Comparator.comparingInt(DesiredGuest::vmid)).toList();
  }

  /** The entry of that VMID, null when there is none. */
  public @Nullable DesiredGuest guest(int vmid) {
    int low = 0;
    int high = guests.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      DesiredGuest guest = guests.get(middle);
      if (guest.vmid() == vmid) {
        return guest;
      }
      if (guest.vmid() < vmid) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }
}
