package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.said;

import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Rights;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.engine.setup.PivmRole;
import pivm.proxmox.GuestType;

class RightsRailTest {
  private static final String[] ROLE = PivmRole.PRIVILEGES.toArray(new String[0]);

  static Rights rights(String path, String... privileges) {
    var byPath = new TreeMap<String, SortedSet<String>>();
    byPath.put(path, World.set(privileges));
    return new Rights(false, byPath);
  }

  private static Rights without(String privilege) {
    SortedSet<String> rest = World.set(ROLE);
    rest.remove(privilege);
    return rights("/", rest.toArray(new String[0]));
  }

  private static World world() {
    World world =
        new World()
            .node("pve-01", 100, 10)
            .storage("thin", "lvmthin", "images", "rootdir")
            .vm(310, "db", "pve-01", false, "scsi0: thin:vm-310-disk-0,size=8G");
    world.identity = "pivm@pve!ci";
    return world;
  }

  @Test
  void theRoleOfTheSetupIsEnoughForEverydayThings() {
    World world = world().create(210, "pve-01", 512).configure(310, "cores=4", "onboot=1");
    world.rights = rights("/", ROLE);
    assertThat(world.review().blocked()).isFalse();
  }

  @Test
  void aMissingPrivilegeComesWithTheCommandThatGrantsIt() {
    World world = world().configure(310, "cores=4");
    world.rights = without("VM.Config.CPU");
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.RIGHTS, "310/configure"))
        .isEqualTo(
            "blocked: missing VM.Config.CPU on /vms/310 to set cores; grant it: pveum acl modify"
                + " /vms/310 --users pivm@pve --tokens 'pivm@pve!ci' --roles PIVM");
    assertThat(reviewed.notPermitted()).isTrue();
  }

  @Test
  void whatTheRoleLacksIsAddedToItFirst() {
    World world = world().configure(310, "startup=order=1");
    world.rights = rights("/", ROLE);
    assertThat(said(world.review(), Rail.RIGHTS, "310/configure"))
        .contains("missing Sys.Modify on /")
        .contains("pveum role modify PIVM --append 1 --privs Sys.Modify && pveum acl modify / ");
  }

  @Test
  void withoutSeeingEveryGuestNothingIsChanged() {
    World world = world().create(210, "pve-01", 512);
    world.rights = without("VM.Audit");
    assertThat(said(world.review(), Rail.RIGHTS, "210/create"))
        .contains("missing VM.Audit on /vms to see every guest");
  }

  @Test
  void withoutSeeingTheNodesMemoryNothingIsStarted() {
    World world = world().create(210, "pve-01", 512);
    world.rights = without("Sys.Audit");
    assertThat(said(world.review(), Rail.RIGHTS, "210/start"))
        .contains("missing Sys.Audit on /nodes/pve-01");
  }

  @Test
  void withoutSeeingAStorageNothingIsCreated() {
    World world = world().create(210, "pve-01", 512);
    SortedSet<String> rest = World.set(ROLE);
    rest.remove("Datastore.Audit");
    rest.remove("Datastore.AllocateSpace");
    world.rights = rights("/", rest.toArray(new String[0]));
    assertThat(said(world.review(), Rail.RIGHTS, "210/create"))
        .contains("missing Datastore.Audit or Datastore.AllocateSpace on /storage/thin");
  }

  @Test
  void whatOnlyRootMayDoIsBlockedWithTheWayAround() {
    World world = world().configure(310, "hostpci0=0000:01:00.0", "args=-foo");
    world.rights = rights("/", ROLE);
    assertThat(said(world.review(), Rail.RIGHTS, "310/configure"))
        .contains("args: only root may set args")
        .contains("use a PCI mapping (mapping=NAME), or run pivm as root on a node");
  }

  @Test
  void aBindMountIsForRoot() {
    World world = world().lxc(211, "web", "pve-01", false, "rootfs: thin:x", "unprivileged: 1");
    world.configure(211, "mp0=/srv,mp=/srv");
    world.rights = rights("/", ROLE);
    assertThat(said(world.review(), Rail.RIGHTS, "211/configure"))
        .contains("mp0: a bind mount is only allowed for root")
        .contains("use a volume of a storage instead");
  }

  @Test
  void aBridgeNeedsItsPrivilege() {
    World world = world().configure(310, "net0=virtio,bridge=vmbr7,tag=30");
    world.rights = without("SDN.Use");
    assertThat(said(world.review(), Rail.RIGHTS, "310/configure"))
        .contains("missing SDN.Use on /sdn/zones/localnetwork/vmbr7");
  }

  @Test
  void aBridgeOfAnotherZoneCounts() {
    World world = world().configure(310, "net0=virtio,bridge=green");
    var byPath = new TreeMap<String, SortedSet<String>>();
    SortedSet<String> rest = World.set(ROLE);
    rest.remove("SDN.Use");
    byPath.put("/", rest);
    byPath.put("/sdn/zones/office/green", World.set("SDN.Use"));
    world.rights = new Rights(false, byPath);
    assertThat(world.review().blocked()).isFalse();
  }

  @Test
  void haTakesAPrivilegeOnTheWholeCluster() {
    World world = world();
    world.step(
        "ha",
        new Operation.SetHa(
            GuestType.QEMU,
            310,
            new pivm.engine.manifest.HighAvailability(
                "started", null, null, null, java.util.List.of()),
            false),
        Effect.NONE,
        0);
    world.rights = rights("/", ROLE);
    assertThat(said(world.review(), Rail.RIGHTS, "310/ha")).contains("missing Sys.Console on /");
  }

  @Test
  void eachPowerStepTakesItsPrivilege() {
    World world = world().entry(310, DesiredGuest.Restart.NEVER, false);
    world.step("start", new Operation.Start(GuestType.QEMU, 310));
    world.rights = without("VM.PowerMgmt");
    assertThat(said(world.review(), Rail.RIGHTS, "310/start"))
        .contains("missing VM.PowerMgmt on /vms/310");
  }

  @Test
  void rootHasNothingToAskFor() {
    World world = world();
    world.step(
        "configure",
        new Operation.Configure(GuestType.QEMU, 310, World.settings("args=-foo"), new TreeSet<>()));
    assertThat(world.review().blocked()).isFalse();
  }
}
