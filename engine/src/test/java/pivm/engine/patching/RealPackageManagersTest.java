package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script against a real dpkg and apt: in a throw-away system over this machine's own, or over
 * the folder that {@code -Dpivm.debian.root} names. Needs root and a Debian; skipped elsewhere.
 */
class RealPackageManagersTest {
  private static final Path LOWER = Path.of(System.getProperty("pivm.debian.root", "/"));

  @TempDir Path folder;
  private Process system;
  private BufferedReader said;
  private BufferedWriter tell;
  private String inner;

  @BeforeEach
  void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces take root");
    assumeTrue(
        Files.isExecutable(LOWER.resolve("usr/bin/apt-get")) && tool("unshare") && tool("nsenter"),
        "there is no apt on this machine");
    Path script = folder.resolve("debian-root.sh");
    try (var text =
        Objects.requireNonNull(
            RealPackageManagersTest.class.getResourceAsStream("debian-root.sh"))) {
      Files.copy(text, script);
    }
    Path work = Files.createDirectory(folder.resolve("system"));
    system =
        new ProcessBuilder(
                "unshare",
                "-m",
                "-p",
                "-n",
                "-f",
                "--kill-child",
                "sh",
                script.toString(),
                LOWER.toString(),
                work.toString())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    said =
        new BufferedReader(new InputStreamReader(system.getInputStream(), StandardCharsets.UTF_8));
    tell =
        new BufferedWriter(
            new OutputStreamWriter(system.getOutputStream(), StandardCharsets.UTF_8));
    String ready = said.readLine();
    assumeTrue(
        "ready".equals(ready),
        () -> {
          try {
            return "no such system can be made here: " + Files.readString(folder.resolve("errors"));
          } catch (IOException unreadable) {
            return "no such system can be made here";
          }
        });
    inner = system.children().findFirst().map(child -> Long.toString(child.pid())).orElseThrow();
  }

  private static boolean tool(String name) {
    return Files.isExecutable(Path.of("/usr/bin", name));
  }

  @AfterEach
  void end() throws InterruptedException {
    if (system != null) {
      system.destroy();
      system.waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** What {@code pct exec} does, for this one system. */
  private String run(String... words) throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(List.of("nsenter", "-t", inner, "-m", "-p", "-n", "--", "chroot", root()));
    line.addAll(List.of(words));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isIn(0, 1);
    return output;
  }

  private String root() {
    return folder.resolve("system/root").toString();
  }

  private String verb(String... words) throws IOException, InterruptedException {
    List<String> command = PatchScript.command(1, words);
    return run(command.subList(command.indexOf("--") + 1, command.size()).toArray(String[]::new));
  }

  private PatchAnswer upgrade(String id, int wait, String health)
      throws IOException, InterruptedException {
    assertThat(verb("begin", id, Integer.toString(wait), health, PatchScript.TEXT).strip())
        .isEqualTo("begun " + id);
    return ended(id);
  }

  private PatchAnswer ended(String id) throws IOException, InterruptedException {
    Instant until = Instant.now().plus(Duration.ofMinutes(3));
    while (Instant.now().isBefore(until)) {
      PatchAnswer answer = PatchAnswer.parse(verb("poll", id, "0"));
      if (answer.state() != PatchAnswer.State.RUNNING) {
        return answer;
      }
      TimeUnit.MILLISECONDS.sleep(200);
    }
    throw new AssertionError("the upgrade does not end");
  }

  private void publish(String line) throws IOException {
    tell.write(line + "\n");
    tell.flush();
    assertThat(said.readLine()).startsWith("published");
  }

  @Test
  void packagesAreUpgradedConfigFilesKeptAndFixesCounted()
      throws IOException, InterruptedException {
    assertThat(ContainerProbe.parse(verb("probe")))
        .isInstanceOfSatisfying(
            ContainerProbe.Found.Runs.class,
            found -> {
              assertThat(found.manager()).isEqualTo("apt");
              assertThat(found.name()).contains("Debian");
            });
    PatchAnswer answer = upgrade("first", 60, "test -e /etc/passwd");
    PatchResult result = PatchResult.parse(answer.result());
    assertThat(result.outcome()).as(answer.toString()).isEqualTo(PatchResult.Outcome.UPGRADED);
    assertThat(result.packages())
        .containsExactly(new PatchResult.Changed("pivm-demo", "1.0", "2.0"));
    assertThat(result.security()).containsExactly("pivm-demo");
    assertThat(result.before()).isEqualTo(result.after());
    assertThat(run("cat", "/etc/pivm-demo.conf")).isEqualTo("edited by its owner\n");
    assertThat(run("cat", "/etc/pivm-demo.conf.dpkg-dist")).isEqualTo("version 2.0\n");

    assertThat(PatchResult.parse(upgrade("second", 60, "").result()).outcome())
        .isEqualTo(PatchResult.Outcome.CURRENT);
  }

  @Test
  void askedTwiceItRunsOnceAndASecondOneFindsItBusy() throws IOException, InterruptedException {
    publish("pivm-demo 3.0 sleep 3; echo once >>/root/count");
    verb("begin", "same", "60", "", PatchScript.TEXT);
    assertThat(verb("begin", "same", "60", "", PatchScript.TEXT)).startsWith("begun same");
    assertThat(verb("begin", "other", "60", "", PatchScript.TEXT)).startsWith("busy same");
    PatchAnswer answer = ended("same");
    assertThat(PatchResult.parse(answer.result()).good()).as(answer.toString()).isTrue();
    assertThat(run("cat", "/root/count")).isEqualTo("once\n");
    assertThat(PatchAnswer.parse(verb("poll", "other", "0")).state())
        .isEqualTo(PatchAnswer.State.ABSENT);
  }

  @Test
  void aFailingPackageAnUnfinishedDpkgAndItsMending() throws IOException, InterruptedException {
    publish("pivm-demo 3.0 test -e /root/cure");
    PatchResult failed = PatchResult.parse(upgrade("fails", 60, "").result());
    assertThat(failed.outcome()).isEqualTo(PatchResult.Outcome.FAILED);
    assertThat(failed.message()).contains("the upgrade failed");
    PatchResult broken = PatchResult.parse(upgrade("still", 60, "").result());
    assertThat(broken.outcome()).isEqualTo(PatchResult.Outcome.BROKEN);
    run("touch", "/root/cure");
    PatchAnswer mended = upgrade("mended", 60, "");
    assertThat(PatchResult.parse(mended.result()).good()).as(mended.toString()).isTrue();
  }

  @Test
  void aLockIsWaitedForWithinItsBound() throws IOException, InterruptedException {
    Process holder =
        new ProcessBuilder(
                "nsenter",
                "-t",
                inner,
                "-m",
                "-p",
                "--",
                "chroot",
                root(),
                "python3",
                "-c",
                "import fcntl,time;f=open('/var/lib/apt/lists/lock','w');"
                    + "fcntl.lockf(f,fcntl.LOCK_EX);print('held',flush=True);time.sleep(600)")
            .start();
    try {
      String held =
          new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      assumeTrue("held".equals(held), "there is no python to hold a lock with");
      PatchResult locked = PatchResult.parse(upgrade("locked", 1, "").result());
      assertThat(locked.outcome()).isEqualTo(PatchResult.Outcome.LOCKED);
      assertThat(locked.message()).contains("held the package manager's lock for 1 s");
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly();
    }
  }

  @Test
  void aMissingNetworkIsToldFromAMissingSource() throws IOException, InterruptedException {
    run("sh", "-c", "echo 'deb http://deb.example.invalid/debian x main' >/etc/apt/sources.list");
    PatchAnswer answer = upgrade("away", 5, "");
    PatchResult result = PatchResult.parse(answer.result());
    assertThat(result.outcome()).as(answer.toString()).isEqualTo(PatchResult.Outcome.NO_NETWORK);
    assertThat(result.message()).contains("no default route");
  }

  @Test
  void whatIsNotWellBeforeIsLeftAlone() throws IOException, InterruptedException {
    PatchResult result = PatchResult.parse(upgrade("sick", 60, "echo no disk; exit 3").result());
    assertThat(result.outcome()).isEqualTo(PatchResult.Outcome.UNHEALTHY);
    assertThat(result.message()).contains("fails already: health 3 no disk");
    assertThat(result.packages()).isEmpty();
  }

  @Test
  void anUnknownSystemIsReportedAsUnsupported() throws IOException, InterruptedException {
    run("sh", "-c", "printf 'ID=plan9\\nPRETTY_NAME=\"Plan 9\"\\n' >/etc/os-release");
    PatchResult result = PatchResult.parse(upgrade("odd", 60, "").result());
    assertThat(result.outcome()).isEqualTo(PatchResult.Outcome.UNSUPPORTED);
    assertThat(result.message()).contains("Plan 9");
  }
}
