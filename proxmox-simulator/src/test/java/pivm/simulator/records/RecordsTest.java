package pivm.simulator.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import pivm.simulator.json.JsonIn;
import pivm.simulator.testing.SharedRecords;

/** Replays what a real Proxmox VE was asked, where the recordings are at hand. */
class RecordsTest {
  private static final List<String> SINGLE =
      List.of(
          "01-basics",
          "02-storage",
          "03-qemu",
          "04-qemu-running",
          "05-qemu-snapshots-cloudinit",
          "06-lxc",
          "07-tasks",
          "08-network-node",
          "09-access-pools-cluster",
          "12-extra");

  /** Raised whenever the simulator comes closer to the recordings; never lowered. */
  private static final double FLOOR = 0.975;

  @Test
  void theShareAnsweredAlikeDoesNotFall(TestReporter reporter) throws IOException {
    var shared = SharedRecords.folder();
    assumeTrue(shared != null, "no shared/pve beside the repository: nothing to replay");
    var report = new StringBuilder();
    int[] total = {0, 0};
    var single = RecordedCluster.single();
    for (String name : SINGLE) {
      if (name.equals("09-access-pools-cluster")) {
        RecordedCluster.grantAlice(single);
      }
      add(report, total, name, play(new Replay(single), shared, name));
    }
    add(
        report,
        total,
        "11-cluster",
        play(new Replay(RecordedCluster.pair()), shared, "11-cluster"));
    double share = (double) total[0] / total[1];
    report.append(
        String.format(Locale.ROOT, "total %d of %d (%.1f %%)%n", total[0], total[1], 100 * share));
    reporter.publishEntry("records answered alike", report.toString());
    var file = System.getProperty("pivm.records.report");
    if (file != null) {
      Files.writeString(Path.of(file), report);
    }
    assertThat(share).isGreaterThanOrEqualTo(FLOOR);
  }

  private static Replay play(Replay replay, Path shared, String name) throws IOException {
    var recording = JsonIn.readDoc(Files.readString(shared.resolve("recorded/" + name + ".json")));
    replay.run((List<?>) Objects.requireNonNull(recording.get("calls")));
    return replay;
  }

  private static void add(StringBuilder report, int[] total, String name, Replay replay) {
    total[0] += replay.alike();
    total[1] += replay.compared();
    report
        .append(name)
        .append(": ")
        .append(replay.alike())
        .append(" of ")
        .append(replay.compared());
    report.append(" alike\n");
    write(name, replay.cases());
    replay.differences().forEach(d -> report.append("    ").append(d).append('\n'));
  }

  /** Restates what was answered alike, for where the recordings are not at hand. */
  private static void write(String name, String cases) {
    if (Boolean.getBoolean("pivm.cases.write")) {
      try {
        Path file = Path.of("src/test/resources/pivm/simulator/records/" + name + ".cases");
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, cases);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }
}
