package pivm.engine.manifest;

/** What a guest is made from. It matters at creation only and is never a difference later. */
public sealed interface Origin {

  /** A container template or OCI archive, {@code STORAGE:vztmpl/FILE}. */
  record ContainerTemplate(String volume) implements Origin {}

  /** A VM that boots from an ISO image, {@code STORAGE:iso/FILE}. */
  record Iso(String volume) implements Origin {}

  /** A VM whose first disk is a copy of a disk image, {@code STORAGE:import/FILE}. */
  record DiskImage(String volume) implements Origin {}

  /**
   * A copy of another guest.
   *
   * @param linked whether it shares the source's volumes (the source must be a template)
   */
  record Clone(int source, boolean linked) implements Origin {}

  /** Adopted: it must be there already and is never created. */
  record Existing() implements Origin {}

  /** A VM with nothing to boot from but its empty disk. */
  record Blank() implements Origin {}
}
