package pivm.engine.rails;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootTest {
  private static final Instant NOON = Instant.parse("2026-01-17T12:00:00Z");

  /** A guest is read at noon, and again so many seconds later. */
  @ParameterizedTest(name = "up {0} s, {1} s later {2} s: another boot {3}")
  @CsvSource({
    "7200, 600, 7800, false", // the same
    "7200, 600, 7750, false", // read from a list that was a minute old
    "7200, 600, 8000, false", // the first reading was old
    "7200, 600, 590, true",
    "7200, 600, 7730, true", // no list is that old
    "10,   2,   1,    true", // started anew in between
    "10,   60,  66,   false",
    "0,    60,  57,   false",
    "0,    60,  50,   true",
  })
  void anotherBootIsToldFromAnOldReading(
      long uptime, long secondsLater, long uptimeThen, boolean another) {
    Boot first = Boot.of(NOON, Duration.ofSeconds(uptime));
    Boot second = Boot.of(NOON.plusSeconds(secondsLater), Duration.ofSeconds(uptimeThen));

    assertThat(first.isOlderThan(second)).isEqualTo(another);
  }
}
