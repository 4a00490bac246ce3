package pivm.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way back, in real network namespaces with a real shell. */
class WayBackTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private NodeInNamespace node;
  private String before;

  @BeforeEach
  void begin() throws IOException, InterruptedException {
    node = NodeInNamespace.start(folder);
    before = "# by hand, not by Proxmox\n" + NodeInNamespace.file(NodeInNamespace.GOOD) + "\n\n";
    Files.writeString(node.interfaces(), before);
  }

  @AfterEach
  void end() throws IOException {
    if (node != null) {
      node.close();
    }
  }

  /** What Proxmox does: it moves the new file over the old one and reloads. */
  private void apply() throws IOException, InterruptedException {
    Path staged = node.interfaces().resolveSibling("interfaces.new");
    Files.writeString(staged, NodeInNamespace.file(NodeInNamespace.WRONG));
    Files.move(staged, node.interfaces(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    node.inNode("ifreload");
  }

  private void arm(int seconds) throws IOException, InterruptedException {
    NodeInNamespace.Result armed = node.back("arm", Integer.toString(seconds), "change-1");
    assertThat(armed.code()).as(armed.toString()).isZero();
    WayBack.Status status = WayBack.status(armed.out());
    assertThat(status.state()).isEqualTo(WayBack.State.ARMED);
    assertThat(status.id()).isEqualTo("change-1");
  }

  private WayBack.Status status() throws IOException, InterruptedException {
    return WayBack.status(node.back("status").out());
  }

  private void nothingIsLeft() throws IOException {
    for (String where : List.of("etc/systemd/system", "run/pivm-network-back")) {
      Path part = node.root.resolve(where);
      if (Files.exists(part)) {
        try (var files = Files.walk(part)) {
          assertThat(files.filter(file -> file.toString().contains("pivm-network-back"))).isEmpty();
        }
      }
    }
    assertThat(node.state("back.sh")).doesNotExist();
    assertThat(node.state("saved")).doesNotExist();
  }

  @Test
  void aLostConnectionComesBackByItself() throws Exception {
    assertThat(node.reaches(NodeInNamespace.GOOD)).isTrue();
    arm(6);
    apply();
    assertThat(node.reaches(NodeInNamespace.GOOD)).isFalse();
    node.await(node.state("reverted"), SOON);
    assertThat(node.reaches(NodeInNamespace.GOOD)).isTrue();
    assertThat(node.interfaces()).hasContent(before);
    assertThat(Files.readString(node.state("failed")))
        .isEqualTo(NodeInNamespace.file(NodeInNamespace.WRONG));
    assertThat(status().state()).isEqualTo(WayBack.State.REVERTED);
    nothingIsLeft();
  }

  @Test
  void aConfirmedChangeStays() throws Exception {
    arm(60);
    apply();
    NodeInNamespace.Result confirmed = node.back("confirm", "change-1");
    assertThat(confirmed.code()).as(confirmed.toString()).isZero();
    assertThat(node.interfaces()).hasContent(NodeInNamespace.file(NodeInNamespace.WRONG));
    assertThat(Files.readString(node.state("previous"))).isEqualTo(before);
    assertThat(status().state()).isEqualTo(WayBack.State.CONFIRMED);
    nothingIsLeft();
    // a timer that was already on its way, and a boot, change nothing
    assertThat(node.back("run").code()).isZero();
    assertThat(node.interfaces()).hasContent(NodeInNamespace.file(NodeInNamespace.WRONG));
  }

  @Test
  void theFileOfBeforeTheLastConfirmedChangeIsWrittenAsPending() throws Exception {
    Path pending = node.interfaces().resolveSibling("interfaces.new");
    assertThat(node.back("restage").err()).contains("no earlier network configuration");
    arm(60);
    apply();
    node.back("confirm", "change-1");
    assertThat(node.back("restage").code()).isZero();
    assertThat(pending).hasContent(before);
    assertThat(node.back("restage").err()).contains("changes wait to be applied here");
    assertThat(node.back("unstage").code()).isZero();
    assertThat(pending).doesNotExist();
    Files.writeString(pending, "# somebody's edit\n");
    assertThat(node.back("unstage").code()).isZero();
    assertThat(pending).hasContent("# somebody's edit");
  }

  @Test
  void itGoesBackWithoutTheManagerAndWithoutPivm() throws Exception {
    arm(6);
    Process manager =
        new ProcessBuilder("sh", "-c", "sleep 300 & wait").redirectErrorStream(true).start();
    apply();
    manager.descendants().forEach(ProcessHandle::destroyForcibly);
    manager.destroyForcibly();
    node.await(node.state("reverted"), SOON);
    assertThat(node.interfaces()).hasContent(before);
    assertThat(node.reaches(NodeInNamespace.GOOD)).isTrue();
  }

  @Test
  void aRebootInTheMiddleBringsTheOldFileBackBeforeNetworking() throws Exception {
    arm(60);
    apply();
    node.crash();
    Files.deleteIfExists(node.root.resolve("reloads"));
    assertThat(node.back("run").code()).isZero();
    assertThat(node.interfaces()).hasContent(before);
    // networking itself brings it up, right after
    assertThat(node.root.resolve("reloads")).doesNotExist();
    nothingIsLeft();
  }

  @Test
  void aRebootAfterTheConfirmationChangesNothing() throws Exception {
    arm(60);
    apply();
    node.back("confirm", "change-1");
    node.crash();
    assertThat(node.back("run").code()).isZero();
    assertThat(node.interfaces()).hasContent(NodeInNamespace.file(NodeInNamespace.WRONG));
  }

  @Test
  void aRebootBeforeTheApplyUndoesWhatProxmoxCommitsAtBoot() throws Exception {
    arm(60);
    node.crash();
    // pvenetcommit.service moves interfaces.new into use, before
    Files.writeString(node.interfaces(), NodeInNamespace.file(NodeInNamespace.WRONG));
    assertThat(node.back("run").code()).isZero();
    assertThat(node.interfaces()).hasContent(before);
  }

  @Test
  void aBootServiceThatFailedIsMadeUpForByTheTimer() throws Exception {
    arm(60);
    apply();
    node.crash();
    Files.writeString(node.root.resolve("run/networking"), "");
    assertThat(node.back("run").code()).isZero();
    assertThat(node.interfaces()).hasContent(before);
    assertThat(node.reaches(NodeInNamespace.GOOD)).isTrue();
  }

  @Test
  void aCallBeforeTheTimeIsOverChangesNothing() throws Exception {
    arm(60);
    apply();
    assertThat(node.back("run").code()).isZero();
    assertThat(node.interfaces()).hasContent(NodeInNamespace.file(NodeInNamespace.WRONG));
    assertThat(status().state()).isEqualTo(WayBack.State.ARMED);
    assertThat(status().left()).isBetween(1, 60);
  }

  @Test
  void aJumpOfTheClockMovesNothingOnlyTimeSinceBootCounts() throws Exception {
    Path uptime = folder.resolve("uptime");
    Files.writeString(uptime, "1000.00 1.00\n");
    Map<String, String> clock = Map.of("PIVM_UPTIME", uptime.toString());
    assertThat(node.back(clock, "arm", "60", "change-1").code()).isZero();
    apply();
    Files.writeString(uptime, "1059.00 1.00\n");
    node.back(clock, "run");
    assertThat(node.state("armed")).exists();
    Files.writeString(uptime, "1060.00 1.00\n");
    node.back(clock, "run");
    assertThat(node.state("reverted")).exists();
    assertThat(node.interfaces()).hasContent(before);
  }

  @Test
  void whatWasCutOffInTheMiddleIsFinished() throws Exception {
    arm(60);
    apply();
    // killed after it was decided, and after the file was put back, but before the reload
    Files.move(node.state("armed"), node.state("reverting"));
    Files.writeString(node.interfaces(), before);
    Files.writeString(node.state("touched"), "");
    assertThat(node.back("run").code()).isZero();
    assertThat(node.reaches(NodeInNamespace.GOOD)).isTrue();
    assertThat(status().state()).isEqualTo(WayBack.State.REVERTED);
    nothingIsLeft();
  }

  @Test
  void goingBackTwiceIsGoingBackOnce() throws Exception {
    arm(60);
    apply();
    assertThat(node.back("now").code()).isZero();
    Files.writeString(node.interfaces(), "# somebody's later work\n");
    assertThat(node.back("now").code()).isZero();
    assertThat(node.back("run").code()).isZero();
    assertThat(node.interfaces()).hasContent("# somebody's later work\n");
  }

  @Test
  void aLateConfirmationIsToldThatItIsOver() throws Exception {
    arm(60);
    apply();
    node.back("now");
    NodeInNamespace.Result late = node.back("confirm", "change-1");
    assertThat(late.code()).isNotZero();
    assertThat(late.err()).contains("put back");
    assertThat(node.interfaces()).hasContent(before);
  }

  @Test
  void onlyTheChangeThatWaitsCanBeConfirmed() throws Exception {
    arm(60);
    NodeInNamespace.Result other = node.back("confirm", "change-2");
    assertThat(other.code()).isNotZero();
    assertThat(status().state()).isEqualTo(WayBack.State.ARMED);
  }

  @Test
  void aSecondChangeIsRefusedWhileOneWaits() throws Exception {
    arm(60);
    NodeInNamespace.Result second = node.back("arm", "60", "change-2");
    assertThat(second.code()).isNotZero();
    assertThat(second.err()).contains("another network change");
    assertThat(status().id()).isEqualTo("change-1");
  }

  @Test
  void withoutATimerNothingIsArmed() throws Exception {
    Path systemctl = folder.resolve("tools/systemctl");
    Files.writeString(
        systemctl, Files.readString(systemctl).replace("restart)", "restart) exit 1;;\n  gone)"));
    NodeInNamespace.Result armed = node.back("arm", "60", "change-1");
    assertThat(armed.code()).isNotZero();
    assertThat(armed.err()).contains("timer");
    assertThat(status().state()).isEqualTo(WayBack.State.NONE);
    nothingIsLeft();
  }

  @Test
  void whoMayReadTheFileStaysAsItWas() throws Exception {
    Files.setPosixFilePermissions(node.interfaces(), PosixFilePermissions.fromString("rw-r-----"));
    arm(60);
    apply();
    node.back("now");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.interfaces())))
        .isEqualTo("rw-r-----");
  }
}
