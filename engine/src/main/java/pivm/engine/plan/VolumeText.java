package pivm.engine.plan;

/** Finds volumes in the values of guests' keys. */
public final class VolumeText {

  /** Whether a value's text names the volume, or a part of it, and not one that begins alike. */
  public static boolean names(String text, String volume) {
    int at = text.indexOf(volume);
    while (at >= 0) {
      int end = at + volume.length();
      boolean ends = end == text.length() || ",/;".indexOf(text.charAt(end)) >= 0;
      boolean begins = at == 0 || "=,;".indexOf(text.charAt(at - 1)) >= 0;
      if (begins && ends) {
        return true;
      }
      at = text.indexOf(volume, at + 1);
    }
    return false;
  }

  private VolumeText() {}
}
