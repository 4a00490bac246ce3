package pivm.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import pivm.engine.manifest.Checksum;

class ListingTest {
  private static final URI PAGE = URI.create("https://mirror.example.org/debian-cd/current/");

  private static final String APACHE =
      """
      <html><head><title>Index of /debian-cd/current</title></head><body>
      <table id="indexlist"><tr><th><a href="?C=N;O=D">Name</a></th></tr>
      <tr><td><a href="/debian-cd/">Parent Directory</a></td></tr>
      <tr><td><a href="SHA256SUMS">SHA256SUMS</a></td><td>302</td></tr>
      <tr><td><a href="debian-12.9.0-amd64-netinst.iso">debian-12.9.0-am..&gt;</a></td></tr>
      <tr><td><A HREF='debian-12.10.0-amd64-netinst.iso'>x</A></td></tr>
      <tr><td><a href="debian-12.10.0-amd64-netinst.iso.torrent">x</a></td></tr>
      </table></body></html>
      """;

  private static final String NGINX =
      """
      <html><body><h1>Index of /alpine/</h1><hr><pre><a href="../">../</a>
      <a href="v3.9/">v3.9/</a>      12-Jan-2024 10:00    -
      <a href="v3.10/">v3.10/</a>    12-Jan-2024 10:00    -
      <a href="latest-stable/">latest-stable/</a>
      <a href="alpine%2Bvirt-3.22.1.iso">alpine+virt-3.22.1.iso</a>
      </pre></body></html>
      """;

  @Test
  void anApacheListingGivesTheNewestThatFits() {
    List<Offer> files = Listing.files(APACHE, PAGE);
    Offer newest = NamePattern.of("debian-[0-9.]+-amd64-netinst[.]iso").newest(files);
    assertThat(newest)
        .isEqualTo(
            Offer.of("debian-12.10.0-amd64-netinst.iso", PAGE + "debian-12.10.0-amd64-netinst.iso")
                .withVersion("12.10.0"));
  }

  @Test
  void namesAreDecodedAndAddressesKept() {
    Offer file =
        Objects.requireNonNull(NamePattern.of("alpine.*").newest(Listing.files(NGINX, PAGE)));
    assertThat(file.name()).isEqualTo("alpine+virt-3.22.1.iso");
    assertThat(file.address()).isEqualTo(PAGE + "alpine%2Bvirt-3.22.1.iso");
  }

  @Test
  void foldersOfVersionsAreSortedNewestFirst() {
    String page = "https://mirror.example.org/debian-cd/current/${version}/releases/";
    assertThat(Listing.aboveVersions(page)).isEqualTo(PAGE.toString());
    assertThat(Listing.versions(NGINX, PAGE, page)).containsExactly("v3.10", "v3.9");
    assertThat(Listing.versions(NGINX, PAGE, PAGE + "v${version}/x"))
        .containsExactly("3.10", "3.9");
  }

  @Test
  void aListOfReleasesIsReadWithoutDraftsAndTrials() {
    String hex = "ab".repeat(32);
    String releases =
        """
        [{"tag_name": "v2-rc1", "prerelease": true, "assets": [
            {"name": "os-2.0.img.xz", "browser_download_url": "https://h/2"}]},
         {"tag_name": "v1", "assets": [
            {"name": "os-1.0.img.xz", "size": 42, "digest": "sha256:%s", "updated_at": "2026",
             "browser_download_url": "https://h/releases/download/v1/os-1.0.img.xz"}]}]
        """
            .formatted(hex);
    assertThat(Listing.files(releases, PAGE))
        .containsExactly(
            new Offer(
                "os-1.0.img.xz",
                "https://h/releases/download/v1/os-1.0.img.xz",
                "",
                new Checksum("sha256", hex),
                42L,
                "2026"));
  }

  @Test
  void whatGitHubFoldsUpIsFound() {
    String html = "<include-fragment src=\"https://h/o/r/releases/expanded_assets/v12.3\">";
    assertThat(Listing.folded(html, PAGE))
        .containsExactly(URI.create("https://h/o/r/releases/expanded_assets/v12.3"));
  }

  @Test
  void linksThatLeadNowhereAreLeftOut() {
    String html =
        "<a href='javascript:x()'>a</a><a href='mailto:a@b'>b</a><a href=''>c</a>"
            + "<a href='ftp://h/x.iso'>d</a><a href='http://[bad/x.iso'>e</a><a href='#x'>f</a>";
    assertThat(Listing.links(html, PAGE)).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void aNameMayStandInTheQueryOrBeforeDownload() {
    assertThat(Listing.name(URI.create("https://h/get.php?mirror=1&file=/iso/a-1.iso")))
        .isEqualTo("a-1.iso");
    assertThat(Listing.name(URI.create("https://h/files/a-1.iso.xz/download")))
        .isEqualTo("a-1.iso.xz");
    assertThat(Listing.name(URI.create("https://h/a-1.iso?token=x"))).isEqualTo("a-1.iso");
  }

  @Test
  void aPatternThatTriesForEverIsEnded() {
    NamePattern slow = NamePattern.of("(.*a){20}b");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> slow.fits("a".repeat(60)))
        .isInstanceOf(ImageFile.Unfit.class)
        .hasMessageContaining("make it simpler");
  }
}
