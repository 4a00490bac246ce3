package pivm.engine.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.manifest.SecretReference;
import pivm.engine.manifest.SecretReference.Source;

class SecretSourceTest {
  @TempDir Path folder;

  private SecretSource source(Map<String, String> environment) {
    return new SecretSource(environment, folder);
  }

  @Test
  void aVariableIsRead() {
    assertThat(source(Map.of("PW", "s3cret")).read(new SecretReference(Source.ENV, "PW")))
        .isEqualTo("s3cret");
  }

  @Test
  void aFileIsReadWithoutItsLastLineBreak() throws IOException {
    Files.writeString(folder.resolve("pw"), "s3cret\n\n");
    assertThat(source(Map.of()).read(new SecretReference(Source.FILE, "pw"))).isEqualTo("s3cret\n");
    String absolute = folder.resolve("pw").toString();
    assertThat(source(Map.of()).read(new SecretReference(Source.FILE, absolute)))
        .isEqualTo("s3cret\n");
  }

  @Test
  void aCredentialOfTheUnitIsRead() throws IOException {
    Files.writeString(folder.resolve("root-password"), "s3cret");
    var environment = Map.of("CREDENTIALS_DIRECTORY", folder.toString());
    assertThat(source(environment).read(new SecretReference(Source.SYSTEMD, "root-password")))
        .isEqualTo("s3cret");
  }

  @Test
  void whatIsMissingIsNamedWithTheWayToProvideIt() {
    assertMessage(
        Map.of(), Source.ENV, "PW", "env:PW can't be used: the environment has no variable PW");
    assertMessage(Map.of(), Source.FILE, "pw", "write the secret into that file");
    assertMessage(Map.of(), Source.FILE, ".", "is no file");
    assertMessage(Map.of(), Source.SYSTEMD, "pw", "this process has no systemd credentials");
    assertMessage(
        Map.of("CREDENTIALS_DIRECTORY", folder.toString()),
        Source.SYSTEMD,
        "pw",
        "add LoadCredential=pw:PATH to the unit");
    assertMessage(
        Map.of("CREDENTIALS_DIRECTORY", folder.toString()),
        Source.SYSTEMD,
        "../pw",
        "write its name alone");
    assertMessage(Map.of("PW", ""), Source.ENV, "PW", "it is empty");
  }

  @Test
  void noPartOfAnUnusableSecretIsShown() throws IOException {
    Files.write(folder.resolve("binary"), new byte[] {'h', 'u', 'n', 't', 'e', 'r', (byte) 0xFF});
    Files.writeString(folder.resolve("large"), "hunter2".repeat(20_000));
    for (String name : new String[] {"binary", "large"}) {
      assertThatThrownBy(() -> source(Map.of()).read(new SecretReference(Source.FILE, name)))
          .isInstanceOf(SecretUnavailable.class)
          .hasMessageNotContaining("hunter")
          .hasNoCause();
    }
  }

  private void assertMessage(
      Map<String, String> environment, Source source, String locator, String message) {
    assertThatThrownBy(() -> source(environment).read(new SecretReference(source, locator)))
        .isInstanceOf(SecretUnavailable.class)
        .hasMessageContaining(message);
  }
}
