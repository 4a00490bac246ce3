package pivm.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionOrderTest {
  private static final VersionOrder ORDER = VersionOrder.NEWEST_LAST;

  @ParameterizedTest
  @CsvSource({
    "9.9, 9.10",
    "9.10, 9.10-1",
    "9.10-1, 9.10-2",
    "9.10-9, 9.10-10",
    "9.10-1, 9.10.1",
    "9.10-rc1, 9.10",
    "9.10rc1, 9.10",
    "9.10_rc1, 9.10-1",
    "9.10-rc2, 9.10-rc10",
    "9.10-alpha3, 9.10-beta1",
    "9.10-beta9, 9.10-rc1",
    "9.10~rc1, 9.10",
    "9.10~beta, 9.10-rc1",
    "1.0.2, 1.0.2a",
    "1.0.2a, 1.0.2k",
    "1.0.2k, 1.0.3",
    "20250814, 20251002",
    "20250814-2204, 20250814-2205",
    "2025-08-14, 2025-10-02",
    "2025-9-30, 2025-10-01",
    "v1.9, v1.10",
    "v1.9, 1.10",
    "1.9, v1.10",
    "9, 9.0",
    "9.0, 10",
    "debian-12.9.0-amd64-netinst, debian-12.10.0-amd64-netinst",
    "debian-12-standard_12.7-1_amd64, debian-12-standard_12.12-1_amd64",
    "debian-13-standard_13.1_amd64, debian-13-standard_13.1-2_amd64",
    "alpine-standard-3.22_rc1-x86_64, alpine-standard-3.22-x86_64",
    "alpine-standard-3.22-x86_64, alpine-standard-3.22.1-x86_64",
    "proxmox-ve_8.4-1, proxmox-ve_9.0-1",
    "daily-latest, daily-20250101",
    "99999999999999999999, 100000000000000000000",
  })
  void theFirstIsOlder(String older, String newer) {
    assertThat(ORDER.compare(older, newer)).isNegative();
    assertThat(ORDER.compare(newer, older)).isPositive();
  }

  @Test
  void whatMeansTheSameStillHasAnOrder() {
    assertThat(ORDER.compare("9.01", "9.1")).isNegative();
    assertThat(ORDER.compare("9.1", "9.01")).isPositive();
    assertThat(ORDER.compare("9.1", "9.1")).isZero();
  }

  @Test
  void itIsATotalOrder() {
    long seed = Long.getLong("pivm.seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 30_000; round++) {
      String a = name(random);
      String b = random.nextInt(4) == 0 ? a : name(random);
      String c = name(random);
      String shown = "seed " + seed + ": '" + a + "' '" + b + "' '" + c + "'";
      int ab = Integer.signum(ORDER.compare(a, b));
      int bc = Integer.signum(ORDER.compare(b, c));
      int ac = Integer.signum(ORDER.compare(a, c));
      assertThat(Integer.signum(ORDER.compare(b, a))).as(shown).isEqualTo(-ab);
      assertThat(ab == 0).as(shown).isEqualTo(a.equals(b));
      if (ab <= 0 && bc <= 0) {
        assertThat(ac).as(shown).isNotPositive();
      }
    }
  }

  @Test
  void aShuffledListIsAlwaysSortedTheSame() {
    long seed = Long.getLong("pivm.seed", System.nanoTime());
    var random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        names.add(name(random));
      }
      List<String> sorted = names.stream().sorted(ORDER).toList();
      Collections.shuffle(names, random);
      assertThat(names.stream().sorted(ORDER).toList()).as("seed " + seed).isEqualTo(sorted);
    }
  }

  private static String name(Random random) {
    String[] parts = {
      "1",
      "9",
      "10",
      "09",
      "0",
      "20250814",
      ".",
      ".",
      "-",
      "_",
      "~",
      "+",
      "rc",
      "rc1",
      "beta",
      "alpha",
      "a",
      "v",
      "v1",
      "amd",
      "x86_64",
      "dev",
      "",
      "--",
      "ß",
      "RC",
      "latest"
    };
    var name = new StringBuilder();
    int length = random.nextInt(7);
    for (int i = 0; i < length; i++) {
      name.append(parts[random.nextInt(parts.length)]);
    }
    return name.toString();
  }
}
