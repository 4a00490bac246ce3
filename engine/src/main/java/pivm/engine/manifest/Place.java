package pivm.engine.manifest;

/**
 * A place in a manifest file.
 *
 * @param line counted from 1
 * @param column counted from 1
 */
public record Place(String file, int line, int column) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column;
  }
}
