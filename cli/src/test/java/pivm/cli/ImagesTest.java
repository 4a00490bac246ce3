package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.Simulation;
import pivm.simulator.mirror.Behaviour;
import pivm.simulator.mirror.Mirror;
import pivm.simulator.state.Volume;

/** Images on a simulated cluster over HTTPS, from a mirror on this machine. */
class ImagesTest {
  private static final byte[] DEBIAN = content(300_000, 1);
  private static final byte[] NEWER = content(310_000, 2);

  @TempDir Path folder;
  private Simulation simulation;
  private final Mirror mirror = Mirror.start(Mirror.Look.APACHE);

  private static byte[] content(int length, int seed) {
    var bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(200).withNodes(2));
    mirror.put("/iso/debian-13.0-netinst.iso", DEBIAN).withChecksums("/iso/");
  }

  @AfterEach
  void end() {
    simulation.close();
    mirror.close();
  }

  private InProcess here(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PIVM_ENDPOINT", simulation.endpoint());
    environment.put("PIVM_TOKEN", simulation.token());
    environment.put("PIVM_FINGERPRINT", simulation.fingerprint());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    environment.put("PIVM_ACTOR", "human");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return InProcess.in(folder).with(environment);
  }

  private void declare(String settings, String... entries) throws IOException {
    SafeFile.write(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE), "[]\n");
    SafeFile.write(
        folder.resolve(ImageManifests.PLACE),
        "{" + settings + "\"images\": [" + String.join(",", entries) + "]}\n");
  }

  private String found(String more) {
    return """
    {"os": "debian", "source_page": "%s", "pattern": "debian-${version}-netinst[.]iso"%s}
    """
        .formatted(mirror.url("/iso/"), more);
  }

  private @Nullable Volume volume(String node, String id) {
    return simulation
        .cluster()
        .with(cluster -> Optional.ofNullable(cluster.storages().find(node, id)))
        .orElse(null);
  }

  private byte[] stored(String node, String id) {
    Volume found = volume(node, id);
    byte[] data = found == null ? null : found.data();
    return data == null ? new byte[0] : data;
  }

  @Test
  void settingsAreNotTakenForGuestsWhereNoneAreDeclared() throws IOException {
    declare("", found(""));
    Files.delete(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE));
    Files.delete(folder.resolve(Manifests.FOLDER));
    Files.writeString(folder.resolve("variables.json"), "{\"proxmox\": {}}\n");
    InProcess.Result planned = here().run("images", "sync", "--dry-run");
    assertThat(planned.exit()).as(planned.toString()).isEqualTo(Exit.DONE);
    assertThat(planned.out()).contains("+ image local:iso/debian-13.0-netinst.iso on pve-1");
  }

  @Test
  void theNodesFetchTheNewestAndTheNextSyncIsEmpty() throws IOException {
    declare("", found(""));
    InProcess.Result planned = here().run("plan", "images", "--detailed-exitcode");
    assertThat(planned.exit()).as(planned.toString()).isEqualTo(Exit.DIFFERENCES);
    assertThat(planned.out())
        .contains("+ image local:iso/debian-13.0-netinst.iso on pve-1", "the node fetches it");

    InProcess.Result synced = here().run("images", "sync");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.DONE);
    assertThat(synced.out()).contains("Verified: no differences.");
    for (String node : List.of("pve-1", "pve-2")) {
      assertThat(stored(node, "local:iso/debian-13.0-netinst.iso")).isEqualTo(DEBIAN);
    }
    assertThat(here().run("images", "sync").out()).contains("No differences");
    assertThat(here().run("plan", "--detailed-exitcode").exit()).isEqualTo(Exit.DONE);
    assertThat(here().run("history").out())
        .contains("create image local:iso/debian-13.0-netinst.iso");
  }

  @Test
  void aListSaysWhatIsThereAndWhatIsNewest() throws IOException {
    declare("", found(", \"node\": \"pve-1\""));
    here().run("images", "sync");
    mirror.put("/iso/debian-13.1-netinst.iso", NEWER).withChecksums("/iso/");
    InProcess.Result listed = here().run("images", "list", "--json");
    assertThat(listed.exit()).as(listed.toString()).isEqualTo(Exit.DONE);
    List<Json.Obj> states = JsonText.read(listed.out()).objects();
    assertThat(states).extracting(one -> one.text("state")).containsExactly("missing", "obsolete");
    assertThat(states.getFirst().text("newest")).isEqualTo("13.1");
    assertThat(here().run("images", "list").out()).contains("debian", "missing", "obsolete");
  }

  @Test
  void theStateAtAGlanceTellsOfImagesWithoutAskingSources() throws IOException {
    declare(
        "",
        found(", \"node\": \"pve-1\""),
        "{\"os\": \"gone\", \"url\": \"http://127.0.0.1:1/gone.iso\", \"node\": \"pve-1\"}");
    assertThat(here().run("status").out()).contains("images    2 declared, not looked at yet");
    here().run("images", "sync");
    int asked = mirror.requests().size();
    InProcess.Result status = here().run("status");
    assertThat(status.out())
        .contains("images    2 declared; ", " ago 1 there, 1 unknown, first gone: ");
    assertThat(here().run("status", "--json").out()).contains("\"images\":{\"declared\":2,");
    assertThat(mirror.requests()).hasSize(asked);
  }

  @Test
  void whatIsObsoleteGoesOnlyWhereTheManifestSaysSo() throws IOException {
    declare("", found(", \"node\": \"pve-1\""));
    here().run("images", "sync");
    mirror.put("/iso/debian-13.1-netinst.iso", NEWER).withChecksums("/iso/");
    InProcess.Result synced = here().run("images", "sync");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.DONE);
    assertThat(synced.out()).contains("lets it go");
    assertThat(stored("pve-1", "local:iso/debian-13.0-netinst.iso")).isEqualTo(DEBIAN);

    declare("\"obsolete\": \"delete\", ", found(", \"node\": \"pve-1\""));
    synced = here().run("images", "sync");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.DONE);
    assertThat(volume("pve-1", "local:iso/debian-13.0-netinst.iso")).isNull();
    assertThat(volume("pve-1", "local:iso/debian-13.1-netinst.iso")).isNotNull();
    // Nobody brought this one, so nobody takes it away.
    assertThat(volume("pve-1", "local:iso/debian-13.iso")).isNotNull();
  }

  @Test
  void whatAGuestUsesIsNeverDeleted() throws IOException {
    declare("\"obsolete\": \"delete\", ", found(", \"node\": \"pve-1\""));
    here().run("images", "sync");
    simulation
        .cluster()
        .handle(
            pivm.simulator.api.SimRequest.of("POST", "/nodes/pve-1/qemu")
                .with(
                    Map.of("vmid", "300", "ide2", "local:iso/debian-13.0-netinst.iso,media=cdrom"))
                .root());
    mirror.put("/iso/debian-13.1-netinst.iso", NEWER).withChecksums("/iso/");
    InProcess.Result synced = here().run("images", "sync");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.DONE);
    assertThat(stored("pve-1", "local:iso/debian-13.0-netinst.iso")).isEqualTo(DEBIAN);
    assertThat(here().run("images", "list").out()).contains("vm 300");
  }

  @Test
  void whatProxmoxCanNotUnpackIsFetchedUnpackedAndUploaded() throws IOException {
    byte[] packed = gzip(DEBIAN);
    mirror.put("/cloud.raw.gz", packed);
    declare(
        "",
        """
        {"os": "cloud", "url": "%s", "checksum": "sha256:%s"}
        """
            .formatted(mirror.url("/cloud.raw.gz"), Mirror.sha256(packed)));
    InProcess.Result synced = here().run("images", "sync", "--json");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.DONE);
    assertThat(synced.out()).contains("step-progress", "bytes");
    for (String node : List.of("pve-1", "pve-2")) {
      assertThat(stored(node, "local:import/cloud.raw")).isEqualTo(DEBIAN);
    }
    assertThat(mirror.requests()).filteredOn(line -> line.equals("GET /cloud.raw.gz")).hasSize(1);
    assertThat(here().run("images", "sync").out()).contains("No differences");
  }

  @Test
  void aWrongChecksumStoresNothing() throws IOException {
    declare(
        "",
        """
        {"os": "x", "url": "%s", "checksum": "sha256:%s", "node": "pve-1"},
        {"os": "y", "url": "%s", "checksum": "sha256:%s", "node": "pve-1"}
        """
            .formatted(
                mirror.url("/iso/debian-13.0-netinst.iso"),
                "00".repeat(32),
                mirror.put("/y.raw.gz", gzip(DEBIAN)).url("/y.raw.gz"),
                "00".repeat(32)));
    InProcess.Result synced = here().run("images", "sync");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.FAILED);
    assertThat(synced.out() + synced.err()).contains("checksum mismatch", "not what was announced");
    assertThat(volume("pve-1", "local:iso/debian-13.0-netinst.iso")).isNull();
    assertThat(volume("pve-1", "local:import/y.raw")).isNull();
  }

  @Test
  void aSourceThatDoesNotAnswerIsUnknownAndHoldsUpNothing() throws IOException {
    mirror.put("/silent/", new byte[1], new Behaviour.Silent());
    declare(
        "",
        """
        {"os": "silent", "source_page": "%s", "pattern": "x"}
        """
            .formatted(mirror.url("/silent/")),
        found(", \"node\": \"pve-1\""));
    InProcess.Result synced = here().run("images", "sync");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.PARTLY_DONE);
    assertThat(synced.out()).contains("image silent", "does not answer within");
    assertThat(stored("pve-1", "local:iso/debian-13.0-netinst.iso")).isEqualTo(DEBIAN);
  }

  @Test
  void templatesAndRegistriesAreAskedByANode() throws IOException {
    declare(
        "",
        "{\"os\": \"debian-ct\", \"source_page\": \"pveam\", \"pattern\": \"debian-13-.*\","
            + " \"node\": \"pve-2\", \"storage\": \"shared\"}",
        "{\"os\": \"alpine\", \"source_page\": \"oci:docker.io/library/alpine\", \"pattern\":"
            + " \"3[.][0-9.]+\", \"node\": \"pve-1\"}");
    InProcess.Result synced = here().run("images", "sync");
    assertThat(synced.exit()).as(synced.toString()).isEqualTo(Exit.DONE);
    assertThat(volume("pve-1", "shared:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"))
        .isNotNull();
    assertThat(volume("pve-1", "local:vztmpl/alpine_3.22.1.tar")).isNotNull();
    assertThat(here().run("images", "sync").out()).contains("No differences");
  }

  private void guests(String... entries) throws IOException {
    SafeFile.write(
        folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE),
        "[" + String.join(",", entries) + "]\n");
  }

  private static String container(int vmid, String template) {
    return """
    {"type": "lxc", "vmid": %d, "hostname": "ct-%d", "template": "%s", "memory": 256,
     "storage": "local-lvm:4", "state": "running"}
    """
        .formatted(vmid, vmid, template);
  }

  @Test
  void oneApplyFetchesImagesAndMakesGuestsOfThem() throws IOException {
    byte[] packed = gzip(DEBIAN);
    mirror.put("/cloud.raw.gz", packed).put("/ct/base-1.2.tar.zst", NEWER).withChecksums("/ct/");
    declare(
        "",
        "{\"os\": \"cloud\", \"url\": \"%s\", \"node\": \"pve-2\"}"
            .formatted(mirror.url("/cloud.raw.gz")),
        "{\"os\": \"ct\", \"source_page\": \"%s\", \"pattern\": \"base-.*\", \"storage\": \"shared\"}"
            .formatted(mirror.url("/ct/")));
    guests(
        """
        {"type": "vm", "vmid": 410, "hostname": "vm-410", "template": "local:import/cloud.raw",
         "memory": 512, "storage": "local-lvm:8", "state": "stopped"}
        """,
        container(411, "shared:vztmpl/base-1.2.tar.zst"));

    InProcess.Result applied = here().run("apply", "--yes");
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
    assertThat(applied.out())
        .contains("made when local:import/cloud.raw is there", "Verified: no differences.");
    InProcess.Result listed = here().run("guest", "list", "--json");
    assertThat(listed.out()).contains("\"vm-410\"", "\"ct-411\"");
    assertThat(here().run("plan", "--detailed-exitcode").exit()).isEqualTo(Exit.DONE);
  }

  @Test
  void aGuestWhoseImageCanNotBeHadHoldsUpNoOther() throws IOException {
    declare(
        "",
        "{\"os\": \"base\", \"source_page\": \"http://127.0.0.1:1/\", \"pattern\":"
            + " \"base-${version}.*\"}");
    String there = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
    guests(container(420, "local:vztmpl/base-1.2.tar.zst"), container(421, there));
    InProcess.Result applied = here().run("apply", "--yes");
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.PARTLY_DONE);
    assertThat(applied.out()).contains("lxc 420 ct-420", "is declared and can't be fetched now");
    assertThat(here().run("guest", "list", "--json").out())
        .contains("\"ct-421\"")
        .doesNotContain("\"ct-420\"");
  }

  @Test
  void whatIsWrongInTheManifestIsToldAndNothingDone() throws IOException {
    declare("", "{\"os\": \"x\", \"urll\": \"https://h/x.iso\"}");
    for (String[] line : new String[][] {{"images", "sync"}, {"images", "list"}, {"validate"}}) {
      InProcess.Result result = here().run(line);
      assertThat(result.exit()).isEqualTo(Exit.BAD_MANIFEST);
      assertThat(result.out() + result.err())
          .contains("storage/host/proxmox_iso_sync.json:1:", "did you mean url?");
    }
  }

  @Test
  void theSchemaAndTheLayoutKnowImages() throws IOException {
    declare("", found(""));
    assertThat(here().run("schema", "images").out()).contains("PIVM image manifest");
    assertThat(here().run("fmt").out()).contains(ImageManifests.PLACE);
    assertThat(here().run("fmt", "--check").exit()).isEqualTo(Exit.DONE);
    assertThat(here().run("validate").out()).contains("1 image declared");
    String text = Files.readString(folder.resolve(ImageManifests.PLACE), StandardCharsets.UTF_8);
    assertThat(text).contains("\"os\": \"debian\"");
  }
}
