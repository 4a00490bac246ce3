package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pivm.engine.rails.World.ids;
import static pivm.engine.rails.World.said;

import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;

class OtherRailsTest {

  private static World world() {
    return new World()
        .node("pve-01", 100, 10)
        .storage("zfs", "zfspool", "images", "rootdir")
        .lxc(210, "web", "pve-01", true, "rootfs: zfs:subvol-210-disk-0");
  }

  @Test
  void nothingIsChangedWithoutQuorum() {
    World world = world().configure(210, "cores=2");
    world.quorate = false;
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.QUORUM, null))
        .startsWith("blocked: the cluster prod has no quorum");
    assertThat(reviewed.runnable()).isEmpty();
    world.quorate = null;
    assertThat(world.review().runnable()).isEmpty();
    world.cluster = null;
    assertThat(said(world.review(), Rail.QUORUM, null))
        .isEqualTo("allowed: a single node needs no quorum");
  }

  @Test
  void anOfflineNodeBlocksOnlyWhatIsOnIt() {
    World world = world().offline("pve-09").lxc(211, "far", "pve-09", false);
    world.configure(210, "cores=2");
    world.step("start", new Operation.Start(GuestType.LXC, 211));
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.QUORUM, "211/start")).contains("the node pve-09 is offline");
    assertThat(ids(reviewed.runnable())).containsExactly("210/snapshot", "210/configure");
  }

  @Test
  void aLockedGuestIsWaitedForAndLeftOutOnlyThen() {
    World world = world().locked(210, "backup").configure(210, "cores=2");
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.LOCK, "210/configure"))
        .isEqualTo("allowed: lxc 210 web is locked (backup); it is waited for up to 2 min");
    var later = new Fresh(world.inventory(), World.NOW, Window.NONE, world.holds, new TreeSet<>());
    assertThat(
            Rails.recheck(reviewed, reviewed.plan().steps().getFirst(), later, new MemoryLedger()))
        .singleElement()
        .satisfies(verdict -> {
          assertThat(verdict.rail()).isEqualTo(Rail.LOCK);
          assertThat(verdict.stopsRun()).isFalse();
          assertThat(verdict.message()).contains("still locked (backup) after 2 min");
        });
  }

  @Test
  void aHeldGuestIsLeftAloneUntilItsManifestChanges() {
    World world = world().lxc(211, "db", "pve-01", true, "rootfs: zfs:subvol-211-disk-0");
    world.configure(210, "cores=2").configure(211, "cores=2");
    DesiredGuest entry = world.entries.get(210);
    String said = entry == null ? "" : Hold.entry(entry);
    world.holds.put(210, new Hold(210, World.NOW, "rolled back by human:root", said));
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.HOLD, "210/snapshot")).contains("pivm guest release 210");
    assertThat(reviewed.blocked()).isFalse();
    assertThat(ids(reviewed.runnable())).containsExactly("211/snapshot", "211/configure");
    world.entry(210, DesiredGuest.Restart.ALLOWED, false);
    assertThat(ids(world.review().runnable())).hasSize(4);
  }

  @Test
  void aRestartForTheWindowWaitsForIt() {
    World world = world().entry(210, DesiredGuest.Restart.WINDOW, false).preflight(210);
    world.step("reboot", new Operation.Reboot(GuestType.LXC, 210, 60), Effect.RESTART, 0);
    world.window = new Window(false, World.NOW.plusSeconds(3600));
    ReviewedPlan closed = world.review();
    assertThat(said(closed, Rail.WINDOW, "210/reboot"))
        .contains("which opens at 2026-01-17T13:00:00Z");
    assertThat(closed.blocked()).isFalse();
    assertThat(closed.runnable()).isEmpty();
    world.window = new Window(true, null);
    assertThat(ids(world.review().runnable())).containsExactly("210/reboot");
  }

  @Test
  void foreignGuestsAreNamedAndNeverTouched() {
    World world = world().stranger(900, "theirs", "pve-01", true, 512).configure(210, "cores=2");
    assertThat(said(world.review(), Rail.FOREIGN, null))
        .isEqualTo(
            "allowed: 1 guest is in no manifest and left alone: vm 900 on pve-01; pivm import adopts"
                + " it");
    world.policy = foreign(RailPolicy.Foreign.BLOCK);
    assertThat(world.review().runnable()).isEmpty();
    world.policy = foreign(RailPolicy.Foreign.IGNORE);
    assertThat(said(world.review(), Rail.FOREIGN, null)).isEmpty();
    World touching = world().undeclared(210).configure(210, "cores=2");
    assertThat(said(touching.review(), Rail.FOREIGN, "210/snapshot"))
        .contains("lxc 210 web is in no manifest");
    var named = new TreeSet<Integer>();
    named.add(210);
    assertThat(Rails.review(touching.request().withNamed(named)).runnable()).hasSize(2);
  }

  private static RailPolicy foreign(RailPolicy.Foreign foreign) {
    return new RailPolicy(
        20,
        RailPolicy.RamBasis.COMMITTED,
        foreign,
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

  @Test
  void manyChangesAtOnceAskEvenATimer() {
    World world = world();
    world.actor = new Actor.Timer("pivm-dsc.timer");
    for (int vmid = 300; vmid < 310; vmid++) {
      world.lxc(vmid, "w" + vmid, "pve-01", true, "rootfs: zfs:subvol-" + vmid + "-disk-0");
    }
    for (int vmid = 300; vmid < 303; vmid++) {
      world.configure(vmid, "cores=2");
    }
    assertThat(world.review().openConfirmations()).isEmpty();
    world.configure(303, "cores=2");
    ReviewedPlan reviewed = world.review();
    assertThat(said(reviewed, Rail.BLAST_RADIUS, null))
        .isEqualTo(
            "confirm: this run would change or restart 4 of 11 managed guests at once (more than 30 %"
                + " and more than 3): 300, 301, 302 and 303");
    assertThat(reviewed.runnable()).isEmpty();
  }

  @Test
  void moreThanOneDestroyAsksAsAWhole() {
    World world = world().lxc(211, "b", "pve-01", false).lxc(212, "c", "pve-01", false);
    world.step("destroy", new Operation.Destroy(GuestType.LXC, 211));
    world.step("destroy", new Operation.Destroy(GuestType.LXC, 212));
    assertThat(said(world.review(), Rail.BLAST_RADIUS, null))
        .isEqualTo("confirm: this run would destroy 2 guests at once: 211 and 212");
  }

  @ParameterizedTest
  @CsvSource({
    "auto-web-210, true",
    "auto-my-web-2-210, true",
    "web-210, false",
    "auto-web-211, false",
    "auto--210, false",
    "auto-Web-210, false",
    "auto-web_1-210, false",
    "auto-210, false",
    "auto-aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd-210, true",
    "auto-aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde-210, false"
  })
  void theNameOfWhatAnAssistantMakes(String name, boolean right) {
    World world = world();
    world.actor = new Actor.Assistant("gemini-cli");
    world.guests.clear();
    world.on(
        "pve-01",
        "create",
        new Operation.Create(
            GuestType.LXC, 210, World.settings("hostname=" + name, "tags=pivm-auto;web")),
        Effect.NONE,
        0);
    assertThat(ids(world.review().runnable()).isEmpty()).isEqualTo(!right);
  }

  @ParameterizedTest
  @CsvSource({
    "web, auto-web-210",
    "Web Server, auto-web-server-210",
    "auto-web, auto-web-210",
    "auto-web-210, auto-web-210",
    "web-210.example.org, auto-web-210",
    "___, auto-guest-210"
  })
  void theRightNameIsInTheMessage(String wrong, String right) {
    assertThat(AutoName.closest(wrong, 210)).isEqualTo(right);
    assertThat(AutoName.isRight(AutoName.closest(wrong, 210), 210)).isTrue();
  }

  @Test
  void aServiceThatCannotBeOneIsRefused() {
    assertThatThrownBy(() -> AutoName.of("Web Server", 210))
        .hasMessageContaining("lower-case letters, digits and dashes");
  }

  @Test
  void anAssistantsGuestCarriesItsTagOrIsNotMade() {
    World world = world();
    world.actor = new Actor.Assistant("gemini-cli");
    world.on(
        "pve-01",
        "create",
        new Operation.Create(GuestType.LXC, 211, World.settings("hostname=auto-web-211")),
        Effect.NONE,
        0);
    assertThat(said(world.review(), Rail.NAMING, "211/create"))
        .contains("must carry the tag pivm-auto");
    world.forbiddenTags = true;
    assertThat(said(world.review(), Rail.NAMING, "211/create"))
        .contains("which the datacenter's user-tag-access forbids");
  }

  @Test
  void peopleNameAsTheyLike() {
    World world = world().create(211, "pve-01", 512);
    assertThat(said(world.review(), Rail.NAMING, "211/create")).isEmpty();
  }

  @Test
  void anAssistantCannotRenameOrUntagWhatIsMarkedAsAuto() {
    World world = world().tagged(210, "pivm-auto");
    world.actor = new Actor.Assistant("gemini-cli");
    world.configure(210, "hostname=prod", "tags=prod");
    assertThat(said(world.review(), Rail.NAMING, "210/configure"))
        .contains("'prod' must be auto-prod-210")
        .contains("must keep the tag pivm-auto");
  }
}
