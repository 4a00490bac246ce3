package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.GIB;
import static pivm.engine.rails.World.ids;
import static pivm.engine.rails.World.said;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

class RamRailTest {

  private static World world(long usedGib) {
    return new World().node("pve-01", 100, usedGib).storage("local", "zfspool", "rootdir");
  }

  @Test
  void theVerdictSaysWhatStaysFree() {
    ReviewedPlan reviewed = world(10).create(210, "pve-01", 29 * 1024).review();
    assertThat(said(reviewed, Rail.RAM, "210/start"))
        .isEqualTo("allowed: pve-01 61 % free after (at least 20 %)");
  }

  @Test
  void exactlyTwentyPercentFreeIsEnough() {
    assertThat(world(10).create(210, "pve-01", 70 * 1024).review().blocked()).isFalse();
  }

  @Test
  void oneMebibyteMoreIsBlockedWithTheNumbers() {
    ReviewedPlan reviewed = world(10).create(210, "pve-01", 70 * 1024 + 1).review();
    assertThat(reviewed.blocked()).isTrue();
    assertThat(said(reviewed, Rail.RAM, "210/start"))
        .startsWith("blocked: 70.0 GiB more would leave pve-01 19 % free of 100.0 GiB")
        .contains("at least 20 % must stay free")
        .contains("10.0 GiB are promised there already and 1 MiB are missing");
  }

  @Test
  void promisedIsTheLargerOfUsedAndConfigured() {
    World world = world(10).stranger(900, "db", "pve-01", true, 50 * 1024);
    assertThat(world.create(210, "pve-01", 31 * 1024).review().blocked()).isTrue();
    World less = world(60).stranger(900, "db", "pve-01", true, 50 * 1024);
    assertThat(less.create(210, "pve-01", 20 * 1024).review().blocked()).isFalse();
    World more = world(60).stranger(900, "db", "pve-01", true, 50 * 1024);
    assertThat(more.create(210, "pve-01", 21 * 1024).review().blocked()).isTrue();
  }

  @Test
  void usedAsBasisLooksOnlyAtWhatIsUsedAndSaysSo() {
    World world = world(10).stranger(900, "db", "pve-01", true, 90 * 1024);
    world.policy = policy(20, RailPolicy.RamBasis.USED);
    ReviewedPlan reviewed = world.create(210, "pve-01", 10 * 1024).review();
    assertThat(reviewed.blocked()).isFalse();
    assertThat(said(reviewed, Rail.RAM, "210/start")).contains("rails.ramBasis is used");
  }

  @Test
  void theHeadroomCanBeRaised() {
    World world = world(10);
    world.policy = policy(50, RailPolicy.RamBasis.COMMITTED);
    assertThat(world.create(210, "pve-01", 41 * 1024).review().blocked()).isTrue();
  }

  @Test
  void tenGuestsThatEachFitButTogetherDoNotAreCaught() {
    World world = world(0);
    for (int vmid = 200; vmid < 210; vmid++) {
      world.create(vmid, "pve-01", 10 * 1024);
    }
    ReviewedPlan reviewed = world.review();
    assertThat(reviewed.blockedSteps()).containsExactly("208/start", "209/start");
  }

  @Test
  void templatesCountNothing() {
    World world = world(10).vm(9000, "golden", "pve-01", true, "memory: 65536", "template: 1");
    assertThat(world.create(210, "pve-01", 60 * 1024).review().blocked()).isFalse();
  }

  @Test
  void theArcCountsAsUsedUnlessItsMinimumIsKnown() {
    World unknown = world(70);
    unknown.nodes.computeIfPresent("pve-01", (_, node) -> node.withArc(40 * GIB, null));
    assertThat(unknown.create(210, "pve-01", 20 * 1024).review().blocked()).isTrue();
    World known = world(70);
    known.nodes.computeIfPresent("pve-01", (_, node) -> node.withArc(40 * GIB, 2 * GIB));
    assertThat(known.create(210, "pve-01", 48 * 1024).review().blocked()).isFalse();
    World more = world(70);
    more.nodes.computeIfPresent("pve-01", (_, node) -> node.withArc(40 * GIB, 2 * GIB));
    assertThat(more.create(210, "pve-01", 49 * 1024).review().blocked()).isTrue();
  }

  @Test
  void unknownMemoryBlocks() {
    World world = new World().node("pve-01", 100, 10).storage("local", "zfspool", "rootdir");
    world.nodes.put("pve-01", new Node("pve-01", true, null, null, null, null, null, 0, null));
    assertThat(said(world.create(210, "pve-01", 512).review(), Rail.RAM, "210/start"))
        .startsWith("blocked: nothing can be promised on pve-01: its memory could not be read");
  }

  @Test
  void aRunningGuestOfUnknownMemoryBlocks() {
    World world = world(10).stranger(900, "db", "pve-01", true, 0);
    assertThat(said(world.create(210, "pve-01", 512).review(), Rail.RAM, "210/start"))
        .contains("the memory of vm 900 db, which runs there, is unknown");
  }

  @Test
  void shrinkingAndStoppingAreNeverBlockedAlsoOnANodeThatIsOver() {
    World world = world(95).lxc(210, "web", "pve-01", true, "memory: 8192", "rootfs: local:x");
    world.lxc(211, "old", "pve-01", true, "memory: 8192");
    world.step(
        "configure",
        new Operation.Configure(
            GuestType.LXC, 210, World.settings("memory=4096"), new java.util.TreeSet<>()),
        Effect.LIVE,
        -4 * GIB);
    world.step("shutdown", new Operation.Shutdown(GuestType.LXC, 211, 60));
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.RAM, "210/configure")).isEmpty();
    assertThat(reviewed.blockedSteps()).isEmpty();
  }

  @Test
  void aMemoryIncreaseOfARunningContainerIsJudged() {
    World world = world(70).lxc(210, "web", "pve-01", true, "memory: 1024", "rootfs: local:x");
    world.configure(210, "memory=" + 12 * 1024);
    assertThat(said(world.review(), Rail.RAM, "210/configure")).startsWith("blocked: 11.0 GiB");
  }

  @Test
  void aPendingIncreaseCountsWhenTheGuestRestarts() {
    World world = world(70).vm(310, "db", "pve-01", true, "memory: 1024", "scsi0: local:x");
    world.entry(310, DesiredGuest.Restart.ALLOWED, false).preflight(310);
    world.step(
        "configure",
        new Operation.Configure(
            GuestType.QEMU, 310, World.settings("memory=" + 12 * 1024), new java.util.TreeSet<>()),
        Effect.RESTART,
        0);
    world.step("reboot", new Operation.Reboot(GuestType.QEMU, 310, 60), "configure");
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.RAM, "310/configure")).isEmpty();
    assertThat(said(reviewed, Rail.RAM, "310/reboot")).startsWith("blocked: 11.0 GiB more");
  }

  @Test
  void aStartTakesWhatIsPending() {
    World world = world(70).vm(310, "db", "pve-01", false, "memory: 1024");
    world.replace(
        310,
        guest -> {
          GuestConfig config = guest.config();
          var pending = new TreeMap<String, GuestConfig.Pending>();
          pending.put("memory", new GuestConfig.Pending("" + 11 * 1024));
          return config == null
              ? guest
              : guest.withConfig(
                  new GuestConfig(config.type(), config.values(), pending, config.digest()));
        });
    world.step("start", new Operation.Start(GuestType.QEMU, 310));
    assertThat(said(world.review(), Rail.RAM, "310/start")).startsWith("blocked: 11.0 GiB");
  }

  @Test
  void aMigrationIsJudgedOnItsTarget() {
    World world = world(10).node("pve-02", 10, 7).vm(310, "db", "pve-01", true, "memory: 2048");
    world.step("migrate", new Operation.Migrate(GuestType.QEMU, 310, "pve-02", true));
    assertThat(said(world.review(), Rail.RAM, "310/migrate"))
        .startsWith("blocked: 2048 MiB more would leave pve-02 10 % free");
  }

  @Test
  void whatAStopGivesBackIsGivenAwayOnlyBehindIt() {
    World world = world(0).lxc(100, "old", "pve-01", true, "memory: " + 70 * 1024);
    world.step("shutdown", new Operation.Shutdown(GuestType.LXC, 100, 60));
    world.create(210, "pve-01", 60 * 1024);
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.RAM, "210/start"))
        .contains("once 70.0 GiB there are given back");
    assertThat(
            reviewed.plan().steps().stream()
                .filter(step -> step.id().equals("210/start"))
                .findFirst()
                .orElseThrow()
                .after())
        .containsExactly("100/shutdown", "210/create");
  }

  @Test
  void aGuestThatIsRestartedKeepsItsPlace() {
    World world = world(0).lxc(100, "web", "pve-01", true, "memory: " + 70 * 1024);
    world.entry(100, DesiredGuest.Restart.ALLOWED, false).preflight(100);
    world.step("shutdown", new Operation.Shutdown(GuestType.LXC, 100, 60));
    world.create(210, "pve-01", 60 * 1024);
    world.step("start", new Operation.Start(GuestType.LXC, 100), "shutdown");
    ReviewedPlan reviewed = world.review();
    assertThat(reviewed.blockedSteps()).containsExactly("210/start");
    assertThat(ids(reviewed.runnable())).contains("100/shutdown", "100/start");
  }

  @Test
  void aGuestThatCouldNotStartAgainIsNotStopped() {
    World world = world(70).vm(310, "db", "pve-01", true, "memory: 1024", "scsi0: local:x");
    world.entry(310, DesiredGuest.Restart.ALLOWED, false).preflight(310);
    world.step("shutdown", new Operation.Shutdown(GuestType.QEMU, 310, 60));
    world.step(
        "configure",
        new Operation.Configure(
            GuestType.QEMU, 310, World.settings("memory=" + 20 * 1024), new java.util.TreeSet<>()),
        "shutdown");
    world.step("start", new Operation.Start(GuestType.QEMU, 310), "configure");
    ReviewedPlan reviewed = world.review();
    assertThat(reviewed.runnable()).isEmpty();
    assertThat(said(reviewed, Rail.PLAN, "310/shutdown"))
        .isEqualTo(
            "blocked: vm 310 db is not stopped, since 310/start, which starts it again, is blocked");
  }

  @Test
  void aGuestOfUnknownPowerMayRun() {
    World world = world(10).lxc(100, "web", "pve-01", false, "memory: " + 65 * 1024);
    world.replace(100, RamRailTest::unknownPower);
    assertThat(world.create(210, "pve-01", 16 * 1024).review().blocked()).isTrue();
  }

  private static ObservedGuest unknownPower(ObservedGuest one) {
    return new ObservedGuest(
        one.type(),
        one.vmid(),
        one.name(),
        one.node(),
        PowerState.UNKNOWN,
        one.template(),
        one.lock(),
        one.maxMemory(),
        one.usedMemory(),
        one.uptime(),
        one.pool(),
        one.tags(),
        one.ha(),
        one.config(),
        one.snapshots());
  }

  static RailPolicy policy(int percent, RailPolicy.RamBasis basis) {
    return new RailPolicy(
        percent,
        basis,
        RailPolicy.Foreign.WARN,
        false,
        Duration.ofDays(7),
        Duration.ofHours(24),
        null,
        30,
        3,
        5,
        Duration.ofMinutes(2),
        null);
  }

  static HighAvailability ha(String state) {
    return new HighAvailability(state, null, null, null, List.of());
  }

  @Test
  void whatHaStartsIsCountedAndNotTwice() {
    World world =
        new World().node("pve-01", 10, 7).lxc(210, "web", "pve-01", false, "memory: 4096");
    world.step("ha", new Operation.SetHa(GuestType.LXC, 210, ha("started"), false));
    assertThat(ids(world.review().runnable())).isEmpty();

    World roomy =
        new World().node("pve-01", 10, 2).lxc(210, "web", "pve-01", false, "memory: 4096");
    roomy.step("ha", new Operation.SetHa(GuestType.LXC, 210, ha("started"), false));
    roomy.step("start", new Operation.Start(GuestType.LXC, 210), "ha");
    assertThat(ids(roomy.review().runnable())).containsExactly("210/ha", "210/start");
  }
}
