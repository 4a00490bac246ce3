package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.said;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Rights;
import pivm.engine.plan.Effect;
import pivm.engine.plan.HostOperation;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;

/** What is done to nodes is judged by the same rails as what is done to guests. */
class WorkRailsTest {

  private static World world(Operation... operations) {
    World world =
        new World()
            .node("pve-01", 100, 10)
            .storage("zfs", "zfspool", "images", "rootdir")
            .lxc(210, "web", "pve-01", true, "rootfs: zfs:subvol-210-disk-0");
    for (Operation operation : operations) {
      world.steps.add(
          new Step(
              "work/" + world.steps.size(),
              new TreeSet<>(),
              operation,
              "pve-01",
              Effect.NONE,
              0,
              new TreeSet<>()));
    }
    return world;
  }

  @Test
  void whatIsDeletedIsAskedForByName() {
    ReviewedPlan reviewed =
        world(new ImageOperation.Delete("local", "local:iso/old.iso", false)).review();
    assertThat(reviewed.openConfirmations())
        .singleElement()
        .satisfies(question ->
            assertThat(question.question()).isEqualTo("delete image local:iso/old.iso"));
    assertThat(reviewed.runnable()).isEmpty();
  }

  @Test
  void withoutARootShellWhatTakesOneIsNotPermitted() {
    World world =
        world(
            new NetworkOperation.Apply("pve-01", 90, false),
            new HostOperation.Reboot("pve-01", true, null, java.util.List.of(), 60));
    ReviewedPlan reviewed = world.review();
    assertThat(reviewed.notPermitted()).isTrue();
    assertThat(said(reviewed, Rail.RIGHTS, "work/0"))
        .startsWith("blocked: network of pve-01 takes a root shell on pve-01");
    assertThat(said(reviewed, Rail.RIGHTS, "work/1"))
        .startsWith("blocked: node pve-01 takes a root shell on pve-01");
  }

  @Test
  void aMissingPrivilegeIsNamedWithWhatGrantsIt() {
    World world =
        world(
            new ImageOperation.Download(
                "local",
                "iso",
                "a.iso",
                new ImageOperation.Origin(
                    "a", "", "https://mirror.example/a.iso", null, "", null, -1)));
    world.rights =
        new Rights(
            false, new TreeMap<>(Map.of("/", new TreeSet<>(Set.of("Sys.Audit", "VM.Audit")))));
    assertThat(said(world.review(), Rail.RIGHTS, "work/0"))
        .contains("missing Datastore.AllocateTemplate on /storage/local");
  }

  @Test
  void theRightToDeleteFilesIsGrantedOnTheirStorageAlone() {
    World world = world(new ImageOperation.Delete("local", "local:iso/old.iso", true));
    world.rights =
        new Rights(
            false, new TreeMap<>(Map.of("/", new TreeSet<>(Set.of("Sys.Audit", "VM.Audit")))));
    assertThat(said(world.review(), Rail.FILE_RIGHTS, "work/0"))
        .contains("missing Datastore.Allocate on /storage/local to delete a file there")
        .contains("pveum role add PIVMStorage --privs Datastore.Allocate; pveum acl modify")
        .contains("/storage/local", "--roles PIVM,PIVMStorage");
  }

  @Test
  void aFileThatMayNotBeReplacedLeavesOutItselfAlone() {
    var origin =
        new ImageOperation.Origin("a", "", "https://mirror.example/a.iso", null, "", null, -1);
    World world =
        world(
            new ImageOperation.Transfer("local", "iso", "a.iso", origin, true, true),
            new ImageOperation.Transfer("local", "iso", "b.iso", origin, false, false));
    world.rights =
        new Rights(
            false,
            new TreeMap<>(
                Map.of(
                    "/",
                    new TreeSet<>(Set.of("Sys.Audit", "VM.Audit", "Datastore.AllocateTemplate")))));
    ReviewedPlan reviewed = world.review();
    assertThat(reviewed.notPermitted()).isFalse();
    assertThat(reviewed.blocked()).isFalse();
    assertThat(reviewed.runnable()).extracting(Step::id).containsExactly("work/1");
    assertThat(said(reviewed, Rail.FILE_RIGHTS, "work/0"))
        .contains("pveum acl modify /storage/local", "PIVMStorage");
  }

  @Test
  void aContainerIsSavedBeforeItsPackagesAreUpgraded() {
    World world =
        world(
            new PatchOperation.Upgrade(
                210, "apt", false, new PatchOperation.Terms(null, false, false, 60, 60)));
    ReviewedPlan reviewed =
        Rails.review(world.request().withShells(new TreeSet<>(Set.of("pve-01"))));
    assertThat(reviewed.runnable()).extracting(Step::id).containsExactly("210/snapshot", "work/0");
  }

  @Test
  void nothingIsDoneToANodeThatIsNotThere() {
    World world = world(new ImageOperation.Delete("local", "local:iso/old.iso", false));
    world.offline("pve-01");
    assertThat(said(world.review(), Rail.QUORUM, "work/0"))
        .isEqualTo(
            "blocked: image local:iso/old.iso can't be worked on: the node pve-01 is offline");
  }
}
