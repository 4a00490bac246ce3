package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.json.Json;
import pivm.simulator.Simulation;
import pivm.simulator.mirror.Mirror;
import pivm.simulator.state.Volume;

/** The script and the commands for images, as processes, with a web server on this machine. */
class ImagesScriptIT {
  private static final String SCRIPT = Launched.script("storage/host/proxmox_iso_sync.sh");
  private static final String ISO = "local:iso/debian-13.0-netinst.iso";
  private static final byte[] CONTENT = new byte[200_000];

  @TempDir Path folder;
  private final Mirror mirror = Mirror.start(Mirror.Look.APACHE);
  private Simulation simulation;
  private Launched pivm;

  @BeforeEach
  void start() throws IOException {
    new Random(1).nextBytes(CONTENT);
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(200).withNodes(1));
    mirror.put("/iso/debian-13.0-netinst.iso", CONTENT).withChecksums("/iso/");
    pivm = Launched.in(folder).over(simulation);
    declare(
        """
        {"os": "debian", "source_page": "%s", "pattern": "debian-${version}-netinst[.]iso"}
        """
            .formatted(mirror.url("/iso/")));
  }

  @AfterEach
  void end() {
    simulation.close();
    mirror.close();
  }

  private void declare(String image) throws IOException {
    Files.writeString(folder.resolve("images.json"), "{\"images\": [" + image + "]}");
  }

  private Launched.Ended script(Launched how, String... words) throws Exception {
    return how.run(
        Stream.concat(Stream.of(SCRIPT, "--manifest", "images.json"), Arrays.stream(words))
            .toArray(String[]::new));
  }

  private byte[] stored() {
    return simulation
        .cluster()
        .with(cluster -> {
          Volume found = cluster.storages().find("pve-1", ISO);
          byte[] data = found == null ? null : found.data();
          return data == null ? new byte[0] : data;
        });
  }

  @Test
  void itShowsThenFetchesOnceAndListsWhatIsThere() throws Exception {
    assertThat(script(pivm, "--dry-run").ends(Exit.DONE).out()).contains("+ image " + ISO);
    script(pivm.with("PIVM_PROXMOX_ISO_SYNC_DRY_RUN", "true")).ends(Exit.DONE);
    assertThat(stored()).isEmpty();

    List<Json> events = script(pivm, "--json").ends(Exit.DONE).json();
    assertThat(events).hasSizeGreaterThan(2);
    assertThat(stored()).isEqualTo(CONTENT);
    assertThat(script(pivm).ends(Exit.DONE).out()).contains("No differences");
    assertThat(mirror.requests())
        .filteredOn(one -> one.startsWith("GET") && one.endsWith(".iso"))
        .hasSize(1);

    String launcher = Launched.launcher();
    Launched.Ended listed =
        pivm.run(launcher, "images", "list", "--manifest", "images.json", "--json");
    assertThat(listed.ends(Exit.DONE).json())
        .singleElement()
        .satisfies(list ->
            assertThat(list.objects())
                .singleElement()
                .satisfies(one -> {
                  assertThat(one.text("volume")).isEqualTo(ISO);
                  assertThat(one.text("newest")).isEqualTo("13.0");
                }));
  }

  @Test
  void wrongInputAndWrongFilesChangeNothingAndEndWithTheirCodes() throws Exception {
    assertThat(script(pivm, "--help").ends(Exit.DONE).out()).contains("--dry-run");
    script(pivm, "--nonsense").ends(Exit.WRONG_USAGE);
    script(pivm.with("PIVM_ENDPOINT", "https://127.0.0.1:1")).ends(Exit.UNREACHABLE);
    String sum = "00".repeat(32);
    declare(
        """
        {"os": "debian", "url": "%s", "checksum": "sha256:%s"}
        """
            .formatted(mirror.url("/iso/debian-13.0-netinst.iso"), sum));
    assertThat(script(pivm).ends(Exit.FAILED).said()).contains("checksum mismatch");
    declare("{\"os\": \"gone\", \"url\": \"http://127.0.0.1:1/gone.iso\"}");
    assertThat(script(pivm).ends(Exit.PARTLY_DONE).said()).contains("image gone");
    declare("{\"os\": \"debian\", \"urll\": \"https://h/x.iso\"}");
    assertThat(script(pivm).ends(Exit.BAD_MANIFEST).err()).contains("did you mean url?");
    assertThat(stored()).isEmpty();
  }
}
