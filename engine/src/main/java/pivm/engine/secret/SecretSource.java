package pivm.engine.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import pivm.engine.manifest.SecretReference;

/** Where secrets come from. */
public final class SecretSource {
  /** Proxmox takes no password or key list that is longer. */
  private static final long MOST_BYTES = 64 * 1024;

  private final Map<String, String> environment;
  private final Path folder;

  /**
   * A source.
   *
   * @param environment variables; among them systemd's {@code CREDENTIALS_DIRECTORY}
   * @param folder that relative paths start from
   */
  public SecretSource(Map<String, String> environment, Path folder) {
    this.environment = Map.copyOf(environment);
    this.folder = folder;
  }

  /** That of this process. */
  public static SecretSource ofProcess() {
    return new SecretSource(System.getenv(), Path.of("").toAbsolutePath());
  }

  /**
   * Reads a secret; one line break at its end is not part of it.
   *
   * @throws SecretUnavailable when there is none, or it can't be one
   */
  public String read(SecretReference reference) {
    String secret =
        switch (reference.source()) {
          case ENV -> variable(reference);
          case FILE -> file(reference);
          case SYSTEMD -> credential(reference);
        };
    String text = secret.endsWith("\n") ? secret.substring(0, secret.length() - 1) : secret;
    if (text.isEmpty()) {
      throw new SecretUnavailable(reference, "it is empty", "give it a value");
    }
    return text;
  }

  private String variable(SecretReference reference) {
    String value = environment.get(reference.locator());
    if (value == null) {
      throw new SecretUnavailable(
          reference,
          "the environment has no variable " + reference.locator(),
          "set it for this command, or for the unit with EnvironmentFile=");
    }
    return value;
  }

  private String file(SecretReference reference) {
    try {
      return content(
          reference,
          folder.resolve(reference.locator()),
          "write the secret into that file, readable for PIVM's user only (mode 0600)");
    } catch (InvalidPathException noPath) {
      throw new SecretUnavailable(reference, "it is no path", "write file: and the path of a file");
    }
  }

  private String credential(SecretReference reference) {
    String name = reference.locator();
    String next = "add LoadCredential=" + name + ":PATH to the unit";
    if (name.contains("/") || name.startsWith(".")) {
      throw new SecretUnavailable(
          reference, "a credential's name holds no slash and no dot first", "write its name alone");
    }
    String credentials = environment.get("CREDENTIALS_DIRECTORY");
    if (credentials == null || credentials.isEmpty()) {
      throw new SecretUnavailable(
          reference,
          "this process has no systemd credentials",
          next + ", or run it with systemd-run -p LoadCredential=" + name + ":PATH");
    }
    return content(reference, Path.of(credentials).resolve(name), next);
  }

  private static String content(SecretReference reference, Path file, String next) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new SecretUnavailable(
            reference, Files.exists(file) ? file + " is no file" : "there is no " + file, next);
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new SecretUnavailable(
            reference, file + " is larger than any secret", "name the file that holds it alone");
      }
      byte[] content = Files.readAllBytes(file);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (NoSuchFileException gone) {
      throw new SecretUnavailable(reference, "there is no " + file, next);
    } catch (CharacterCodingException binary) {
      throw new SecretUnavailable(reference, file + " is not UTF-8 text", next);
    } catch (IOException unreadable) {
      throw new SecretUnavailable(
          reference, file + " can't be read (" + unreadable.getClass().getSimpleName() + ")", next);
    }
  }
}
