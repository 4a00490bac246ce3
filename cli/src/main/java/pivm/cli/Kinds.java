package pivm.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Workers;
import pivm.engine.hostupdate.HostUpdate;
import pivm.engine.manifest.DesiredImages;
import pivm.engine.network.live.NetworkWorker;
import pivm.engine.patching.ContainerPatching;
import pivm.engine.pipeline.Kind;
import pivm.proxmox.Time;
import pivm.proxmox.command.NodeShell;

/** The kinds of things that manifests declare, by their words on the command line. */
final class Kinds {
  static final String GUESTS = "guests";
  static final String IMAGES = "images";
  static final SequencedSet<String> ONLY_GUESTS = set(List.of(GUESTS));
  static final SequencedSet<String> ONLY_IMAGES = set(List.of(IMAGES));

  static final String NETWORK = "network";

  private static final List<String> KNOWN = List.of(GUESTS, IMAGES, NETWORK);

  /**
   * The kinds that a command line names.
   *
   * @param otherwise when it names none
   */
  static SequencedSet<String> named(Call call, List<String> words, List<String> otherwise) {
    for (String word : words) {
      if (!KNOWN.contains(word)) {
        throw call.parsed()
            .usage("there is no kind " + word + "; there is " + String.join(", ", KNOWN));
      }
    }
    return of(words.isEmpty() ? otherwise : words);
  }

  /** What {@code pivm plan} looks at when no kind is named. */
  static List<String> toPlan() {
    return KNOWN;
  }

  /** What {@code pivm apply} changes when no kind is named. */
  static List<String> toApply() {
    return List.of(GUESTS, IMAGES);
  }

  /** The sets of kinds that a plan may have been made of, the likeliest first. */
  static SequencedSet<SequencedSet<String>> likely() {
    SequencedSet<SequencedSet<String>> sets = new LinkedHashSet<>();
    sets.add(set(toPlan()));
    sets.add(set(toApply()));
    KNOWN.forEach(kind -> sets.add(set(List.of(kind))));
    return sets;
  }

  /** The same kinds in the order in which they are known. */
  static SequencedSet<String> of(Collection<String> words) {
    return set(KNOWN.stream().filter(words::contains).toList());
  }

  /**
   * Those that are compared beside guests.
   *
   * @param stageOnly whether networks are only to be written as pending
   */
  static List<Kind> others(
      Call call,
      SequencedSet<String> kinds,
      ImageParts images,
      NetworkParts network,
      boolean stageOnly) {
    List<Kind> others = new ArrayList<>();
    DesiredImages declared = kinds.contains(IMAGES) ? images.declared() : DesiredImages.NONE;
    if (!declared.images().isEmpty()) {
      others.add(images.kind(declared));
    }
    if (kinds.contains(NETWORK)) {
      boolean alone = kinds.size() == 1;
      others.add(network.kind(call, NetworkManifest.desired(call, alone), stageOnly));
    }
    return others;
  }

  /**
   * Who does what takes more than one call, of whatever kind: a run may have left any in flight.
   */
  static Workers workers(
      Call call,
      NodeShell nodes,
      @Nullable String local,
      ClusterLock lock,
      ImageParts images,
      NetworkWorker network) {
    return new Workers(
        Map.of(
            IMAGES,
            images.worker(),
            NETWORK,
            network,
            ContainerPatching.KIND,
            UpdateFiles.patching(call, nodes).worker(Time.system().now(), lock),
            HostUpdate.KIND,
            UpdateFiles.hostUpdate(call, nodes, local)
                .worker(UpdateFiles.goOn(call), call.settings().railPolicy())));
  }

  private static SequencedSet<String> set(List<String> words) {
    return Collections.unmodifiableSequencedSet(new LinkedHashSet<>(words));
  }

  private Kinds() {}
}
