package pivm.engine.manifest;

import pivm.proxmox.json.Json;

/** Edits of a {@code variables.json} that leave the rest of it as it is, to the letter. */
public final class SectionEditor {
  private SectionEditor() {}

  /**
   * Sets a setting; its section is made where it is missing.
   *
   * @throws IllegalArgumentException when the text is no object of sections
   */
  public static String set(String text, String section, String name, Json value) {
    if (!(ManifestEditor.parse(text) instanceof Tree.Obj whole)) {
      throw new IllegalArgumentException("the file must be an object of sections");
    }
    Tree.Member found = whole.find(section);
    if (found == null) {
      Json inner = Json.object().put(name, value).build();
      return new TextEdit(text).insert(whole, false, section, inner);
    }
    if (!(found.value() instanceof Tree.Obj settings)) {
      throw new IllegalArgumentException(section + " must be an object: a section with settings");
    }
    Tree.Member setting = settings.find(name);
    return setting == null
        ? new TextEdit(text).insert(settings, false, name, value)
        : new TextEdit(text).replace(setting, value);
  }
}
