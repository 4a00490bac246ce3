package pivm.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;
import pivm.simulator.mirror.Mirror;

/**
 * Runs the page {@code docs/images.md} with its manifest and compares what is printed with what it
 * shows; {@code -Dpivm.docs.write=true} writes it anew.
 */
class ImagesPageTest {
  private static final Path PAGE = Path.of("..", "docs", "images.md");
  private static final String DEBIAN = "https://cdimage.debian.org";
  private static final String OTHERS = "https://downloads.example.org";
  private static final byte[] ISO =
      "not a real image".repeat(40_000).getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void thePageShowsWhatItsCommandsPrint() throws IOException {
    var page = new ConsolePage(PAGE);
    try (Simulation simulation =
            Simulation.start(Simulation.Options.standard().withSpeed(100).withSeed(7));
        Mirror debian = Mirror.start(Mirror.Look.APACHE);
        Mirror others = Mirror.start(Mirror.Look.NGINX)) {
      String path = "/debian-cd/current/amd64/iso-cd/";
      debian.put(path + "debian-13.1.0-amd64-netinst.iso", ISO).withChecksums(path);
      others.put("/2.4/appliance-2.4.raw.gz", gzip(ISO));
      String manifest =
          manifest(page.lines()).replace(DEBIAN, debian.url("")).replace(OTHERS, others.url(""));
      SafeFile.write(folder.resolve(ImageManifests.PLACE), manifest);
      SafeFile.write(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE), "[]\n");
      Map<String, String> environment = new HashMap<>();
      environment.put("PIVM_ENDPOINT", simulation.endpoint());
      environment.put("PIVM_TOKEN", simulation.token());
      environment.put("PIVM_FINGERPRINT", simulation.fingerprint());
      environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
      environment.put("PIVM_ACTOR", "human");
      InProcess shell = InProcess.in(folder).onScreen().with(environment);
      page.check(command -> {
        InProcess.Result result = shell.run(command.substring("pivm ".length()).split(" "));
        return (result.out() + result.err())
            .replace(debian.url(""), DEBIAN)
            .replace(others.url(""), OTHERS);
      });
    }
  }

  /** The page's own example. */
  private static String manifest(List<String> lines) {
    int from = lines.indexOf("```json") + 1;
    int to = from + lines.subList(from, lines.size()).indexOf("```");
    return String.join("\n", lines.subList(from, to)) + "\n";
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }
}
