package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.GIB;
import static pivm.engine.rails.World.set;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Storage;

class PlacementTest {
  private static final String TEMPLATE = "local:vztmpl/debian-13.tar.zst";

  private static World world() {
    World world =
        new World()
            .node("pve-01", 100, 60)
            .node("pve-02", 100, 30)
            .node("pve-03", 100, 10)
            .storage("local", "dir", "rootdir", "vztmpl")
            .storage("fast", "zfspool", "rootdir");
    for (String node : world.nodes.keySet()) {
      world.volume(node, new Storage.Volume(TEMPLATE, "vztmpl", null, 1, "tzst", 0));
    }
    return world;
  }

  private static Placement.Need need(long memory) {
    return new Placement.Need(memory, set("fast"), set("vmbr0"), set(TEMPLATE));
  }

  private static Placement.Choice choose(World world, Placement.Need need) {
    return Placement.choose(need, world.inventory(), world.policy, new TreeMap<>());
  }

  @Test
  void theNodeWithTheMostHeadroomAfterwardsIsChosenAndSaysWhy() {
    assertThat(choose(world(), need(9 * GIB)))
        .isEqualTo(new Placement.Chosen("pve-03", "most headroom: 81 % free after"));
  }

  @Test
  void whatThePlanHasPlacedAlreadyCounts() {
    var promised = new TreeMap<String, Long>();
    promised.put("pve-03", 50 * GIB);
    assertThat(Placement.choose(need(GIB), world().inventory(), RailPolicy.defaults(), promised))
        .isEqualTo(new Placement.Chosen("pve-02", "most headroom: 69 % free after"));
  }

  @Test
  void aNodeWithoutTheTemplateIsPassedOver() {
    World world = world();
    world.storages.computeIfPresent(
        "local",
        (_, storage) -> {
          var volumes = new TreeMap<>(storage.volumes());
          volumes.put("pve-03", new TreeMap<>());
          return storage.withVolumes(volumes);
        });
    assertThat(choose(world, need(GIB)))
        .isEqualTo(new Placement.Chosen("pve-02", "most headroom: 69 % free after"));
  }

  @Test
  void everyNodeThatWillNotDoIsNamedWithItsReason() {
    World world = world().offline("pve-03");
    Placement.Need need = new Placement.Need(30 * GIB, set("nowhere"), set("vmbr7"), set(TEMPLATE));
    assertThat(choose(world, need))
        .isInstanceOfSatisfying(
            Placement.None.class,
            none ->
                assertThat(none.reason())
                    .contains("pve-01 has no storage nowhere")
                    .contains("pve-03 is offline"));
    Placement.Need bridge = new Placement.Need(GIB, set("fast"), set("vmbr7"), set(TEMPLATE));
    assertThat(choose(world, bridge))
        .isInstanceOfSatisfying(
            Placement.None.class,
            none -> assertThat(none.reason()).contains("pve-02 has no bridge vmbr7"));
    assertThat(choose(world, need(60 * GIB)))
        .isInstanceOfSatisfying(
            Placement.None.class,
            none -> assertThat(none.reason()).contains("pve-02 would keep only 10 % free"));
  }

  @Test
  void aGuestThatIsNotToRunNeedsNoMemory() {
    World world = new World().node("pve-01", 100, 95).storage("fast", "zfspool", "rootdir");
    Placement.Need need = new Placement.Need(0, set("fast"), set(), set());
    assertThat(choose(world, need))
        .isEqualTo(new Placement.Chosen("pve-01", "the only node that fits: 5 % free after"));
  }
}
