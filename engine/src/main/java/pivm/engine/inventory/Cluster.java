package pivm.engine.inventory;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Facts of the cluster as a whole.
 *
 * @param name null on a single node that is in no cluster
 * @param version of Proxmox VE, such as {@code 9.2.11}; empty when unknown
 * @param quorate null when unknown
 * @param claims why a VMID that no guest has is not free: by VMID, the replication, HA or backup
 *     jobs that name it
 * @param haRules the names of the HA rules that hold each service, by service id ({@code vm:100})
 * @param haRuleTypes by rule name: {@code node-affinity} or {@code resource-affinity}
 * @param forbiddenTags whether datacenter settings keep the user from setting free tags
 */
public record Cluster(
    @Nullable String name,
    String version,
    @Nullable Boolean quorate,
    SortedMap<Integer, String> claims,
    SortedMap<String, SortedSet<String>> haRules,
    SortedMap<String, String> haRuleTypes,
    SortedSet<String> pools,
    boolean forbiddenTags) {
  public Cluster {
    claims = Collections.unmodifiableSortedMap(new TreeMap<>(claims));
    haRules = Collections.unmodifiableSortedMap(new TreeMap<>(haRules));
    haRuleTypes = Collections.unmodifiableSortedMap(new TreeMap<>(haRuleTypes));
    pools = Collections.unmodifiableSortedSet(new TreeSet<>(pools));
  }

  public Cluster(
      @Nullable String name,
      String version,
      @Nullable Boolean quorate,
      SortedMap<Integer, String> claims,
      SortedMap<String, SortedSet<String>> haRules,
      SortedSet<String> pools,
      boolean forbiddenTags) {
    this(name, version, quorate, claims, haRules, new TreeMap<>(), pools, forbiddenTags);
  }
}
