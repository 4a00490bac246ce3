package pivm.engine.rails;

import java.util.Arrays;
import java.util.List;
import pivm.engine.inventory.Rights;

/**
 * Privileges of which one has to hold on one of the paths.
 *
 * @param what it is needed for
 */
record Requirement(List<String> paths, List<String> privileges, String what) {
  Requirement {
    paths = List.copyOf(paths);
    privileges = List.copyOf(privileges);
  }

  static Requirement on(String path, String what, String... anyOf) {
    return new Requirement(List.of(path), Arrays.asList(anyOf), what);
  }

  boolean holds(Rights rights) {
    return paths.stream()
        .anyMatch(path -> privileges.stream().anyMatch(one -> rights.has(path, one)));
  }
}
