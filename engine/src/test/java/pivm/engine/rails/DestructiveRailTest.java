package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static pivm.engine.rails.World.ids;
import static pivm.engine.rails.World.said;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;

class DestructiveRailTest {

  static World world() {
    return new World()
        .node("pve-01", 100, 10)
        .node("pve-02", 100, 10)
        .storage("zfs", "zfspool", "images", "rootdir", "backup")
        .lxc(
            210,
            "web",
            "pve-01",
            true,
            "rootfs: zfs:subvol-210-disk-0,size=8G",
            "mp0: zfs:subvol-210-disk-1,mp=/data,backup=1,size=8G",
            "unused0: zfs:subvol-210-disk-2")
        .entry(210, DesiredGuest.Restart.ALLOWED, true)
        .preflight(210);
  }

  static World destroy() {
    World world = world();
    world.step("stop", new Operation.Stop(GuestType.LXC, 210));
    return world.step("destroy", new Operation.Destroy(GuestType.LXC, 210), "stop");
  }

  private static World with(Operation operation) {
    return world().step("it", operation);
  }

  private static Operation configure(String key) {
    var delete = new TreeSet<String>();
    delete.add(key);
    return new Operation.Configure(GuestType.LXC, 210, World.settings(), delete);
  }

  private static World of(String what) {
    return switch (what) {
      case "destroy" -> with(new Operation.Destroy(GuestType.LXC, 210));
      case "stop" -> with(new Operation.Stop(GuestType.LXC, 210));
      case "shutdown" -> with(new Operation.Shutdown(GuestType.LXC, 210, 60));
      case "rollback" -> with(new Operation.Rollback(GuestType.LXC, 210, "mine"));
      case "snapshot" -> with(new Operation.DeleteSnapshot(GuestType.LXC, 210, "mine", false));
      case "volume" -> with(new Operation.DeleteVolume(GuestType.LXC, 210, "unused0"));
      case "unused" -> with(configure("unused0"));
      case "detach" -> with(configure("mp0"));
      case "replace" ->
          with(
              new Operation.Configure(
                  GuestType.LXC, 210, World.settings("mp0=zfs:8,mp=/data"), new TreeSet<>()));
      case "template" -> with(new Operation.ConvertToTemplate(GuestType.LXC, 210));
      case "ha" -> with(new Operation.SetHa(GuestType.LXC, 210, RamRailTest.ha("stopped"), true));
      default -> throw new IllegalArgumentException(what);
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "destroy",
        "stop",
        "shutdown",
        "rollback",
        "snapshot",
        "volume",
        "unused",
        "detach",
        "replace",
        "template",
        "ha"
      })
  void isConfirmedByAPersonAndNeverByWhatAManifestAllows(String what) {
    ReviewedPlan reviewed = of(what).review();
    assertThat(said(reviewed, Rail.DESTRUCTIVE, "210/it")).startsWith("confirm: ");
    assertThat(ids(reviewed.runnable())).doesNotContain("210/it");
    assertThat(reviewed.openConfirmations()).hasSize(1);
  }

  private static String ofPendingDisk(String setting) {
    World world =
        new World()
            .node("pve-01", 100, 10)
            .storage("thin", "lvmthin", "images")
            .vm(310, "db", "pve-01", true, "scsi0: thin:vm-310-disk-0", "scsi1> thin:vm-310-disk-1")
            .configure(310, setting);
    return said(world.review(), Rail.DESTRUCTIVE, "310/configure");
  }

  @Test
  void aDiskThatOnlyWaitsForTheNextStopIsReplacedAtAPersonsWordToo() {
    assertThat(ofPendingDisk("scsi1=thin:8")).startsWith("confirm: replace the volume of scsi1");
    assertThat(ofPendingDisk("scsi1=thin:vm-310-disk-1,discard=on")).doesNotContain("scsi1");
  }

  @Test
  void aStoppedGuestHasNothingToStop() {
    World world = new World().node("pve-01", 100, 10).lxc(210, "web", "pve-01", false);
    world.step("stop", new Operation.Stop(GuestType.LXC, 210));
    assertThat(world.review().openConfirmations()).isEmpty();
  }

  @Test
  void aRestartIsCoveredByItsStandingConsent() {
    ReviewedPlan reviewed = with(new Operation.Reboot(GuestType.LXC, 210, 60)).review();
    assertThat(said(reviewed, Rail.DESTRUCTIVE, "210/it"))
        .isEqualTo("allowed: restart lxc 210 web; its manifest says restart: allowed");
    World pair = world().step("shutdown", new Operation.Shutdown(GuestType.LXC, 210, 60));
    pair.step("start", new Operation.Start(GuestType.LXC, 210), "shutdown");
    assertThat(ids(pair.review().runnable())).containsExactly("210/shutdown", "210/start");
  }

  @Test
  void aRunningContainerThatMovesIsRestarted() {
    World world = with(new Operation.Migrate(GuestType.LXC, 210, "pve-02", true));
    assertThat(ids(world.review().runnable())).contains("210/it");
    world.entry(210, DesiredGuest.Restart.NEVER, true);
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/it"))
        .startsWith("confirm: restart on pve-02 lxc 210 web");
  }

  @Test
  void withoutConsentARestartAsks() {
    World world = with(new Operation.Reboot(GuestType.LXC, 210, 60));
    world.entry(210, DesiredGuest.Restart.NEVER, true);
    assertThat(world.review().openConfirmations()).hasSize(1);
  }

  @Test
  void whatCannotBeReadIsSaidAndThenOnlyAPersonCounts() {
    World world = with(new Operation.Reboot(GuestType.LXC, 210, 60));
    world.preflights.put(
        210,
        world.preflightOf(
            210,
            Preflight.Reading.unreadable("services of lxc 210 can't be read: no shell on pve-01")));
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/it"))
        .isEqualTo(
            "confirm: restart lxc 210 web (services of lxc 210 can't be read: no shell on pve-01, so"
                + " that only a person's confirmation counts)");
    world.preflights.clear();
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/it"))
        .contains("no pre-flight was made, so that only a person's confirmation counts");
  }

  @Test
  void protectionBlocks() {
    World world =
        new World().node("pve-01", 100, 10).lxc(210, "web", "pve-01", false, "protection: 1");
    world.step("destroy", new Operation.Destroy(GuestType.LXC, 210));
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/destroy"))
        .isEqualTo(
            "blocked: lxc 210 web is protected (protection: 1); set \"protection\": 0 and apply that"
                + " first");
  }

  @Test
  void beingTheBaseOfLinkedClonesBlocks() {
    World world =
        new World()
            .node("pve-01", 100, 10)
            .storage("thin", "lvmthin", "images")
            .vm(9000, "golden", "pve-01", false, "template: 1", "scsi0: thin:base-9000-disk-0")
            .vm(310, "db", "pve-01", true, "scsi0: thin:base-9000-disk-0/vm-310-disk-0");
    world.step("destroy", new Operation.Destroy(GuestType.QEMU, 9000));
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "9000/destroy"))
        .startsWith("blocked: vm 9000 golden is the base of the linked clone vm 310 db");
  }

  @Test
  void aMissingBackupIsStatedOrBlocksByPolicy() {
    World world = destroy();
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/destroy"))
        .contains("no backup younger than 7 d was found");
    world.policy =
        new RailPolicy(
            20,
            RailPolicy.RamBasis.COMMITTED,
            RailPolicy.Foreign.WARN,
            true,
            Duration.ofDays(7),
            Duration.ofHours(24),
            null,
            30,
            3,
            5,
            Duration.ofMinutes(2),
            null);
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/destroy"))
        .startsWith("blocked: ")
        .contains("rails.requireBackupBeforeDestroy");
    world.volume(
        "pve-01",
        new Storage.Volume(
            "zfs:backup/x", "backup", 210, 1, "tzst", World.NOW.getEpochSecond() - 10_000));
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/destroy"))
        .startsWith("confirm: ")
        .contains("the last backup is 2 h old");
  }

  @Test
  void oneQuestionIsAskedForAGuest() {
    Confirmation asked = destroy().review().openConfirmations().getFirst();
    assertThat(asked.subject()).isEqualTo("lxc 210 web");
    assertThat(asked.question()).isEqualTo("cut off, then destroy with its disks: lxc 210 web");
    assertThat(asked.steps()).containsExactly("210/destroy", "210/stop");
  }

  private static ReviewedPlan answered(World world, Confirmation asked, Given.Source source) {
    world.given.add(new Given(asked, source));
    return world.review();
  }

  @Test
  void aPersonConfirmsNow() {
    World world = destroy();
    Confirmation asked = world.review().openConfirmations().getFirst();
    ReviewedPlan reviewed = answered(world, asked, Given.Source.PERSON);
    assertThat(reviewed.openConfirmations()).isEmpty();
    assertThat(ids(reviewed.runnable())).containsExactly("210/stop", "210/destroy");
    assertThat(said(reviewed, Rail.DESTRUCTIVE, "210/destroy"))
        .startsWith("allowed: ")
        .contains("confirmed by human:root");
  }

  @Test
  void anIdIsGoodForFifteenMinutes() {
    World world = destroy();
    Confirmation asked = world.review().openConfirmations().getFirst();
    world.now = World.NOW.plusSeconds(900);
    world.up(210, 3600 + 900).preflight(210);
    assertThat(answered(world, asked, Given.Source.ID).openConfirmations()).isEmpty();
    world.now = World.NOW.plusSeconds(901);
    world.up(210, 3600 + 901).preflight(210);
    assertThat(said(world.review(), Rail.DESTRUCTIVE, "210/destroy"))
        .contains("confirmation " + asked.id() + " is void: it is older than 15 minutes");
  }

  @Test
  void aBootTimeThatOnlyAnOldReadingMovesIsTheSame() {
    for (int off : new int[] {-61, -60, 5, 600}) {
      World world = destroy();
      Confirmation asked = world.review().openConfirmations().getFirst();
      world.up(210, 3600 + off).preflight(210);
      assertThat(answered(world, asked, Given.Source.ID).openConfirmations())
          .hasSize(off == -61 ? 1 : 0);
    }
  }

  @Test
  void anIdIsVoidOnceWhatItIsBoundToHasChanged() {
    List<String> reasons = new ArrayList<>();
    for (int what = 0; what < 5; what++) {
      World world = destroy();
      Confirmation asked = world.review().openConfirmations().getFirst();
      switch (what) {
        case 0 -> world.renamed(210, "other");
        case 1 -> world.up(210, 10).preflight(210);
        case 2 -> world.snapshots(210, World.snapshot("new", ""));
        case 3 ->
            world.replace(
                210,
                one ->
                    one.withConfig(
                        new pivm.proxmox.config.GuestConfig(
                            GuestType.LXC,
                            new java.util.TreeMap<>(java.util.Map.of("rootfs", "zfs:other")),
                            new java.util.TreeMap<>(),
                            null)));
        default ->
            world.preflights.computeIfPresent(
                210, (_, old) -> withPorts(old, List.of("tcp/22", "tcp/60000")));
      }
      ReviewedPlan reviewed = answered(world, asked, Given.Source.ID);
      assertThat(reviewed.openConfirmations()).as("case %s", what).hasSize(1);
      reasons.add(said(reviewed, Rail.DESTRUCTIVE, "210/stop"));
    }
    assertThat(reasons.get(1)).contains("it has been started anew");
    assertThat(reasons.get(2)).contains("its snapshots have changed");
    assertThat(reasons.get(3)).contains("its configuration has changed, its disks have changed");
    assertThat(reasons.get(4)).contains("it listens on other ports");
  }

  private static Preflight withPorts(Preflight one, List<String> ports) {
    return new Preflight(
        one.type(),
        one.vmid(),
        one.name(),
        one.node(),
        one.power(),
        one.at(),
        one.uptime(),
        one.cpu(),
        one.memoryUsed(),
        one.memory(),
        one.addresses(),
        one.services(),
        Preflight.Reading.of(ports),
        one.disks(),
        one.snapshots(),
        one.backup(),
        one.ha(),
        one.protection(),
        one.replication(),
        one.dependents(),
        one.goesToo());
  }

  @Test
  void servicesAndPassingPortsAreShownNotBound() {
    World world = destroy();
    Confirmation asked = world.review().openConfirmations().getFirst();
    Preflight other = world.preflightOf(210, Preflight.Reading.of(List.of("nginx", "cron")));
    world.preflights.put(210, withPorts(other, List.of("tcp/443", "tcp/40000")));
    assertThat(answered(world, asked, Given.Source.ID).openConfirmations()).isEmpty();
  }

  @Test
  void anAssistantCannotConfirmButAPersonCanApproveForIt() {
    World world = destroy();
    ReviewedPlan shown = world.review();
    Confirmation asked = shown.openConfirmations().getFirst();
    world.actor = new Actor.Assistant("gemini-cli");
    for (Given.Source source : Given.Source.values()) {
      ReviewedPlan reviewed = answered(world, asked, source);
      assertThat(reviewed.openConfirmations()).hasSize(1);
      assertThat(said(reviewed, Rail.DESTRUCTIVE, "210/stop"))
          .contains("gemini-cli can't confirm")
          .contains("pivm approve 7f3c2a");
    }
    world.approvals.add(Approval.of(shown, new Actor.Human("eva"), World.NOW));
    ReviewedPlan approved = world.review();
    assertThat(ids(approved.runnable())).containsExactly("210/stop", "210/destroy");
    assertThat(said(approved, Rail.DESTRUCTIVE, "210/stop")).contains("approved by eva");
  }

  @Test
  void onlyAPersonApproves() {
    ReviewedPlan shown = destroy().review();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Approval.of(shown, new Actor.Assistant("gemini-cli"), World.NOW))
        .hasMessageContaining("only a person can");
  }

  @Test
  void aTimerMayPassOnAnIdButAnswersNothingItself() {
    World world = destroy();
    Confirmation asked = world.review().openConfirmations().getFirst();
    world.actor = new Actor.Timer("pivm-dsc.timer");
    assertThat(answered(world, asked, Given.Source.PERSON).openConfirmations()).hasSize(1);
    assertThat(answered(world, asked, Given.Source.ID).openConfirmations()).isEmpty();
  }

  @Test
  void theTargetsThatNeedAPreflightAreNamed() {
    assertThat(Rails.targets(destroy().request())).containsExactly(210);
    assertThat(Rails.targets(world().configure(210, "cores=2").request())).isEmpty();
  }

  @Test
  void whatIsConfirmedHasNoEffectOnAnotherGuest() {
    World world = destroy();
    Confirmation asked = world.review().openConfirmations().getFirst();
    world.lxc(211, "other", "pve-01", true);
    world.step("stop", new Operation.Stop(GuestType.LXC, 211), Effect.NONE, 0);
    ReviewedPlan reviewed = answered(world, asked, Given.Source.PERSON);
    assertThat(ids(reviewed.runnable())).containsExactly("210/stop", "210/destroy");
    assertThat(reviewed.openConfirmations()).hasSize(1);
  }
}
