package pivm.engine.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pivm.engine.setup.Job.Confinement;

class UnitFilesTest {
  private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");

  @TempDir Path root;

  private static UnitFiles units() {
    return new UnitFiles(
        new Layout(Path.of("/"), Layout.USUAL_INSTALL, Layout.USUAL_STATE, Layout.USUAL_LOG),
        "/run/pivm/timers.lock");
  }

  private static Job job(Confinement confinement) {
    return new Job(
        "pivm-" + confinement.name().toLowerCase(Locale.ROOT),
        "does something",
        List.of("drift", "--quiet"),
        "Sun 04:00",
        "30s",
        confinement != Confinement.READER,
        confinement);
  }

  /** Exit code and words of {@code systemd-analyze} below the temporary root. */
  private String analyze(String... words) throws IOException, InterruptedException {
    assumeThat(ANALYZE).as("systemd is not installed here").isExecutable();
    List<String> command = new ArrayList<>(List.of(ANALYZE.toString(), "--root=" + root));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + " " + said;
  }

  private void write(Job job) throws IOException {
    Path folder = Files.createDirectories(root.resolve("etc/systemd/system"));
    Files.writeString(folder.resolve(job.service()), units().service(job));
    Files.writeString(folder.resolve(job.timer()), units().timer(job));
    Path programs = Files.createDirectories(root.resolve("usr/bin"));
    for (String program : List.of("pivm", "flock")) {
      Path file = Files.writeString(programs.resolve(program), "#!/bin/sh\n");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void systemdTakesTheUnitsWithoutAWord(Confinement confinement) throws Exception {
    Job job = job(confinement);
    write(job);
    assertThat(analyze("verify", "--man=no", "--recursive-errors=no", job.service(), job.timer()))
        .isEqualTo("0 ");
  }

  @Test
  void theCheckSeesAWrongUnit() throws Exception {
    Job job = job(Confinement.READER);
    write(job);
    Path service = root.resolve("etc/systemd/system").resolve(job.service());
    Files.writeString(service, Files.readString(service).replace("UMask", "Umaks"));
    assertThat(analyze("verify", "--man=no", "--recursive-errors=no", job.service()))
        .contains("Umaks");
  }

  @Test
  void whatOnlyLooksIsConfined() throws Exception {
    Job job = job(Confinement.READER);
    write(job);
    assertThat(analyze("security", "--offline=yes", "--threshold=30", "--no-pager", job.service()))
        .startsWith("0 ");
  }

  @Test
  void jobsThatChangeSomethingWaitForEachOther() {
    assertThat(units().service(job(Confinement.GUESTS)))
        .contains(
            "ExecStart=/usr/bin/flock --no-fork --timeout 21600 /run/pivm/timers.lock"
                + " /usr/bin/pivm",
            "KillMode=mixed");
    assertThat(units().service(job(Confinement.READER))).contains("ExecStart=/usr/bin/pivm drift");
  }

  @Test
  void aTimerIsTheActor() {
    assertThat(units().service(job(Confinement.GUESTS)))
        .contains("Environment=PIVM_ACTOR=timer:pivm-guests");
  }

  @Test
  void foldersElsewhereAreMadeWritable() {
    var layout = new Layout(Path.of("/"), "/srv/infra", "/srv/pivm-state", "/srv/logs/pivm.log");
    assertThat(new UnitFiles(layout, "/run/pivm/timers.lock").service(job(Confinement.READER)))
        .contains("ReadWritePaths=/srv/pivm-state", "ReadWritePaths=/srv/logs")
        .contains("WorkingDirectory=/srv/infra");
  }

  @Test
  void theLogIsRotatedDailyAndSevenAreKept() {
    assertThat(units().rotation())
        .startsWith("/var/log/pivm/*.log {")
        .contains("daily", "rotate 7");
  }

  @Test
  void aScheduleComesFromItsManifestOrIsTheUsualOne() {
    assertThat(Schedules.of("x.json", null, "Sun 01:00")).isEqualTo("Sun 01:00");
    assertThat(Schedules.of("x.json", "[]", "Sun 01:00")).isEqualTo("Sun 01:00");
    assertThat(Schedules.of("x.json", "{ // mine\n \"schedule\": \"Sat 02:30\" }", "Sun 01:00"))
        .isEqualTo("Sat 02:30");
    assertThatThrownBy(() -> Schedules.of("x.json", "{\"schedule\": \"Sum 02:30\"}", "daily"))
        .hasMessageContaining("x.json")
        .hasMessageContaining("'Sum 02:30' is no calendar expression");
    assertThatThrownBy(() -> Schedules.of("x.json", "{\"schedule\": 7}", "daily"))
        .hasMessageContaining("must be a text");
  }
}
