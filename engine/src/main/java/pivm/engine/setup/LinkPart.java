package pivm.engine.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A symbolic link.
 *
 * @param place where it really is; {@code path} is what people call it
 * @param target what it points at
 */
public record LinkPart(Path place, String path, String target, boolean kept) implements Part {

  @Override
  public String what() {
    return "link";
  }

  @Override
  public String name() {
    return path;
  }

  @Override
  public Look look() throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return Look.of(State.MISSING);
    }
    boolean same =
        Files.isSymbolicLink(place) && Files.readSymbolicLink(place).toString().equals(target);
    return same ? Look.of(State.THERE) : new Look(State.BARRED, "something else has that name");
  }

  @Override
  public void make() throws IOException {
    Files.createDirectories(place.resolveSibling(""));
    Files.createSymbolicLink(place, Path.of(target));
  }

  @Override
  public String remove() throws IOException {
    if (Files.isSymbolicLink(place)) {
      Files.delete(place);
    }
    return "";
  }
}
