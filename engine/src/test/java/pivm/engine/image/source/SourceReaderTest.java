package pivm.engine.image.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import pivm.engine.image.Addresses;
import pivm.engine.image.ImageFile;
import pivm.engine.image.Offer;
import pivm.engine.manifest.Checksum;
import pivm.simulator.mirror.Behaviour;
import pivm.simulator.mirror.Mirror;
import pivm.simulator.mirror.Pages;

class SourceReaderTest {
  private static final byte[] ONE = {1};
  private static final byte[] TWO = {2};

  private Mirror mirror = Mirror.start(Mirror.Look.NGINX);
  private final SourceReader reader =
      new SourceReader(new Web(Map.of(), "test", Duration.ofMillis(700), Duration.ofSeconds(5)));

  @AfterEach
  void close() {
    mirror.close();
  }

  @ParameterizedTest
  @EnumSource(Mirror.Look.class)
  void aListingGivesTheNewestWithTheChecksumBesideIt(Mirror.Look look) throws Exception {
    mirror.close();
    mirror = Mirror.start(look);
    mirror
        .put("/iso/debian-12.9.0-amd64-netinst.iso", ONE)
        .put("/iso/debian-12.10.0-amd64-netinst.iso", TWO)
        .put("/iso/debian-12.10.0-amd64-netinst.iso.torrent", ONE)
        .withChecksums("/iso/");
    Offer newest =
        reader.newest(mirror.url("/iso/"), "debian-[0-9.]+-amd64-netinst[.]iso", null, null);
    assertThat(newest.version()).isEqualTo("12.10.0");
    assertThat(newest.address()).isEqualTo(mirror.url("/iso/debian-12.10.0-amd64-netinst.iso"));
    assertThat(newest.checksum()).isEqualTo(new Checksum("sha256", Mirror.sha256(TWO)));
  }

  @Test
  void theNewestFolderOfVersionsIsLookedInAndAnEmptyOnePassedOver() throws Exception {
    mirror
        .put("/r/9.9/os.iso", ONE)
        .put("/r/9.10/os.iso", TWO)
        .put("/r/9.11/README", ONE)
        .put("/r/latest/os.iso", ONE);
    Offer newest = reader.newest(mirror.url("/r/${version}/"), "os[.]iso", null, null);
    assertThat(newest.address()).isEqualTo(mirror.url("/r/9.10/os.iso"));
    assertThat(newest.version()).isEqualTo("9.10");
  }

  @Test
  void aPageOfReleasesNeedsTheVersionAsAFolder() throws Exception {
    mirror
        .put("/o/r/releases", Pages.releases("o/r", List.of("12.4", "12.3")))
        .behave("/o/r/releases", new Behaviour.Honest())
        .put("/o/r/releases/expanded_assets/12.4", Pages.assets("o/r", "12.4", List.of("x.txt")))
        .put(
            "/o/r/releases/expanded_assets/12.3",
            Pages.assets("o/r", "12.3", List.of("haos_ova-12.3.qcow2.xz", "SHA256SUMS")))
        .put(
            "/o/r/releases/download/12.3/SHA256SUMS",
            Mirror.sha256(ONE) + "  haos_ova-12.3.qcow2.xz\n");
    Offer newest =
        reader.newest(
            mirror.url("/o/r/releases"), "haos_ova-${v}.*".replace("${v}", ""), null, null);
    assertThat(newest.address())
        .isEqualTo(mirror.url("/o/r/releases/download/12.3/haos_ova-12.3.qcow2.xz"));
    assertThat(newest.checksum()).isEqualTo(new Checksum("sha256", Mirror.sha256(ONE)));
  }

  @Test
  void aListOfChecksumsThatIsNamedMustHaveTheFile() {
    mirror.put("/iso/a-1.iso", ONE).put("/sums", "nothing here\n");
    assertThatThrownBy(
            () -> reader.newest(mirror.url("/iso/"), "a-.*iso", null, mirror.url("/sums")))
        .hasMessageContaining("has no checksum of a-1.iso");
  }

  @Test
  void nothingThatFitsIsTold() {
    mirror.put("/iso/a-1.iso", ONE);
    assertThatThrownBy(() -> reader.newest(mirror.url("/iso/"), "b-.*", null, null))
        .hasMessageEndingWith("/iso/ offers no file whose name is b-.*");
  }

  @Test
  void whatDoesNotAnswerOrNeverEndsIsGivenUpInTime() {
    mirror.put("/silent/", ONE, new Behaviour.Silent());
    mirror.put("/slow/", new byte[100_000], new Behaviour.Slow(10, 50));
    mirror.put("/endless/", ONE, new Behaviour.Endless());
    for (String page : List.of("/silent/", "/slow/", "/endless/")) {
      long began = System.nanoTime();
      assertThatThrownBy(() -> reader.newest(mirror.url(page), "x", null, null))
          .isInstanceOf(WebException.class)
          .message()
          .containsAnyOf("does not answer within", "does not end within", "goes on for more than");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLongListingWithOddNamesAndAListOfMixedFormsGivesTheNewest(Mirror.Look look)
      throws Exception {
    try (Mirror crowded = Mirror.start(look)) {
      var sums = new StringBuilder();
      for (int i = 0; i < 600; i++) {
        String name = "My OS+x " + (i / 100) + "." + (i % 100) + " (live).iso";
        byte[] content = {(byte) i, (byte) (i >> 8)};
        crowded.put("/odd names/" + name, content);
        String sum = Mirror.sha256(content);
        sums.append(
            switch (i % 3) {
              case 0 -> sum + " *" + name + "\n";
              case 1 -> "SHA256 (" + name + ") = " + sum + "\n";
              default -> sum + "  ./" + name + "\n";
            });
      }
      crowded.put("/odd names/SHA256SUMS", sums.toString());
      Offer newest =
          reader.newest(
              crowded.url("/odd%20names/"), "My OS[+]x ([0-9.]+) [(]live[)][.]iso", null, null);
      assertThat(newest.version()).isEqualTo("5.99");
      assertThat(newest.checksum())
          .isEqualTo(new Checksum("sha256", Mirror.sha256(new byte[] {87, 2})));
      assertThat(reader.described(newest).size()).isEqualTo(2);
      assertThat(ImageFile.of(newest.name(), null, null).volume())
          .isEqualTo("iso/My_OS_x_5.99__live_.iso");
    }
  }

  @Test
  void aServerThatAnswersForFilesOnlyIsAskedForTheFile() throws Exception {
    mirror.put("/a.iso", new byte[1234], new Behaviour.WithoutHead());
    Offer described = reader.described(Offer.of("a.iso", mirror.url("/a.iso")));
    assertThat(described.size()).isEqualTo(1234);
    assertThat(described.mark()).isNotNull();
  }

  @Test
  void aChecksumThatIsGivenStandsBeforeOneThatIsFound() throws Exception {
    mirror.put("/g/a-1.iso", new byte[1]).withChecksums("/g/");
    var given = new Checksum("sha512", "ab".repeat(64));
    assertThat(reader.newest(mirror.url("/g/"), "a-.*iso", given, null).checksum())
        .isEqualTo(given);
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/a, http://h/a, true",
    "HTTPS://h/a, http://h/a, true",
    "https://h/a, https://m/a, false",
    "http://h/a, http://m/a, false",
    "http://h/a, https://m/a, false"
  })
  void onlyFromAnEncryptedAddressIsEncryptionLost(URI from, URI to, boolean lost) {
    assertThat(Addresses.losesEncryption(from, to)).isEqualTo(lost);
  }

  @Test
  void anUnknownHostAndAClosedPortAreTold() {
    assertThatThrownBy(() -> reader.newest("http://no-such-host.invalid/", "x", null, null))
        .message()
        .containsAnyOf("there is no host", "does not answer within");
    assertThatThrownBy(() -> reader.newest("http://127.0.0.1:1/", "x", null, null))
        .hasMessageContaining("refused");
  }
}
