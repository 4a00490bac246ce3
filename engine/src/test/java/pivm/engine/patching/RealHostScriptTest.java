package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.hostupdate.HostReader;

/**
 * What the script of the host update tells of a real apt's plans. Needs root and a Debian; skipped
 * elsewhere.
 */
class RealHostScriptTest {
  @TempDir Path folder;
  private ThrowAwaySystem system;

  @BeforeEach
  void start() throws IOException {
    system = new ThrowAwaySystem(folder, "apt", "apt-get");
  }

  @AfterEach
  void end() {
    if (system != null) {
      system.close();
    }
  }

  private String facts() throws IOException, InterruptedException {
    return verb("facts");
  }

  private String verb(String... words) throws IOException, InterruptedException {
    try (InputStream script = HostReader.class.getResourceAsStream("host.sh")) {
      byte[] text = Objects.requireNonNull(script).readAllBytes();
      var command =
          new ArrayList<>(
              List.of("sh", "-c", new String(text, StandardCharsets.UTF_8), "pivm-host"));
      command.addAll(List.of(words));
      return system.run(command.toArray(String[]::new));
    }
  }

  @Test
  void upgradesAreToldWithTheirFixes() throws IOException, InterruptedException {
    system.run("apt-get", "-q", "update");
    assertThat(facts().lines())
        .contains("upgrade pivm-demo 1.0 2.0 security")
        .noneMatch(line -> line.startsWith("remove ") || line.startsWith("essential "))
        .endsWith("end");
  }

  @Test
  void anAptThatCannotPlanIsNotTakenForOneWithNothingToDo()
      throws IOException, InterruptedException {
    system.shell("echo 'no source line' >/etc/apt/sources.list");
    assertThat(facts().lines().toList().getLast())
        .startsWith("apt can't tell what it would do: E: ");
  }

  /** Without its file, systemd would take it for a unit that has run for too long. */
  @ParameterizedTest
  @CsvSource({"activating, true", "inactive, false"})
  void theUnitThatGoesOnKeepsItsFileWhileItRuns(String state, boolean there)
      throws IOException, InterruptedException {
    system.shell(
        "printf '#!/bin/sh\\necho \"$*\" >>/root/asked\\n[ $1 != is-active ] || echo %s\\n'"
                .formatted(state)
            + " >/usr/local/sbin/systemctl; chmod 755 /usr/local/sbin/systemctl");
    verb("onboot", "pivm update hosts --continue");
    assertThat(system.run("cat", "/etc/systemd/system/pivm-continue.service"))
        .contains("ExecStart=/bin/sh /var/lib/pivm/continue.sh\n", "TimeoutStartSec=infinity");
    system.shell(": >/root/asked");
    verb("offboot");
    assertThat(
            system.shell(
                "ls /etc/systemd/system/pivm-continue.service /var/lib/pivm 2>/dev/null; true"))
        .doesNotContain("continue.sh")
        .satisfies(left -> assertThat(left.contains("pivm-continue.service")).isEqualTo(there));
    assertThat(system.run("cat", "/root/asked").contains("daemon-reload")).isNotEqualTo(there);
  }
}
