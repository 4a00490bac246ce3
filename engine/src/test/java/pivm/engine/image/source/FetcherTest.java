package pivm.engine.image.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.image.Compression;
import pivm.engine.manifest.Checksum;
import pivm.proxmox.Time;
import pivm.simulator.http.Certificate;
import pivm.simulator.mirror.Behaviour;
import pivm.simulator.mirror.Mirror;

class FetcherTest {
  private static final byte[] CONTENT = content(3_000_000);

  @TempDir Path state;
  private final Mirror mirror = Mirror.start(Mirror.Look.NGINX);
  private final List<String> log = new ArrayList<>();

  private static byte[] content(int length) {
    var bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @AfterEach
  void close() {
    mirror.close();
  }

  /** Waits for nothing. */
  private static final class Hurried implements Time {
    @Override
    public java.time.Instant now() {
      return java.time.Instant.now();
    }

    @Override
    public void sleep(Duration duration) {}
  }

  private Fetcher fetcher() {
    var web = new Web(Map.of(), "test", Duration.ofSeconds(2), Duration.ofSeconds(1));
    return new Fetcher(web, new ImageCache(state), new Hurried());
  }

  private Fetcher.Wanted wanted(String path, @Nullable Checksum checksum) {
    String name = Compression.of(path).without(path.substring(1));
    return new Fetcher.Wanted(mirror.url(path), name, Compression.of(path), checksum, null, null);
  }

  private Fetched fetch(String path, @Nullable Checksum checksum) throws Exception {
    return fetcher().fetch(wanted(path, checksum), Progress.silent(), log::add);
  }

  private static Checksum sha256(byte[] content) {
    return new Checksum("sha256", Mirror.sha256(content));
  }

  @Test
  void aFileIsFetchedVerifiedAndKept() throws Exception {
    mirror.put("/a.iso", CONTENT);
    Fetched fetched = fetch("/a.iso", sha256(CONTENT));
    assertThat(fetched.file()).hasBinaryContent(CONTENT);
    assertThat(fetched.size()).isEqualTo(CONTENT.length);
    assertThat(fetched.stored()).isEqualTo(sha256(CONTENT));
    assertThat(fetched.verified()).isTrue();
    assertThat(fetch("/a.iso", sha256(CONTENT))).isEqualTo(fetched);
    assertThat(mirror.requests()).hasSize(1);
  }

  @Test
  void whatAnotherBootLeftIsHashedAgainBeforeItIsUsed() throws Exception {
    mirror.put("/a.iso", CONTENT);
    Fetched fetched = fetch("/a.iso", sha256(CONTENT));
    afterABoot();
    assertThat(fetch("/a.iso", sha256(CONTENT))).isEqualTo(fetched);
    assertThat(mirror.requests()).hasSize(1);
    Files.write(fetched.file(), new byte[CONTENT.length]);
    assertThat(fetch("/a.iso", sha256(CONTENT)).file()).hasBinaryContent(CONTENT);
  }

  @Test
  void aPartThatAnotherBootLeftIsOfNoUse() throws Exception {
    mirror.put("/a.iso", CONTENT, new Behaviour.BrokenOff(1_000, 1_000));
    Fetcher.Wanted wanted = wanted("/a.iso", sha256(CONTENT));
    assertThatThrownBy(() ->
            fetcher()
                .fetch(
                    wanted,
                    (_, _) -> {
                      throw new IllegalStateException("ended");
                    },
                    log::add))
        .hasMessage("ended");
    afterABoot();
    mirror.behave("/a.iso", new Behaviour.Honest());
    assertThat(fetch("/a.iso", sha256(CONTENT)).file()).hasBinaryContent(CONTENT);
    assertThat(mirror.requests()).noneMatch(line -> line.contains("bytes="));
  }

  private void afterABoot() throws IOException {
    try (var files = Files.newDirectoryStream(state.resolve("images/cache"), "*.json")) {
      for (Path facts : files) {
        String before = Files.readString(facts);
        String after = before.replaceFirst("(\"boot\": ?)\"[^\"]+\"", "$1\"another\"");
        assertThat(after).isNotEqualTo(before);
        Files.writeString(facts, after);
      }
    }
  }

  @Test
  void withoutAChecksumItIsFetchedAndSaidSo() throws Exception {
    mirror.put("/a.iso", CONTENT);
    assertThat(fetch("/a.iso", null).verified()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"md5", "sha1", "sha512"})
  void otherChecksumsAreComputedToo(String algorithm) throws Exception {
    mirror.put("/a.iso", CONTENT);
    String name = new Checksum(algorithm, "").javaName();
    byte[] digest = java.security.MessageDigest.getInstance(name).digest(CONTENT);
    var checksum = new Checksum(algorithm, java.util.HexFormat.of().formatHex(digest));
    assertThat(fetch("/a.iso", checksum).source()).isEqualTo(checksum);
  }

  @Test
  void whatBreaksOffGoesOnWhereItWas() throws Exception {
    mirror.put("/a.iso", CONTENT, new Behaviour.BrokenOff(1_000_000, 2));
    Fetched fetched = fetch("/a.iso", sha256(CONTENT));
    assertThat(fetched.file()).hasBinaryContent(CONTENT);
    assertThat(mirror.requests())
        .containsExactly("GET /a.iso", "GET /a.iso bytes=1000000-", "GET /a.iso bytes=2000000-");
    assertThat(log).hasSize(2).allMatch(line -> line.endsWith("bytes; trying again"));
  }

  @Test
  void aLaterRunGoesOnToo() throws Exception {
    mirror.put("/a.iso", CONTENT, new Behaviour.BrokenOff(1_000, 1_000));
    assertThatThrownBy(
            () -> {
              while (true) {
                Thread.currentThread().interrupt();
                fetch("/a.iso", sha256(CONTENT));
              }
            })
        .isInstanceOf(InterruptedException.class);
    mirror.behave("/a.iso", new Behaviour.BrokenOff(1_000, 0));
    fetch("/a.iso", null);
    assertThat(fetch("/a.iso", sha256(CONTENT)).file()).hasBinaryContent(CONTENT);
  }

  @Test
  void aServerWithoutPartsIsAskedForAllOfIt() throws Exception {
    mirror.put("/a.iso", CONTENT, new Behaviour.BrokenOff(1_000_000, 1));
    Fetcher fetcher = fetcher();
    Fetched fetched =
        fetcher.fetch(
            wanted("/a.iso", sha256(CONTENT)),
            Progress.silent(),
            line -> {
              log.add(line);
              mirror.behave("/a.iso", new Behaviour.WithoutParts());
            });
    assertThat(fetched.file()).hasBinaryContent(CONTENT);
  }

  @Test
  void whatChangedMeanwhileIsFetchedAnew() throws Exception {
    mirror.put("/a.iso", CONTENT, new Behaviour.BrokenOff(1_000_000, 1));
    byte[] other = content(2_000_001);
    Fetched fetched =
        fetcher()
            .fetch(wanted("/a.iso", null), Progress.silent(), _ -> mirror.put("/a.iso", other));
    assertThat(fetched.file()).hasBinaryContent(other);
    assertThat(fetched.source()).isEqualTo(sha256(other));
  }

  @Test
  void aWrongChecksumLeavesNothing() {
    mirror.put("/a.iso", CONTENT);
    assertThatThrownBy(() -> fetch("/a.iso", sha256(new byte[1])))
        .isInstanceOf(WebException.class)
        .hasMessageContaining("is not what was announced")
        .hasMessageContaining("nothing was stored");
    assertThat(files()).isEmpty();
  }

  private List<String> files() {
    try (var all = Files.list(state.resolve("images/cache"))) {
      return all.map(file -> file.getFileName().toString()).toList();
    } catch (IOException none) {
      return List.of();
    }
  }

  @Test
  void aServerThatLiesAboutTheLengthIsNotBelieved() {
    mirror.put("/a.iso", CONTENT, new Behaviour.WrongLength(CONTENT.length + 10));
    assertThatThrownBy(() -> fetch("/a.iso", null))
        .isInstanceOf(WebException.class)
        .hasMessageContaining("ended after 3000000 of 3000010 bytes");
  }

  @Test
  void aPageInsteadOfAnImageIsRefused() {
    mirror.put("/a.iso", CONTENT, new Behaviour.LoginPage());
    assertThatThrownBy(() -> fetch("/a.iso", null)).hasMessageContaining("is a web page");
    mirror.put("/b.iso", "\n<!DOCTYPE html><html>log in</html>");
    assertThatThrownBy(() -> fetch("/b.iso", null)).hasMessageContaining("is a web page");
  }

  @Test
  void aFileWithoutEndIsLeftWhenItIsLongerThanSaid() {
    mirror.put("/a.iso", CONTENT, new Behaviour.Endless());
    var wanted =
        new Fetcher.Wanted(mirror.url("/a.iso"), "a.iso", Compression.NONE, null, null, 1_000_000L);
    assertThatThrownBy(() -> fetcher().fetch(wanted, Progress.silent(), log::add))
        .hasMessageContaining("goes on after the 1000000 bytes");
  }

  @Test
  void aFileWithoutLengthEndsWithTheConnection() throws Exception {
    mirror.put("/a.iso", CONTENT, new Behaviour.WithoutLength());
    assertThat(fetch("/a.iso", sha256(CONTENT)).file()).hasBinaryContent(CONTENT);
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() {
    mirror.put("/a.iso", CONTENT, new Behaviour.Silent());
    assertThatThrownBy(() -> fetch("/a.iso", null)).hasMessageContaining("does not answer in time");
  }

  @Test
  void otherAddressesAreFollowedButNotInCirclesNorOffTheWeb() throws Exception {
    mirror.put("/b.iso", CONTENT);
    mirror.put("/a.iso", CONTENT, new Behaviour.Elsewhere(302, "/b.iso"));
    assertThat(fetch("/a.iso", null).file()).hasBinaryContent(CONTENT);
    mirror.put("/c.iso", CONTENT, new Behaviour.Elsewhere(302, "/d.iso"));
    mirror.put("/d.iso", CONTENT, new Behaviour.Elsewhere(302, "/c.iso"));
    assertThatThrownBy(() -> fetch("/c.iso", null)).hasMessageContaining("in a circle");
    mirror.put("/e.iso", CONTENT, new Behaviour.Elsewhere(302, "file:///etc/passwd"));
    assertThatThrownBy(() -> fetch("/e.iso", null)).hasMessageContaining("not on the web");
  }

  /** Only the certificate is another than on the web: it is nobody's. */
  @Test
  void anEncryptedAddressThatLeadsToAnUnencryptedOneIsFollowedOnlyWithAChecksum() throws Exception {
    SSLSocketFactory usual = HttpsURLConnection.getDefaultSSLSocketFactory();
    SSLContext server = Certificate.selfSigned("mirror.example").context();
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, new TrustManager[] {new Trusting()}, null);
    HttpsURLConnection.setDefaultSSLSocketFactory(client.getSocketFactory());
    try (Mirror encrypted =
        Mirror.startEncrypted(Mirror.Look.NGINX, server.getServerSocketFactory())) {
      mirror.put("/a.iso", CONTENT);
      encrypted.put("/a.iso", CONTENT, new Behaviour.Elsewhere(302, mirror.url("/a.iso")));
      encrypted.put("/b.iso", CONTENT);
      assertThat(encrypted.url("/a.iso")).startsWith("https://");
      assertThatThrownBy(() -> fetch(encrypted, "/a.iso", null))
          .hasMessageContaining("leads to an address without encryption")
          .hasMessageContaining("give a checksum");
      assertThat(mirror.requests()).isEmpty();
      assertThat(fetch(encrypted, "/a.iso", sha256(CONTENT)).file()).hasBinaryContent(CONTENT);
      assertThat(fetch(encrypted, "/b.iso", null).file()).hasBinaryContent(CONTENT);
    } finally {
      HttpsURLConnection.setDefaultSSLSocketFactory(usual);
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    SSLContext server = Certificate.selfSigned("mirror.example").context();
    try (Mirror encrypted =
        Mirror.startEncrypted(Mirror.Look.NGINX, server.getServerSocketFactory())) {
      encrypted.put("/a.iso", CONTENT);
      assertThatThrownBy(() -> fetch(encrypted, "/a.iso", sha256(CONTENT)))
          .hasMessageContaining("the connection can't be trusted");
    }
  }

  private Fetched fetch(Mirror from, String path, @Nullable Checksum checksum) throws Exception {
    var wanted =
        new Fetcher.Wanted(
            from.url(path), path.substring(1), Compression.NONE, checksum, null, null);
    return fetcher().fetch(wanted, Progress.silent(), log::add);
  }

  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** What is written to {@code /dev/full} finds no room, as on a disk that fills up meanwhile. */
  @Test
  void aDiskThatFillsUpIsNamedAndNothingIsKept() throws Exception {
    mirror.put("/a.iso", CONTENT);
    Fetched once = fetch("/a.iso", sha256(CONTENT));
    Path cache = state.resolve("images/cache");
    String key = once.file().getFileName().toString().substring(0, 16);
    Files.delete(once.file());
    Files.createSymbolicLink(cache.resolve(key + ".part"), Path.of("/dev/full"));
    assertThatThrownBy(() -> fetch("/a.iso", sha256(CONTENT)))
        .hasMessageContaining("does not fit: the disk of " + cache + " is full")
        .hasMessageContaining("nothing of it was kept");
    try (var left = Files.list(cache)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aNameAsLongAsAFilesMayBeIsFetched() throws Exception {
    String name = "a".repeat(251) + ".iso";
    mirror.put("/" + name, CONTENT);
    assertThat(fetch("/" + name, sha256(CONTENT)).file()).hasBinaryContent(CONTENT);
  }

  @Test
  void whatIsMissingIsNotAskedForAgain() {
    assertThatThrownBy(() -> fetch("/a.iso", null)).hasMessageContaining("answered 404");
    assertThat(mirror.requests()).hasSize(1);
  }

  @Test
  void secretsOfAnAddressAreNeverShown() {
    String address = mirror.url("/a.iso?token=abc").replace("http://", "http://me:pw@");
    var wanted = new Fetcher.Wanted(address, "a.iso", Compression.NONE, null, null, null);
    assertThatThrownBy(() -> fetcher().fetch(wanted, Progress.silent(), log::add))
        .hasMessageNotContainingAny("pw", "abc")
        .hasMessageContaining("answered 404");
  }

  @Test
  void gzipIsUnpackedWithHolesForZeros() throws Exception {
    var image = new byte[4_000_000];
    System.arraycopy(CONTENT, 0, image, 3_000_000, 1_000_000);
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(image);
    }
    mirror.put("/a.raw.gz", packed.toByteArray());
    Fetched fetched = fetch("/a.raw.gz", sha256(packed.toByteArray()));
    assertThat(fetched.file().getFileName().toString()).endsWith("-a.raw");
    assertThat(fetched.file()).hasBinaryContent(image);
    assertThat(fetched.stored()).isEqualTo(sha256(image));
    assertThat(fetched.source()).isEqualTo(sha256(packed.toByteArray()));
    Object blocks = Files.getAttribute(fetched.file(), "unix:ino");
    assertThat(blocks).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({"xz, xz", "zst, zstd", "bz2, bzip2"})
  void theToolsOfTheSystemUnpackTheRest(String ending, String tool) throws Exception {
    Path plain = Files.write(state.resolve("plain"), CONTENT);
    Path packed = state.resolve("packed");
    int exit =
        new ProcessBuilder(tool, "-c", plain.toString())
            .redirectOutput(packed.toFile())
            .start()
            .waitFor();
    assertThat(exit).isZero();
    mirror.put("/a.qcow2." + ending, Files.readAllBytes(packed));
    assertThat(fetch("/a.qcow2." + ending, null).file()).hasBinaryContent(CONTENT);
  }

  @Test
  void whatIsNotOfTheFormIsTold() {
    mirror.put("/a.raw.xz", CONTENT);
    assertThatThrownBy(() -> fetch("/a.raw.xz", null))
        .isInstanceOf(WebException.class)
        .hasMessageContaining("can't be unpacked");
    mirror.put("/a.raw.gz", CONTENT);
    assertThatThrownBy(() -> fetch("/a.raw.gz", null)).hasMessageContaining("no whole gz file");
    assertThat(files()).noneMatch(name -> name.endsWith(".part"));
  }

  @Test
  void progressTellsBytesAndTotal() throws Exception {
    mirror.put("/a.iso", CONTENT);
    List<Long> heard = new ArrayList<>();
    fetcher()
        .fetch(
            wanted("/a.iso", null),
            (done, total) -> {
              assertThat(total).isEqualTo(CONTENT.length);
              heard.add(done);
            },
            log::add);
    assertThat(heard).isSorted().last().isEqualTo((long) CONTENT.length);
  }

  @Test
  void theCacheForgetsWhatIsOld() throws Exception {
    mirror.put("/a.iso", CONTENT);
    fetch("/a.iso", null);
    var cache = new ImageCache(state);
    cache.prune(java.time.Instant.now());
    assertThat(files()).isNotEmpty();
    cache.prune(java.time.Instant.now().plus(Duration.ofDays(8)));
    assertThat(files()).isEmpty();
  }
}
