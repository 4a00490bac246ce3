package pivm.engine.manifest;

import java.util.Arrays;

/** A manifest's text, with its lines. */
final class SourceText {
  private final String file;
  private final int[] lineStarts;

  SourceText(String file, String text) {
    this.file = file;
    this.lineStarts = starts(text);
  }

  private static int[] starts(String text) {
    var starts = new int[16];
    int count = 1;
    for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, count * 2);
      }
      starts[count++] = at + 1;
    }
    return Arrays.copyOf(starts, count);
  }

  String file() {
    return file;
  }

  Place place(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    int line = found >= 0 ? found : -found - 2;
    return new Place(file, line + 1, offset - lineStarts[line] + 1);
  }
}
