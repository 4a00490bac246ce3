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
        .anyMatch(path -> privileges.stream().anyMatch(one -> holds(rights, path, one)));
  }

  /**
   * A bridge that is a network of the SDN lies in a zone whose name is not known here, so that the
   * privilege on it counts in whatever zone it is.
   */
  private static boolean holds(Rights rights, String path, String privilege) {
    if (rights.has(path, privilege)) {
      return true;
    }
    String local = "/sdn/zones/localnetwork/";
    if (!path.startsWith(local)) {
      return false;
    }
    String rest = path.substring(local.length());
    String bridge = rest.contains("/") ? rest.substring(0, rest.indexOf('/')) : rest;
    return rights.byPath().entrySet().stream()
        .anyMatch(entry ->
            entry.getKey().matches("/sdn/zones/[^/]+/\\Q" + bridge + "\\E(?:/.*)?")
                && entry.getValue().contains(privilege));
  }
}
