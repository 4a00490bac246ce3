package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.config.Settings;
import pivm.engine.config.Variables;
import pivm.engine.setup.Job;
import pivm.engine.setup.Layout;
import pivm.engine.setup.UnitFiles;

/** What the timers run. */
class JobsTest {
  @TempDir Path folder;

  @Test
  void theTimerOfContainersDoesWhatNoRailBlocksAndConfinesNoPackage() throws IOException {
    Path manifest = folder.resolve(UpdateFiles.CONTAINERS);
    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, "{\"schedule\": \"Mon 02:30\"}");
    Job job =
        new Jobs(Settings.resolve(Map.of(), Map.of(), Variables.none()), folder, folder)
            .all().stream()
                .filter(one -> one.unit().equals("pivm-containers"))
                .findFirst()
                .orElseThrow();
    assertThat(job.command())
        .isEqualTo(List.of("update", "containers", "--skip-blocked", "--quiet"));
    assertThat(job.calendar()).isEqualTo("Mon 02:30");
    assertThat(job.confinement()).isEqualTo(Job.Confinement.PACKAGES);
    var layout =
        new Layout(Path.of("/"), Layout.USUAL_INSTALL, Layout.USUAL_STATE, Layout.USUAL_LOG);
    assertThat(new UnitFiles(layout, "/run/pivm/timers.lock").service(job))
        .contains("pivm update containers --skip-blocked --quiet\n")
        // What is attached to a container takes these over, and setuid programs fail there then.
        .doesNotContain("NoNewPrivileges", "Protect", "Restrict", "SystemCall", "Capability");
  }
}
