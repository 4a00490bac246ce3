package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import pivm.engine.guest.GuestImport.Form;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.plan.Step;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;

/**
 * Whatever guest is imported, destroyed and applied again is as it was, but for the names of its
 * volumes and what Proxmox makes anew. {@code -Dpivm.cases=N} makes N new guests, {@code
 * -Dpivm.seed=N} repeats one.
 */
final class ImportRoundTripPropertyTest {
  private static final int USUAL_CASES = 150;
  private static final long USUAL_SEED = 1;
  private static final int MOST_SHOWN = 8;

  private static final Pattern MADE_ANEW = Pattern.compile("smbios1|net\\d+[.](macaddr|hwaddr)");

  /** Proxmox gives a new Windows VM a version of these. */
  private static final Set<String> UNPINNED = Set.of("pc", "q35", "virt");

  @Test
  void everyGuestComesBackAsItWas() {
    Long given = Long.getLong("pivm.seed");
    Integer asked = Integer.getInteger("pivm.cases");
    int cases = given != null ? 1 : asked == null ? USUAL_CASES : asked;
    long first = given != null ? given : asked == null ? USUAL_SEED : System.nanoTime();
    List<String> failures = new ArrayList<>();
    for (long seed = first; seed < first + cases; seed++) {
      try {
        comesBack(seed);
      } catch (AssertionError | RuntimeException failure) {
        failures.add(
            "-Dpivm.seed=%s: %s\n%s"
                .formatted(seed, failure.getMessage(), new RandomFoundGuest(seed).text()));
      }
    }
    assertThat(failures.stream().limit(MOST_SHOWN).toList())
        .as("%s of %s cases failed", failures.size(), cases)
        .isEmpty();
  }

  private static void comesBack(long seed) {
    var found = new RandomFoundGuest(seed);
    SimulatedCluster cluster = cluster(found);
    var proxmox = new SimulatedProxmox(cluster, null);
    Inventory before = observe(proxmox);
    ObservedGuest was = Objects.requireNonNull(before.guest(found.vmid()));
    String manifest = manifest(was, before, found.type());
    destroy(was, proxmox);
    apply(plan(read(manifest), observe(proxmox)), proxmox);
    Inventory after = observe(proxmox);
    ObservedGuest is = Objects.requireNonNull(after.guest(found.vmid()));

    assertThat(fields(plan(read(manifest), after))).isEmpty();
    assertThat(fields(plan(read(manifest(is, after, found.type())), before))).isEmpty();
    assertThat(keysOfEither(is, was)).isEmpty();
  }

  private static List<String> fields(Plan plan) {
    return plan.changes().stream()
        .flatMap(change -> change.fields().stream())
        .filter(field -> field.from() != null || !MADE_ANEW.matcher(field.path()).matches())
        .filter(field ->
            !(field.path().equals("machine") && UNPINNED.contains(String.valueOf(field.from()))))
        .map(field -> field.path() + ": " + field.from() + " -> " + field.to())
        .toList();
  }

  private static Set<String> keysOfEither(ObservedGuest one, ObservedGuest other) {
    Set<String> common = keys(one);
    common.retainAll(keys(other));
    Set<String> all = keys(one);
    all.addAll(keys(other));
    all.removeAll(common);
    return all;
  }

  private static Set<String> keys(ObservedGuest guest) {
    var keys = new TreeSet<>(Objects.requireNonNull(guest.config()).values().keySet());
    keys.removeAll(List.of("meta", "vmgenid", "smbios1", "cipassword"));
    keys.removeIf(key -> key.startsWith("unused"));
    return keys;
  }

  private static SimulatedCluster cluster(RandomFoundGuest found) {
    return SimulatedCluster.builder()
        .nodes("pve-1", "pve-2")
        .storage("zfs", "zfspool", SimulatedCluster.options("pool", "tank"), 1L << 42)
        .storage("nfs", "nfs", SimulatedCluster.options("shared", "1"), 1L << 42)
        .file("local", "iso", "debian-13.1.iso", "iso", 700L << 20)
        .guest(
            Kind.QEMU,
            999,
            "pve-1",
            "name: other\nscsi0: nfs:999/vm-999-disk-0.qcow2,size=8G",
            false)
        .guest(
            found.type() == GuestType.QEMU ? Kind.QEMU : Kind.LXC,
            found.vmid(),
            "pve-1",
            found.text(),
            false)
        .build();
  }

  private static Inventory observe(SimulatedProxmox proxmox) {
    proxmox.sleep(Duration.ofSeconds(30));
    return Observer.over(proxmox).observe(ObservationRequest.everything());
  }

  /** An adopted guest is never created, so what it is made from is written in. */
  private static String manifest(ObservedGuest guest, Inventory inventory, GuestType type) {
    String manifest =
        ManifestWriter.manifest(
            List.of(GuestImport.entry(guest, inventory.cluster(), Form.COMPLETE).json()));
    return type == GuestType.LXC
        ? manifest.replace(
            "local:vztmpl/EXISTING", "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst")
        : manifest.replace("\"template\": \"local:iso/EXISTING\",", "");
  }

  private static Desired read(String manifest) {
    ManifestReader.Result read = ManifestReader.read("imported.json", manifest);
    assertThat(read.findings()).isEmpty();
    return read.desired();
  }

  private static Plan plan(Desired desired, Inventory inventory) {
    Plan plan =
        new Planner(List.of(new GuestPlanner())).plan(desired, inventory, PlanOptions.defaults());
    assertThat(plan.obstacles()).isEmpty();
    assertThat(plan.unknown()).isEmpty();
    return plan;
  }

  private static void destroy(ObservedGuest guest, SimulatedProxmox proxmox) {
    String path = "/nodes/" + guest.node() + "/" + guest.type().apiName() + "/" + guest.vmid();
    send(ApiCall.put(path + "/config").with("protection", false), proxmox);
    send(ApiCall.delete(path).with("purge", true), proxmox);
  }

  private static void apply(Plan plan, SimulatedProxmox proxmox) {
    for (Step step : plan.steps()) {
      send(new Calls(_ -> "").of((Operation.Call) step.operation(), step.node(), null), proxmox);
    }
  }

  private static void send(ApiCall call, SimulatedProxmox proxmox) {
    String task = proxmox.call(call).asText();
    if (task != null) {
      assertThat(proxmox.cluster().await(task)).isEqualTo("OK");
    }
  }
}
