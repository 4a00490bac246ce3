package pivm.engine.image;

import java.util.Comparator;

/**
 * A storage as a node has it, where images are kept.
 *
 * @param node through which it is reached; of a shared storage any node that has it
 * @param shared whether all nodes see the same files
 */
public record ImagePlace(String storage, String node, boolean shared)
    implements Comparable<ImagePlace> {
  private static final Comparator<ImagePlace> ORDER =
      Comparator.comparing(ImagePlace::storage)
          .thenComparing(ImagePlace::node)
          .thenComparing(ImagePlace::shared);

  /** The node that a record of a file names; empty where all nodes see it. */
  public String owner() {
    return shared ? "" : node;
  }

  @Override
  public int compareTo(ImagePlace other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return shared ? storage : storage + " on " + node;
  }
}
