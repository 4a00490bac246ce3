package pivm.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.manifest.Checksum;

class ImageNamesTest {

  @ParameterizedTest
  @CsvSource({
    "debian-12.10.0-amd64-netinst.iso, 12.10.0",
    "debian-13-generic-amd64-20250814-2204.qcow2, 20250814-2204",
    "debian-13-standard_13.1-2_amd64.tar.zst, 13.1-2",
    "proxmox-ve_9.0-1.iso, 9.0-1",
    "alpine-standard-3.22_rc1-x86_64.iso, 3.22_rc1",
    "ubuntu-24.04.3-live-server-amd64.iso, 24.04.3",
    "haos_ova-12.3.qcow2.xz, 12.3",
    "Fedora-Cloud-Base-42-1.1.x86_64.qcow2, 42-1",
    "noble-server-cloudimg-amd64.img, ''",
    "talos-v1.9.0.iso, 1.9.0",
  })
  void aVersionIsGuessedFromAName(String name, String version) {
    assertThat(NamePattern.guess(name)).isEqualTo(version);
  }

  @Test
  void aGroupSaysWhereTheVersionStands() {
    NamePattern pattern = NamePattern.of("Fedora-(\\d+)-(\\d+)[.]iso");
    assertThat(pattern.version("Fedora-42-9.iso")).isEqualTo("42");
    NamePattern named = NamePattern.of("(Fedora)-(?<version>[0-9-]+)[.]iso");
    assertThat(named.version("Fedora-42-9.iso")).isEqualTo("42-9");
    Offer newest =
        named.newest(List.of(Offer.of("Fedora-42-9.iso", "a"), Offer.of("Fedora-42-10.iso", "b")));
    assertThat(newest).isEqualTo(Offer.of("Fedora-42-10.iso", "b").withVersion("42-10"));
  }

  @Test
  void aNameThatNoStorageWouldListIsRefused() {
    assertThatThrownBy(() -> ImageFile.of("a.iso", ".a.iso", null))
        .hasMessageContaining("begins with a dot")
        .hasMessageContaining("give another filename");
  }

  @Test
  void aNameMayBeAsLongAsAFilesNameAndNoLonger() {
    String longest = "a".repeat(251) + ".iso";
    assertThat(ImageFile.of(longest, null, null).name()).isEqualTo(longest);
    assertThat(ImageFile.of(longest, null, null).nodeCanName()).isFalse();
    assertThat(ImageFile.of("a".repeat(200) + ".iso", null, null).nodeCanName()).isTrue();
    assertThatThrownBy(() -> ImageFile.of("a" + longest, null, null))
        .hasMessageContaining("longer than the 255 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "a.iso,,, a.iso, iso, NONE",
    "a.iso.xz,,, a.iso, iso, XZ",
    "A.ISO,,, A.ISO, iso, NONE",
    "a.img.bz2,,, a.img, iso, BZ2",
    "a.qcow2.xz,,, a.qcow2, import, XZ",
    "a.tar.xz,,, a.tar.xz, vztmpl, NONE",
    "a+b c.raw,,, a_b_c.raw, import, NONE",
    "a.img, a.qcow2, import, a.qcow2, import, NONE",
    "a.img.gz, b.raw, import, b.raw, import, GZ",
    "a.img.gz, b.raw.gz, import, b.raw, import, GZ",
    "download, b.iso,, b.iso, iso, NONE",
  })
  void theFileOnTheStorageFollowsFromNames(
      String source,
      String filename,
      String content,
      String name,
      String used,
      Compression packed) {
    assertThat(ImageFile.of(source, filename, content))
        .isEqualTo(new ImageFile(name, used, packed));
  }

  @ParameterizedTest
  @CsvSource({
    "a.exe,, nothing is known",
    "a.img, import, ends in .qcow2",
    "a.iso, vztmpl, ends in .tar",
    "download,, nothing is known",
  })
  void aNameThatProxmoxWouldRefuseIsToldBefore(String source, String content, String words) {
    assertThatThrownBy(() -> ImageFile.of(source, null, content))
        .isInstanceOf(ImageFile.Unfit.class)
        .hasMessageContaining(words);
  }

  @Test
  void proxmoxUnpacksIsoImagesOnlyAndNeverXz() {
    assertThat(ImageFile.of("a.iso.zst", null, null).unpackedByPivm()).isFalse();
    assertThat(ImageFile.of("a.iso.xz", null, null).unpackedByPivm()).isTrue();
    assertThat(ImageFile.of("a.qcow2.gz", null, null).unpackedByPivm()).isTrue();
    assertThat(ImageFile.of("a.tar.zst", null, null).unpackedByPivm()).isFalse();
  }

  @Test
  void checksumListsOfAllFormsAreRead() {
    String sha256 = "ab".repeat(32);
    String sha512 = "cd".repeat(64);
    Checksum strong = new Checksum("sha256", sha256);
    assertThat(ChecksumList.find("x\n" + sha256 + "  a.iso\n", "a.iso")).isEqualTo(strong);
    assertThat(ChecksumList.find(sha256 + " *./d/a.iso\r\n", "a.iso")).isEqualTo(strong);
    assertThat(ChecksumList.find("SHA256 (a.iso) = " + sha256, "a.iso")).isEqualTo(strong);
    assertThat(ChecksumList.find("SHA2-256(a.iso)= " + sha256, "a.iso")).isEqualTo(strong);
    assertThat(ChecksumList.find(sha256 + "\n", "a.iso")).isEqualTo(strong);
    assertThat(
            ChecksumList.find(
                "SHA256 (a.iso) = " + sha256 + "\nSHA512 (a.iso) = " + sha512, "a.iso"))
        .isEqualTo(new Checksum("sha512", sha512));
  }

  @Test
  void aListWithoutTheFileGivesNothing() {
    String hex = "ab".repeat(32);
    assertThat(ChecksumList.find(hex + "  b.iso\n", "a.iso")).isNull();
    assertThat(ChecksumList.find(hex + "  xa.iso\n", "a.iso")).isNull();
    assertThat(ChecksumList.find("<html>404</html>", "a.iso")).isNull();
    assertThat(ChecksumList.find(hex + "\n" + hex + "\n", "a.iso")).isNull();
    assertThat(ChecksumList.find(hex.substring(1) + "  a.iso\n", "a.iso")).isNull();
  }

  @Test
  void checksumsAreLookedForWhereTheListingShowsThem() {
    URI image = URI.create("https://h/d/a.iso");
    List<Offer> listed = List.of(Offer.of("SHA512SUMS", "x"), Offer.of("a.iso", "y"));
    assertThat(ChecksumList.beside(image, listed))
        .containsExactly(URI.create("https://h/d/SHA512SUMS"));
    assertThat(ChecksumList.beside(image, null)).hasSize(4);
  }

  @Test
  void secretsInAddressesAreNotShown() {
    assertThat(Addresses.shown("https://me:pw@h/a.iso?token=abc")).isEqualTo("https://h/a.iso?…");
    assertThat(Addresses.secret("https://me:pw@h/a.iso")).isTrue();
    assertThat(Addresses.secret("https://h/a.iso?x=1")).isTrue();
    assertThat(Addresses.secret("https://h/a@b.iso")).isFalse();
  }
}
