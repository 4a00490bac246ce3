package pivm.engine.config;

import pivm.engine.manifest.Place;

/** Where a value came from. */
public sealed interface Source {

  /** A command line option, as it was spelled. */
  record Option(String name) implements Source {}

  /** An environment variable. */
  record Environment(String name) implements Source {}

  /** A place in {@code variables.json}. */
  record File(Place place) implements Source {}

  /** Nobody said anything. */
  record Default() implements Source {}

  /** For people: {@code PIVM_ENDPOINT}, {@code variables.json:4:17}. */
  default String label() {
    return switch (this) {
      case Option(String name) -> "option " + name;
      case Environment(String name) -> "environment " + name;
      case File(Place place) -> place.toString();
      case Default _ -> "default";
    };
  }
}
