package pivm.cli;

import java.util.List;

/** The kinds of things that manifests declare. */
final class Kinds {
  private static final List<String> KNOWN = List.of("guests");

  /** Checks the kinds on the command line. */
  static void check(Call call, List<String> kinds) {
    for (String kind : kinds) {
      if (!KNOWN.contains(kind)) {
        throw call.parsed()
            .usage("there is no kind " + kind + "; there is " + String.join(", ", KNOWN));
      }
    }
  }

  private Kinds() {}
}
