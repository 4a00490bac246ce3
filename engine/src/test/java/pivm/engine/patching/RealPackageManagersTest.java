package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pivm.engine.patching.PatchResult.Changed;
import pivm.engine.patching.PatchResult.Outcome;

/**
 * The script against other package managers than Debian's, which Debian has as packages: each with
 * a source and a database of its own. Where one is not installed it is skipped.
 */
class RealPackageManagersTest {
  @TempDir Path folder;

  /** Made by each test for its manager. */
  @SuppressWarnings("NullAway.Init")
  private ThrowAwaySystem system;

  /** What differs. */
  enum Manager {
    DNF(
        "pivm-demo.noarch",
        "-1",
        "rpmnew",
        "/etc/yum.repos.d/own.repo",
        "dnf -y --refresh upgrade"),
    ZYPPER(
        "pivm-demo.noarch",
        "-1",
        "rpmnew",
        "/etc/zypp/repos.d/own.repo",
        "zypper -n refresh && zypper -n update"),
    PACMAN("pivm-demo", "-1", "pacnew", "/etc/pacman.conf", "pacman -Syu --noconfirm");

    private final String demo;
    private final String release;
    private final String kept;
    private final String source;
    private final String byHand;

    Manager(String demo, String release, String kept, String source, String byHand) {
      this.demo = demo;
      this.release = release;
      this.kept = kept;
      this.source = source;
      this.byHand = byHand;
    }

    String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    Changed changed(String from, String to) {
      return new Changed(demo, from + release, to + release);
    }
  }

  private void start(Manager manager) throws IOException {
    system =
        manager == Manager.PACMAN
            ? new ThrowAwaySystem(folder, "pacman", "pacman")
            : new ThrowAwaySystem(
                folder, manager.word(), manager.word(), "rpm", "rpmbuild", "createrepo_c");
  }

  @AfterEach
  void end() {
    if (system != null) {
      system.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void packagesAreUpgradedConfigFilesKeptAndFixesCounted(Manager manager)
      throws IOException, InterruptedException {
    start(manager);
    PatchResult result = system.upgrade("first", 60, "");
    assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.UPGRADED);
    assertThat(result.manager()).isEqualTo(manager.word());
    assertThat(result.packages()).containsExactly(manager.changed("1.0", "2.0"));
    assertThat(result.before()).isEqualTo(1);
    assertThat(result.after()).isEqualTo(1);
    if (manager == Manager.PACMAN) {
      assertThat(result.security()).isNull();
    } else {
      assertThat(result.security()).hasSize(1);
    }
    assertThat(system.run("cat", "/etc/pivm-demo.conf")).isEqualTo("edited by its owner\n");
    assertThat(system.run("cat", "/etc/pivm-demo.conf." + manager.kept)).isEqualTo("version 2.0\n");
    assertThat(system.upgrade("second", 60, "").summary()).isEqualTo("up to date already");

    // What was published a moment ago is found, though the lists are fresh.
    system.publish("pivm-demo 3.0 exit 1");
    PatchResult broken = system.upgrade("third", 60, "");
    assertThat(broken.outcome()).as(broken.toString()).isEqualTo(Outcome.FAILED);
    assertThat(broken.message())
        .startsWith("packages were upgraded, but the script of one failed: ");
    assertThat(broken.packages()).containsExactly(manager.changed("2.0", "3.0"));
  }

  @ParameterizedTest
  @EnumSource
  void aMissingNetworkMissingNamesAndAMissingSourceAreToldApart(Manager manager)
      throws IOException, InterruptedException {
    start(manager);
    system.run("sed", "-i", "s|file:///srv|http://mirror.example.invalid|", manager.source);
    PatchResult away = system.upgrade("away", 5, "");
    assertThat(away.outcome()).as(away.toString()).isEqualTo(Outcome.NO_NETWORK);
    assertThat(away.message())
        .startsWith("it has no default route, so no network: ")
        .contains("resolve host", "mirror.example.invalid");
    assumeTrue(system.routed(), "there is no ip to make a route with");
    PatchResult nameless = system.upgrade("nameless", 5, "");
    assertThat(nameless.outcome()).as(nameless.toString()).isEqualTo(Outcome.NO_DNS);
    system.run("sed", "-i", "s|mirror.example.invalid|127.0.0.1:9|", manager.source);
    PatchResult refused = system.upgrade("refused", 5, "");
    assertThat(refused.outcome()).as(refused.toString()).isEqualTo(Outcome.NO_NETWORK);
    assertThat(refused.message()).startsWith("its package sources can't be reached: ");
  }

  @ParameterizedTest
  @EnumSource
  void aLockIsWaitedForWithinItsBound(Manager manager) throws IOException, InterruptedException {
    start(manager);
    system.publish("pivm-demo 3.0 touch /tmp/held; sleep 600");
    Process holder = system.start("sh", "-c", "{ " + manager.byHand + "; } >/dev/null 2>&1");
    try {
      system.shell("n=0; while [ ! -e /tmp/held ] && [ $((n += 1)) -lt 300 ]; do sleep 0.2; done");
      system.publish("pivm-demo 4.0 true");
      PatchResult locked = system.upgrade("locked", 1, "");
      assertThat(locked.outcome()).as(locked.toString()).isEqualTo(Outcome.LOCKED);
      assertThat(locked.message()).contains("held the package manager's lock for 1 s");
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly();
    }
  }
}
