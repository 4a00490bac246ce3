package pivm.simulator.state;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What nodes can have from outside by name: Proxmox's templates, and registries' images. */
public final class Catalogue {

  /**
   * A container template of Proxmox's list.
   *
   * @param location its address
   * @param sha512 of the file
   */
  public record Appliance(
      String os, String name, String version, String file, String location, String sha512) {}

  private final List<Appliance> appliances = new ArrayList<>();
  private final Map<String, List<String>> repositories = new TreeMap<>();

  public List<Appliance> appliances() {
    return appliances;
  }

  /** Tags by repository, in the registry's order. */
  public Map<String, List<String>> repositories() {
    return repositories;
  }
}
