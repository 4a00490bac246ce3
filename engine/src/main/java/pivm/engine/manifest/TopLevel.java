package pivm.engine.manifest;

import org.jspecify.annotations.Nullable;

/** Single values at the top of a manifest of any kind. */
public final class TopLevel {
  private TopLevel() {}

  /**
   * A text; null when the manifest is a list or does not have it.
   *
   * @throws IllegalArgumentException when the text is not JSON, or the value is no text
   */
  public static @Nullable String text(String manifest, String name) {
    if (manifest.isBlank() || !(ManifestEditor.parse(manifest) instanceof Tree.Obj whole)) {
      return null;
    }
    Tree.Member member = whole.find(name);
    if (member == null) {
      return null;
    }
    if (member.value() instanceof Tree.Text text) {
      return text.value();
    }
    throw new IllegalArgumentException(name + " must be a text");
  }
}
