package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.Time;

class PmxcfsLockTest {
  @TempDir private Path folder;

  private final ToyCluster clock = new ToyCluster();

  private PmxcfsLock lock() {
    return new PmxcfsLock(folder, clock);
  }

  @Test
  void whoeverMakesTheFolderHasTheLockUntilItIsGone() throws InterruptedException {
    try (ClusterLock.Held held = lock().take("apply", Duration.ZERO)) {
      assertThat(held.valid()).isTrue();
      assertThat(folder.resolve("pivm-apply")).isDirectory();
    }
    assertThat(folder.resolve("pivm-apply")).doesNotExist();
  }

  @Test
  void aWaiterAsksForItAndSaysWhatToDoWhenItIsNotFreed() throws Exception {
    Path taken = Files.createDirectory(folder.resolve("pivm-apply"));
    Instant began = clock.now();

    assertThatThrownBy(() -> lock().take("apply", Duration.ofSeconds(30)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another manager holds the cluster lock")
        .hasMessageContaining("Wait until its run has ended");

    assertThat(Duration.between(began, clock.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(30));
    assertThat(Files.getLastModifiedTime(taken).toInstant()).isEqualTo(Instant.EPOCH);
  }

  /** As pmxcfs does: more than 120 seconds after the first asking, the next one frees it. */
  @Test
  void theLockOfOneThatDiedIsTakenOverByWhoeverWaitsLongEnough() throws Exception {
    Path died = Files.createDirectory(folder.resolve("pivm-apply"));
    Files.setLastModifiedTime(died, FileTime.from(clock.now()));
    var asked = new AtomicReference<@Nullable Instant>();
    var pmxcfs =
        new PmxcfsLock(
            folder,
            new Time() {
              @Override
              public Instant now() {
                return clock.now();
              }

              @Override
              public void sleep(Duration time) {
                clock.sleep(time);
                try {
                  boolean asking =
                      Files.exists(died)
                          && Files.getLastModifiedTime(died).toInstant().equals(Instant.EPOCH);
                  if (asking && asked.compareAndSet(null, now())) {
                    return;
                  }
                  Instant first = asked.get();
                  if (asking && first != null && first.plusSeconds(120).isBefore(now())) {
                    Files.delete(died);
                  }
                } catch (IOException gone) {
                  throw new UncheckedIOException(gone);
                }
              }
            });
    Instant began = clock.now();
    try (ClusterLock.Held held = pmxcfs.take("apply", Duration.ofSeconds(150))) {
      assertThat(held.valid()).isTrue();
      assertThat(Duration.between(began, clock.now())).isGreaterThan(Duration.ofMinutes(2));
    }
  }

  @Test
  void aLockThatSomebodyFreedIsLostAndNotFreedAgain() throws Exception {
    try (ClusterLock.Held held = lock().take("apply", Duration.ZERO)) {
      Files.delete(folder.resolve("pivm-apply"));
      assertThat(held.valid()).isFalse();
    }
  }

  @Test
  void aLockThatWasNotKeptForTwoMinutesIsLost() throws Exception {
    ClusterLock.Held held = lock().take("apply", Duration.ZERO);
    clock.sleep(Duration.ofMinutes(3));

    assertThat(held.valid()).isFalse();
    held.close();
    assertThat(folder.resolve("pivm-apply")).as("it may be another's by now").isDirectory();
  }

  @Test
  void whereItCannotBeMadeTheReasonIsTold() throws IOException {
    Path gone = folder.resolve("gone");

    assertThatThrownBy(() -> new PmxcfsLock(gone, clock).take("apply", Duration.ZERO))
        .hasMessageContaining("cannot be taken")
        .hasMessageContaining("pvecm status");
  }
}
