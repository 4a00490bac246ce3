package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.patching.PatchResult.Outcome;

/** The script against a real dpkg and apt. Needs root and a Debian; skipped elsewhere. */
class RealAptTest {
  @TempDir Path folder;
  private ThrowAwaySystem system;

  @BeforeEach
  void start() throws IOException {
    system = new ThrowAwaySystem(folder, "apt", "apt-get");
  }

  @AfterEach
  void end() {
    if (system != null) {
      system.close();
    }
  }

  @Test
  void packagesAreUpgradedConfigFilesKeptAndFixesCounted()
      throws IOException, InterruptedException {
    system.run("apt-get", "-q", "update");
    assertThat(ContainerProbe.parse(system.verb("probe", "pending")))
        .isInstanceOfSatisfying(
            ContainerProbe.Found.Runs.class,
            found -> {
              assertThat(found.manager()).isEqualTo("apt");
              assertThat(found.name()).contains("Debian");
              assertThat(found.newer()).isEqualTo(1);
            });
    PatchResult result = system.upgrade("first", 60, "test -e /etc/passwd");
    assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.UPGRADED);
    assertThat(result.packages())
        .containsExactly(new PatchResult.Changed("pivm-demo", "1.0", "2.0"));
    assertThat(result.security()).containsExactly("pivm-demo");
    assertThat(result.before()).isEqualTo(result.after());
    assertThat(result.summary()).isEqualTo("1 package changed; 1 security fix");
    assertThat(system.run("cat", "/etc/pivm-demo.conf")).isEqualTo("edited by its owner\n");
    assertThat(system.run("cat", "/etc/pivm-demo.conf.dpkg-dist")).isEqualTo("version 2.0\n");

    assertThat(system.upgrade("second", 60, "").outcome()).isEqualTo(Outcome.CURRENT);
  }

  @Test
  void askedTwiceItRunsOnceAndASecondOneFindsItBusy() throws IOException, InterruptedException {
    system.publish("pivm-demo 3.0 sleep 3; echo once >>/root/count");
    system.verb("begin", "same", "60", "", PatchScript.TEXT);
    // However soon the other one asks, whether the first has come to run or not.
    assertThat(system.verb("begin", "other", "60", "", PatchScript.TEXT)).startsWith("busy same");
    assertThat(system.verb("begin", "same", "60", "", PatchScript.TEXT)).startsWith("begun same");
    PatchAnswer answer = system.ended("same");
    assertThat(PatchResult.parse(answer.result()).good()).as(answer.toString()).isTrue();
    assertThat(system.run("cat", "/root/count")).isEqualTo("once\n");
    assertThat(PatchAnswer.parse(system.verb("poll", "other", "0")).state())
        .isEqualTo(PatchAnswer.State.ABSENT);
  }

  @Test
  void aFailingPackageAnUnfinishedDpkgAndItsMending() throws IOException, InterruptedException {
    system.publish("pivm-demo 3.0 test -e /root/cure");
    PatchResult failed = system.upgrade("fails", 60, "");
    assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(failed.message())
        .startsWith("the upgrade failed: dpkg: error processing package pivm-demo (--configure):")
        .contains("post-installation script subprocess returned error exit status 1");
    assertThat(failed.packages())
        .containsExactly(new PatchResult.Changed("pivm-demo", "1.0", "3.0"));
    PatchResult broken = system.upgrade("still", 60, "");
    assertThat(broken.outcome()).isEqualTo(Outcome.BROKEN);
    assertThat(broken.message()).contains("can't be finished: dpkg: error processing package");
    system.run("touch", "/root/cure");
    PatchResult mended = system.upgrade("mended", 60, "");
    assertThat(mended.good()).as(mended.toString()).isTrue();
  }

  /** The second is what an upgrade of somebody else's holds, with dpkg's work half done. */
  @ParameterizedTest
  @CsvSource({"/var/lib/apt/lists/lock, false", "/var/lib/dpkg/lock-frontend, true"})
  void aLockIsWaitedForWithinItsBound(String lock, boolean unfinished)
      throws IOException, InterruptedException {
    if (unfinished) {
      system.shell("dpkg --unpack /srv/repo/pivm-demo_2.0_all.deb");
    }
    Process holder =
        system.start(
            "python3",
            "-c",
            "import fcntl,time;f=open('"
                + lock
                + "','w');fcntl.lockf(f,fcntl.LOCK_EX);print('held',flush=True);time.sleep(600)");
    try {
      String held =
          new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      assumeTrue("held".equals(held), "there is no python to hold a lock with");
      PatchResult locked = system.upgrade("locked", 1, "");
      assertThat(locked.outcome()).as(locked.toString()).isEqualTo(Outcome.LOCKED);
      assertThat(locked.message())
          .contains("held the package manager's lock for 1 s", "lock")
          .doesNotContain("Unable to");
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly();
    }
  }

  @Test
  void aMissingNetworkMissingNamesAndAMissingSourceAreToldApart()
      throws IOException, InterruptedException {
    system.shell("echo 'deb http://deb.example.invalid/debian x main' >/etc/apt/sources.list");
    PatchResult away = system.upgrade("away", 5, "");
    assertThat(away.outcome()).as(away.toString()).isEqualTo(Outcome.NO_NETWORK);
    assertThat(away.message()).contains("no default route", "resolving 'deb.example.invalid'");
    assumeTrue(system.routed(), "there is no ip to make a route with");
    PatchResult nameless = system.upgrade("nameless", 5, "");
    assertThat(nameless.outcome()).as(nameless.toString()).isEqualTo(Outcome.NO_DNS);
    assertThat(nameless.summary())
        .startsWith("names can't be resolved in it (see its /etc/resolv.conf): ");
    system.shell("echo 'deb http://127.0.0.1:9/debian x main' >/etc/apt/sources.list");
    PatchResult refused = system.upgrade("refused", 5, "");
    assertThat(refused.outcome()).as(refused.toString()).isEqualTo(Outcome.NO_NETWORK);
    assertThat(refused.message())
        .startsWith("its package sources can't be reached: ")
        .contains("127.0.0.1");
  }

  @Test
  void whatIsKeptBackIsTold() throws IOException, InterruptedException {
    system.run("apt-mark", "hold", "pivm-demo");
    PatchResult result = system.upgrade("held", 60, "");
    assertThat(result.outcome()).as(result.toString()).isEqualTo(Outcome.CURRENT);
    assertThat(result.kept()).containsExactly("pivm-demo");
    assertThat(result.summary())
        .isEqualTo(
            "nothing could be upgraded; 1 newer package kept back by what it depends on, or by a"
                + " hold (pivm-demo)");
    assertThat(result.security()).isEmpty();
  }

  @Test
  void aRestartThatIsDueIsKnownToWhoeverAsksUntilItIsDone()
      throws IOException, InterruptedException {
    system.publish(
        "pivm-demo 3.0 touch /run/reboot-required; echo libc6 >/run/reboot-required.pkgs");
    assertThat(system.upgrade("needs", 60, "").reboot()).isEqualTo("libc6");
    system.shell("rm /run/reboot-required");
    // The note of the upgrade is left, for this start of the system.
    assertThat(system.verb("restart").strip()).isEqualTo("libc6");
    assertThat(ContainerProbe.parse(system.verb("probe")))
        .isInstanceOfSatisfying(
            ContainerProbe.Found.Runs.class,
            found -> assertThat(found.restart()).isEqualTo("libc6"));
    assertThat(system.upgrade("again", 60, "").reboot()).isEqualTo("libc6");
    system.shell("sed -i 's/^[^ ]*/another-start/' /var/lib/pivm-patch/restart");
    assertThat(system.verb("restart")).isEmpty();
  }

  @Test
  void whatIsNotWellBeforeIsLeftAlone() throws IOException, InterruptedException {
    PatchResult result = system.upgrade("sick", 60, "echo no disk; exit 3");
    assertThat(result.outcome()).isEqualTo(Outcome.UNHEALTHY);
    assertThat(result.message()).contains("fails already, ending with 3: no disk");
    assertThat(result.packages()).isEmpty();
  }

  @Test
  void anUnknownSystemIsReportedAsUnsupported() throws IOException, InterruptedException {
    system.shell(
        "rm /etc/os-release; printf 'ID=plan9\\nPRETTY_NAME=\"Plan 9\"\\n' >/etc/os-release");
    PatchResult result = system.upgrade("odd", 60, "");
    assertThat(result.outcome()).isEqualTo(Outcome.UNSUPPORTED);
    assertThat(result.message()).contains("Plan 9");
  }
}
