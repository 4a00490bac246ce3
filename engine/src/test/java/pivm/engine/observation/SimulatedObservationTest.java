package pivm.engine.observation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pivm.engine.guest.GuestImport;
import pivm.engine.guest.GuestPlanner;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.plan.Needs;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.proxmox.Proxmox;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;
import pivm.proxmox.json.Json;
import pivm.simulator.Simulation;

/** Over HTTPS against a simulated cluster. */
final class SimulatedObservationTest {
  private final Simulation simulation;
  private final Proxmox proxmox;

  SimulatedObservationTest() throws IOException {
    simulation =
        Simulation.start(Simulation.Options.standard().withNodes(8).withGuests(200).withSeed(5));
    proxmox =
        new HttpsProxmox(
            HttpsSettings.of(
                URI.create(simulation.endpoint()),
                Credentials.ApiToken.parse(simulation.token()),
                Fingerprint.parse(simulation.fingerprint())));
  }

  @AfterEach
  void close() {
    proxmox.close();
    simulation.close();
  }

  private Inventory everything() {
    return Observer.over(proxmox).observe(ObservationRequest.everything());
  }

  @Test
  void everyGuestOfEveryNodeIsReadAndAdoptingThemAllChangesNothing() {
    Inventory inventory = everything();

    assertThat(inventory.unknown()).isEmpty();
    assertThat(inventory.nodes()).hasSize(8);
    assertThat(inventory.guests()).hasSize(200);
    assertThat(inventory.guests().values()).allMatch(guest -> guest.config() != null);

    List<Json.Obj> entries =
        inventory.guests().values().stream()
            .map(guest ->
                GuestImport.entry(guest, inventory.cluster(), GuestImport.Form.COMPLETE).json())
            .toList();
    var read = ManifestReader.read("imported.json", ManifestWriter.manifest(entries));
    assertThat(read.findings()).isEmpty();
    var plan =
        new Planner(List.of(new GuestPlanner()))
            .plan(read.desired(), inventory, PlanOptions.defaults());
    assertThat(plan.changes()).isEmpty();
    assertThat(plan.isEmpty()).isTrue();
  }

  @Test
  void anOfflineNodeHidesItsOwnGuestsOnly() {
    simulation.cluster().change(cluster -> cluster.node("pve-3").online(false));

    Inventory inventory = everything();

    assertThat(inventory.online("pve-3")).isFalse();
    assertThat(inventory.guests()).hasSize(200);
    for (ObservedGuest guest : inventory.guests().values()) {
      boolean hidden = guest.node().equals("pve-3");
      assertThat(guest.config() == null).as(guest.subject()).isEqualTo(hidden);
      assertThat(guest.power() == PowerState.UNKNOWN).as(guest.subject()).isEqualTo(hidden);
    }
    assertThat(inventory.unknown())
        .anyMatch(unknown -> unknown.subject().equals("node pve-3"))
        .hasSize(26);
  }

  @Test
  void aNodeThatIsOnlineButDoesNotAnswerHidesItsOwnGuestsOnly() {
    simulation.cluster().change(cluster -> cluster.node("pve-4").unreachable("No route to host"));

    Inventory inventory = everything();

    assertThat(inventory.guests()).hasSize(200);
    assertThat(inventory.guests().values())
        .allMatch(guest -> (guest.config() == null) == guest.node().equals("pve-4"));
    assertThat(inventory.unknown()).hasSize(25);
  }

  @Test
  void aGuestThatMovesWhileItIsLookedForIsFollowed() {
    var moved = new AtomicBoolean();
    simulation
        .cluster()
        .intercept((request, answer) -> {
          if (request.path().endsWith("/pending") && moved.compareAndSet(false, true)) {
            simulation
                .cluster()
                .change(cluster ->
                    cluster.guests().stream()
                        .filter(guest -> guest.vmid() == 102)
                        .toList()
                        .forEach(guest -> cluster.moveGuest(guest, "pve-8")));
          }
          return answer.apply(request);
        });

    Inventory inventory =
        Observer.over(proxmox).observe(ObservationRequest.of(new TreeSet<>(List.of(102))));

    ObservedGuest guest = requireNonNull(inventory.guest(102));
    assertThat(guest.node()).isEqualTo("pve-8");
    assertThat(guest.config()).isNotNull();
    assertThat(inventory.unknown()).isEmpty();
  }

  @Test
  void aGuestThatMovesBeforeItsPowerIsAskedForIsFollowed() {
    Inventory before = everything();
    simulation
        .cluster()
        .change(cluster ->
            cluster.guests().stream()
                .filter(guest -> guest.vmid() == 102)
                .toList()
                .forEach(guest -> cluster.moveGuest(guest, "pve-8")));
    var needs =
        new Needs(new TreeSet<>(), new TreeSet<>(List.of(102)), new TreeMap<>(), new TreeSet<>());

    Inventory detailed = Observer.over(proxmox).details(before, needs);

    assertThat(requireNonNull(before.guest(102)).node()).isNotEqualTo("pve-8");
    assertThat(requireNonNull(detailed.guest(102)).node()).isEqualTo("pve-8");
    assertThat(detailed.unknown()).isEmpty();
  }

  @Test
  void detailsOfWhatAPlanTouchesAreAdded() {
    var volumes = new TreeMap<String, SortedSet<String>>();
    volumes.put("pve-1", new TreeSet<>(List.of("local-lvm")));
    var needs =
        new Needs(
            new TreeSet<>(List.of(100)),
            new TreeSet<>(List.of(100)),
            volumes,
            new TreeSet<>(List.of("pve-1")));

    Inventory detailed = Observer.over(proxmox).details(everything(), needs);

    assertThat(detailed.unknown()).isEmpty();
    assertThat(requireNonNull(detailed.guest(100)).snapshots()).isEmpty();
    assertThat(requireNonNull(detailed.storage("local-lvm")).volumes().get("pve-1"))
        .containsKey("local-lvm:vm-100-disk-0");
    Node node = requireNonNull(detailed.node("pve-1"));
    assertThat(node.bridges()).contains("vmbr0");
    assertThat(node.memoryUsed()).isPositive();
  }
}
