package pivm.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What takes more than one API call, or none: a file that is fetched, checked and uploaded, a
 * network that goes back by itself, packages that are upgraded. A worker of the execution does it.
 */
public sealed interface Work extends Operation
    permits HostOperation, ImageOperation, NetworkOperation, PatchOperation {

  /** The kind of thing that it belongs to, as on the command line: {@code images}. */
  String kind();

  /** How people name what it works on: {@code image local:iso/debian.iso on pve-01}. */
  String subject();

  /**
   * What in the manifest agrees for good to what it takes away, as part of a sentence: {@code its
   * manifest says obsolete: delete}; null when a person has to.
   */
  @Nullable String consent();

  /** Whether it takes a root shell of its node, for want of a call. */
  boolean needsShell();

  /** What a person would type on the node instead, one command a line; it holds no secret. */
  List<String> commands(String node);
}
