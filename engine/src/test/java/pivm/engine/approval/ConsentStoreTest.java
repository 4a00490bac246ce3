package pivm.engine.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.rails.Approval;
import pivm.engine.rails.Binding;
import pivm.engine.rails.Boot;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Hold;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Verdict;
import pivm.proxmox.GuestType;

class ConsentStoreTest {
  private static final Instant NOW = Instant.parse("2026-01-17T12:00:00.123Z");

  @TempDir Path folder;

  private ConsentStore store() {
    return new ConsentStore(folder.resolve("state"));
  }

  private static Confirmation question(String id) {
    return new Confirmation(
        id,
        "lxc 210 web",
        "destroy with its disks: lxc 210 web",
        set("210/stop", "210/destroy"),
        new Binding(
            210,
            GuestType.LXC,
            "web",
            "abc",
            new Boot(NOW.minusSeconds(60), Duration.ofSeconds(60)),
            "RUNNING",
            set("rootfs=zfs:subvol-210-disk-0"),
            set("mine"),
            true,
            "started",
            set("tcp/443")),
        NOW);
  }

  private static SortedSet<String> set(String... all) {
    return new TreeSet<>(List.of(all));
  }

  @Test
  void aQuestionComesBackAsItWasAsked() {
    Confirmation whole = new Confirmation("b", "plan 1", "destroy 2", set("x"), null, NOW);
    store().asked(List.of(question("a"), whole), NOW);
    assertThat(store().find("a")).isEqualTo(question("a"));
    assertThat(store().find("b")).isEqualTo(whole);
    assertThat(store().find("c")).isNull();
  }

  @Test
  void anIdIsGoodOnce() {
    store().asked(List.of(question("a"), question("b")), NOW);
    assertThat(store().use("a")).isEqualTo(question("a"));
    assertThat(store().use("a")).isNull();
    assertThat(store().use("b")).isNotNull();
  }

  @Test
  void ofManyThatGiveTheSameIdAtOnceOneGetsIt() throws Exception {
    store().asked(List.of(question("a")), NOW);
    List<Future<Boolean>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        all.add(threads.submit(() -> store().use("a") != null));
      }
    }
    int got = 0;
    for (Future<Boolean> one : all) {
      got += one.get() ? 1 : 0;
    }
    assertThat(got).isEqualTo(1);
  }

  @Test
  void questionsOfLongAgoAreForgotten() {
    store().asked(List.of(question("a")), NOW);
    store().asked(List.of(), NOW.plus(Confirmation.VALID));
    assertThat(store().find("a")).isNotNull();
    store().asked(List.of(), NOW.plus(Confirmation.VALID).plusSeconds(1));
    assertThat(store().find("a")).isNull();
  }

  @Test
  void anApprovalIsKeptUntilItsRunBegins() {
    var approval =
        new Approval(
            "7f3c2a",
            List.of(
                new Verdict(Rail.RAM, "210/start", Verdict.Result.ALLOWED, "61 % free"),
                new Verdict(Rail.QUORUM, null, Verdict.Result.CONFIRM, "?")),
            List.of(question("a")),
            "eva",
            NOW);
    store().approve(approval);
    store().approve(approval);
    assertThat(store().approvals("7f3c2a")).containsExactly(approval);
    assertThat(store().approvals("other")).isEmpty();
    store().useApproval("7f3c2a");
    assertThat(store().approvals("7f3c2a")).isEmpty();
  }

  @Test
  void aHoldLastsUntilItIsReleased() {
    store().hold(new Hold(210, NOW, "rolled back by human:root", "e"));
    assertThat(store().holds()).containsOnlyKeys(210);
    assertThat(store().release(210)).isTrue();
    assertThat(store().release(210)).isFalse();
    assertThat(store().holds()).isEmpty();
  }

  @Test
  void onlyTheOwnerCanReadIt() throws Exception {
    store().asked(List.of(question("a")), NOW);
    Path file = folder.resolve("state/consents.jsonl");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}
