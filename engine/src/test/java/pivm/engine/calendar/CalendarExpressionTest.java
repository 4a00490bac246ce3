package pivm.engine.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarExpressionTest {
  private static final Instant TUESDAY_NOON = Instant.parse("2026-11-24T12:00:00Z");

  private static CalendarExpression parse(String text) {
    return CalendarExpression.parse(text, ZoneOffset.UTC);
  }

  @ParameterizedTest
  @CsvSource({
    "Sun 04:00, 2026-11-29T04:00:00Z",
    "Sun 01:00, 2026-11-29T01:00:00Z",
    "daily, 2026-11-25T00:00:00Z",
    "hourly, 2026-11-24T13:00:00Z",
    "weekly, 2026-11-30T00:00:00Z",
    "12:30, 2026-11-24T12:30:00Z",
    "Mon..Fri 11:00, 2026-11-25T11:00:00Z",
    "*-*-01 03:00, 2026-12-01T03:00:00Z",
    "*-*~1 03:00, 2026-11-30T03:00:00Z",
    "*-02-29 00:00, 2028-02-29T00:00:00Z",
    "*:0/15, 2026-11-24T12:15:00Z",
    "Sat *-*-8..14 02:00, 2026-12-12T02:00:00Z",
    "'Sat,Sun 22:00:30', 2026-11-28T22:00:30Z",
    "2027-01-01 00:00, 2027-01-01T00:00:00Z",
    "13:00 Europe/Berlin, 2026-11-25T12:00:00Z",
  })
  void theNextTimeIsFound(String expression, String next) {
    assertThat(parse(expression).next(TUESDAY_NOON)).isEqualTo(Instant.parse(next));
  }

  @Test
  void theLatestTimeIncludesTheInstantItself() {
    assertThat(parse("12:00").latest(TUESDAY_NOON)).isEqualTo(TUESDAY_NOON);
    assertThat(parse("Sun 04:00").latest(TUESDAY_NOON))
        .isEqualTo(Instant.parse("2026-11-22T04:00:00Z"));
  }

  @Test
  void whatNeverComesIsSaidSo() {
    assertThat(parse("2020-01-01 00:00").next(TUESDAY_NOON)).isNull();
    assertThat(parse("*-02-30").next(TUESDAY_NOON)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sometimes", "25:00", "Sun 04", "Mon..", "*-13-01", "04:00 Nowhere/At"})
  void whatIsNoExpressionIsRefusedWithTheReason(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no calendar expression")
        .hasMessageContaining("for example");
  }

  @Test
  void systemdAgrees() throws IOException, InterruptedException {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
        "systemd-analyze is not installed");
    for (String expression :
        List.of(
            "Sun 04:00",
            "Mon..Fri 22:15",
            "*-*-01 03:00",
            "*-*~1 03:00",
            "*:0/7",
            "Sat,Sun 1:30",
            "monthly",
            "quarterly",
            "*-1..3,12-5/10 6..8:30",
            "Fri *-*-13 13:13:13")) {
      assertThat(parse(expression + " UTC").next(TUESDAY_NOON))
          .as(expression)
          .isEqualTo(bySystemd(expression));
    }
  }

  private static Instant bySystemd(String expression) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                "systemd-analyze",
                "calendar",
                "--base-time=2026-11-24 12:00:00 UTC",
                expression + " UTC")
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    String line =
        output
            .lines()
            .filter(text -> text.contains("Next elapse"))
            .findFirst()
            .orElseThrow(() -> new AssertionError(expression + ": " + output));
    String time = line.substring(line.indexOf(':') + 1).strip();
    return ZonedDateTime.parse(
            time,
            DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm:ss z", Locale.ROOT)
                .withZone(ZoneId.of("UTC")))
        .toInstant();
  }
}
