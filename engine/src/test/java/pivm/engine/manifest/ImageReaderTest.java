package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private static ImageReader.Result read(String text) {
    return ImageReader.read("images.json", text);
  }

  private static DesiredImage one(String text) {
    ImageReader.Result result = read("[" + text + "]");
    assertThat(result.findings()).isEmpty();
    assertThat(result.images().images()).hasSize(1);
    return result.images().images().getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{\"images\": []}", "// nothing yet\n[]"})
  void nothingIsDeclaredInBothForms(String text) {
    assertThat(read(text).findings()).isEmpty();
    assertThat(read(text).images().images()).isEmpty();
    assertThat(read(text).images().deletesObsolete()).isFalse();
  }

  @Test
  void anObjectHasSettings() {
    DesiredImages images =
        read("""
        {"storage": "iso", "schedule": "Sat 03:00", "obsolete": "delete", "strict": true,
         "images": [{"os": "debian", "url": "https://example.org/debian.iso"}]}
        """)
            .images();
    assertThat(images.storage()).isEqualTo("iso");
    assertThat(images.schedule()).isEqualTo("Sat 03:00");
    assertThat(images.deletesObsolete()).isTrue();
    assertThat(images.strict()).isTrue();
    assertThat(images.images()).hasSize(1);
  }

  @Test
  void aPinnedEntryHasItsVersionFilledIn() {
    DesiredImage image =
        one(
            """
            {"os": "debian", "version": "13.1.0", "filename": "debian-13.iso",
             "url": "https://example.org/${version}/debian-${version}-netinst.iso",
             "checksum": "SHA256:%s", "node": ["pve-01", "pve-02"], "storage": "nfs", "keep": 2}
            """
                .formatted(HEX.toUpperCase(java.util.Locale.ROOT)));
    assertThat(image.source())
        .isEqualTo(new ImageSource.Address("https://example.org/13.1.0/debian-13.1.0-netinst.iso"));
    assertThat(image.checksum()).isEqualTo(new Checksum("sha256", HEX));
    assertThat(image.nodes()).containsExactly("pve-01", "pve-02");
    assertThat(image.storage()).isEqualTo("nfs");
    assertThat(image.keep()).isEqualTo(2);
  }

  @Test
  void aPatternPinsAVersionOrCatchesIt() {
    String entry =
        "{\"os\": \"debian\", \"source_page\": \"https://example.org/${version}/\","
            + " \"pattern\": \"debian-${version}[.]iso\"";
    assertThat(one(entry + ", \"version\": \"13.1\"}").source())
        .isEqualTo(new ImageSource.Page("https://example.org/13.1/", "debian-\\Q13.1\\E[.]iso"));
    assertThat(one(entry + "}").source())
        .isEqualTo(
            new ImageSource.Page(
                "https://example.org/${version}/",
                "debian-(?<version>[0-9][A-Za-z0-9.+~_-]*)[.]iso"));
  }

  @Test
  void registriesAndProxmoxsOwnListAreSources() {
    assertThat(one("{\"os\": \"a\", \"url\": \"oci:docker.io/library/alpine:3.22\"}").source())
        .isEqualTo(new ImageSource.Oci("docker.io/library/alpine:3.22"));
    assertThat(
            one("{\"os\": \"a\", \"source_page\": \"oci:docker.io/library/alpine\","
                    + " \"pattern\": \"3[.].*\"}")
                .source())
        .isEqualTo(new ImageSource.OciTags("docker.io/library/alpine", "3[.].*"));
    assertThat(
            one("{\"os\": \"d\", \"url\": \"pveam:debian-13-standard_13.1-2_amd64.tar.zst\"}")
                .source())
        .isEqualTo(new ImageSource.Template("debian-13-standard_13.1-2_amd64.tar.zst"));
    assertThat(
            one("{\"os\": \"d\", \"source_page\": \"pveam\", \"pattern\": \"debian-13-.*\"}")
                .source())
        .isEqualTo(new ImageSource.Templates("debian-13-.*"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                     | 1:2 | os is missing",
        "{'os': 'a'}                            | 1:2 | url is missing",
        "{'os': 'a', 'url': 'ftp://x/y.iso'}    | 1:21 | write https://",
        "{'os': 'a', 'url': 'oci:Bad Name:x'}   | 1:21 | write an address",
        "{'os': 'a', 'url': 'https://x/${version}.iso'} | 1:21 | version is not given",
        "{'os': 'a', 'urll': 'https://x/y.iso'} | 1:14 | did you mean url?",
        "{'os': 'a', 'url': 'https://x/y.iso', 'pattern': 'x'} | 1:40 | leave it or url out",
        "{'os': 'a', 'source_page': 'https://x/'} | 1:2 | pattern is missing",
        "{'os': 'a', 'source_page': 'https://x/', 'pattern': '('} | 1:54 | no regular expression",
        "{'os': 'a', 'url': 'https://x/y.iso', 'checksum': 'sha256:12'} | 1:52 | 64 digits",
        "{'os': 'a', 'url': 'https://x/y.iso', 'keep': 0} | 1:48 | from 1 to 100",
        "{'os': 'a', 'url': 'https://x/y.iso', 'filename': '../x.iso'} | 1:52 | letters, digits",
        "{'os': 'a', 'url': 'https://x/y.iso', 'type': 'is'} | 1:48 | did you mean iso?",
        "{'os': 'a', 'url': 'https://x/y.iso', 'node': 'a b'} | 1:48 | write nodes' names",
        "{'os': 'a', 'url': 'https://x/y.iso', 'os': 'b'} | 1:40 | stands here again",
        "7                                      | 1:2 | an entry is 7",
      })
  void whatIsWrongIsToldWithItsPlace(String entry, String place, String words) {
    ImageReader.Result result = read("[" + entry.replace('\'', '"') + "]");
    assertThat(result.images().images()).isEmpty();
    assertThat(result.findings())
        .anySatisfy(finding -> {
          assertThat(finding.toString()).startsWith("images.json:" + place + ": ");
          assertThat(finding.message()).contains(words);
        });
  }

  @Test
  void allErrorsAreToldAtOnceAndTheRestIsRead() {
    ImageReader.Result result =
        read(
            """
            {"obsolet": "delete", "images": [
              {"os": "a", "url": "https://example.org/a.iso"},
              {"os": "b", "version": 13},
              {"os": "c", "url": "gopher://c"}
            ]}
            """);
    assertThat(result.findings()).hasSize(3);
    assertThat(result.findings().get(0).message()).contains("did you mean obsolete?");
    assertThat(result.findings().get(1).subject()).isEqualTo("image b 13");
    assertThat(result.images().images()).hasSize(1);
    assertThat(result.hasErrors()).isTrue();
  }

  @Test
  void thePublishedSchemaIsTheCurrentOne() throws IOException {
    assertThat(Files.readString(Path.of("..", "schemas", "images.json")))
        .as("schemas/images.json; made anew by: pivm schema images > schemas/images.json")
        .isEqualTo(ImageSchema.text().stripTrailing() + "\n");
  }

  @Test
  void theShippedManifestDeclaresNothing() throws IOException {
    String text = Files.readString(Path.of("..", "storage", "host", "proxmox_iso_sync.json"));
    assertThat(read(text).findings()).isEmpty();
    assertThat(read(text).images().images()).isEmpty();
  }

  @Test
  void brokenJsonIsOneFinding() {
    assertThat(read("[{").findings()).hasSize(1);
    assertThat(read("").findings().getFirst().message()).contains("holds nothing");
  }
}
