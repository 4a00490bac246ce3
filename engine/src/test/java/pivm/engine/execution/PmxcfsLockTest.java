package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
