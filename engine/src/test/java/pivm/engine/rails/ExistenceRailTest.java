package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.said;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Storage;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;

class ExistenceRailTest {

  private static World world() {
    return new World()
        .node("pve-01", 100, 10)
        .node("pve-02", 100, 10)
        .node("pve-03", 100, 10)
        .storage("local", "dir", "rootdir")
        .storage("thin", "lvmthin", "rootdir");
  }

  private static String said(World world) {
    return World.said(world.review(), Rail.EXISTENCE, "210/create");
  }

  @Test
  void aFreeIdSaysWhereItWasLookedFor() {
    assertThat(said(world().create(210, "pve-01", 512)))
        .isEqualTo("allowed: 210 is free on 3 nodes and 2 storages");
  }

  @Test
  void anIdOfAnyNodeAndTypeIsTaken() {
    assertThat(said(world().vm(210, "db", "pve-03", true).create(210, "pve-01", 512)))
        .startsWith("blocked: 210 is taken by vm 210 db on pve-03; it is neither overwritten nor")
        .doesNotContain("template");
    assertThat(
            said(world().vm(210, "db", "pve-03", false, "template: 1").create(210, "pve-01", 512)))
        .contains("on pve-03, a template;");
  }

  @Test
  void anIdThatAJobNamesIsNotFree() {
    World world = world().create(210, "pve-01", 512);
    world.claims.put(210, "the replication job 210-0");
    assertThat(said(world))
        .isEqualTo(
            "blocked: 210 is not free: the replication job 210-0 names it; remove that or choose"
                + " another id");
  }

  @Test
  void aVolumeThatIsLeftOverIsFoundWhateverItsForm() {
    for (String id :
        new String[] {
          "thin:vm-210-disk-0",
          "thin:base-210-disk-0",
          "local:210/vm-210-disk-0.raw",
          "local:subvol-210-disk-0",
          "thin:base-100-disk-0/vm-210-disk-1"
        }) {
      World world = world().volume("pve-01", new Storage.Volume(id, "rootdir", 210, 1, "raw", 0));
      assertThat(said(world.create(210, "pve-01", 512)))
          .startsWith("blocked: 210 is not free: " + id + " is left over on ");
    }
  }

  @Test
  void aVolumeOfAnotherNumberOrOnAnotherNodeDoesNotMatter() {
    World world =
        world()
            .volume(
                "pve-01", new Storage.Volume("thin:vm-2100-disk-0", "rootdir", 2100, 1, "raw", 0))
            .volume(
                "pve-02", new Storage.Volume("thin:vm-210-disk-0", "rootdir", 210, 1, "raw", 0));
    assertThat(said(world.create(210, "pve-01", 512))).startsWith("allowed: ");
  }

  @Test
  void whatCouldNotBeCheckedIsSaid() {
    World world = world().create(210, "pve-01", 512);
    world.storages.computeIfPresent("thin", (_, storage) -> storage.withVolumes(new TreeMap<>()));
    assertThat(said(world))
        .isEqualTo("allowed: 210 is free on 3 nodes and 1 storage; not checked on thin");
  }

  @Test
  void aHostNameInUseBlocksOnlyWhatIsCreated() {
    World world = world().vm(100, "NEW-210", "pve-01", true).create(210, "pve-01", 512);
    assertThat(said(world)).startsWith("blocked: the name new-210 is in use by vm 100 NEW-210");
    World existing = world().vm(100, "same", "pve-01", false).vm(101, "same", "pve-01", false);
    existing.configure(100, "cores=2");
    assertThat(existing.review().blocked()).isFalse();
  }

  @Test
  void twoNewGuestsOfOneNameAreCaught() {
    World world = world();
    for (int vmid : new int[] {210, 211}) {
      world.on(
          "pve-01",
          "create",
          new Operation.Create(GuestType.LXC, vmid, World.settings("hostname=web")),
          Effect.NONE,
          0);
    }
    assertThat(World.said(world.review(), Rail.EXISTENCE, "211/create"))
        .startsWith("blocked: the name web is in use by lxc 210 web");
  }

  @Test
  void aCopyNeedsItsSourceOfTheSameType() {
    World world = world().vm(9000, "golden", "pve-01", false, "template: 1");
    world.on("pve-01", "clone", clone(210, 9001), Effect.NONE, 0);
    assertThat(World.said(world.review(), Rail.EXISTENCE, "210/clone"))
        .startsWith("blocked: the guest 9001 that is to be copied is not there");
    World other = world().vm(9000, "golden", "pve-01", false, "template: 1");
    other.on("pve-01", "clone", clone(210, 9000), Effect.NONE, 0);
    assertThat(World.said(other.review(), Rail.EXISTENCE, "210/clone"))
        .contains("vm 9000 golden is to be copied as a lxc, which Proxmox can't");
  }

  private static Operation clone(int vmid, int source) {
    return new Operation.Clone(GuestType.LXC, vmid, source, true, "copy", null, null, null, null);
  }

  @Test
  void aGuestThatIsGoneOrOfTheOtherTypeIsNotTouched() {
    World world = world();
    world.step("start", new Operation.Start(GuestType.LXC, 210));
    assertThat(World.said(world.review(), Rail.EXISTENCE, "210/start"))
        .startsWith("blocked: guest 210 is not there any more");
    World other = world().vm(210, "db", "pve-01", false);
    other.step("start", new Operation.Start(GuestType.LXC, 210));
    assertThat(World.said(other.review(), Rail.EXISTENCE, "210/start"))
        .contains("has the other type than the plan takes it for");
  }

  @Test
  void obstaclesOfThePlanBlockTheRun() {
    World world = world().create(210, "pve-01", 512);
    world.obstacles.add(new pivm.engine.plan.Obstacle(211, "lxc 211", "its template is not there"));
    ReviewedPlan reviewed = world.review();
    assertThat(World.said(reviewed, Rail.PLAN, null))
        .isEqualTo("blocked: lxc 211: its template is not there");
    assertThat(reviewed.blocked()).isTrue();
    assertThat(World.ids(reviewed.runnable())).containsExactly("210/create", "210/start");
  }
}
