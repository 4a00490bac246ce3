package pivm.engine.manifest;

import java.util.Comparator;
import java.util.List;

/** All that the manifests declare, sorted by VMID. */
public record Desired(List<DesiredGuest> guests) {
  public Desired {
    guests = guests.stream().sorted(Comparator.comparingInt(DesiredGuest::vmid)).toList();
  }
}
