package pivm.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.hostupdate.HostUpdate;
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.HostUpdates;
import pivm.engine.patching.ContainerPatching;
import pivm.engine.pipeline.Planned;
import pivm.engine.rails.Actor;
import pivm.proxmox.Time;
import pivm.proxmox.command.NodeCommand;

/** The plans of {@code pivm update}: for who runs them, and for the person who agrees to them. */
final class UpdatePlans {
  private UpdatePlans() {}

  static HostUpdate.Prepared hosts(
      Workplace work, HostUpdate update, HostUpdates manifest, List<String> nodes, boolean goesOn)
      throws InterruptedException {
    return update.prepare(
        work.around().observer(),
        work.around().proxmox(),
        manifest,
        nodes,
        goesOn,
        work.around().window(),
        work.around().policy(),
        Time.system().now());
  }

  static Planned planned(Workplace work, Desired desired, HostUpdate.Prepared prepared)
      throws InterruptedException {
    return work.plan(desired, new TreeSet<>(), (_, _) -> prepared.plan());
  }

  static ContainerPatching.Prepared containers(
      Workplace work,
      ContainerPatching patching,
      ContainerUpdates manifest,
      SortedSet<Integer> named)
      throws InterruptedException {
    boolean byTimer = work.around().actor() instanceof Actor.Timer;
    return patching.prepare(work.around().observer(), manifest, named, byTimer);
  }

  static Planned planned(Workplace work, Desired desired, ContainerPatching.Prepared prepared)
      throws InterruptedException {
    return work.plan(desired, prepared.guests(), (inventory, _) -> prepared.plan(inventory));
  }

  /**
   * The words after a plan's id that have {@code pivm approve} find the plan of an update again.
   */
  static String words(Call call) {
    if (!call.parsed().command().startsWith("update ")) {
      return "";
    }
    var words = new ArrayList<>(call.parsed().parameters());
    String file = call.parsed().given("--updates");
    if (file != null) {
      words.add("--updates");
      words.add(call.shell().directory().resolve(file).normalize().toString());
    }
    var line = new StringBuilder();
    words.forEach(word -> line.append(' ').append(NodeCommand.quoted(word)));
    return line.toString();
  }

  /**
   * The plan of an update with an id.
   *
   * @param names the VMIDs or nodes that were named; empty for none
   * @return null when neither procedure would have it now
   */
  static @Nullable Planned find(Call call, Workplace work, String id, List<String> names)
      throws IOException, InterruptedException {
    Planned hosts = hosts(call, work, id, names);
    return hosts == null ? containers(call, work, id, names) : hosts;
  }

  private static @Nullable Planned hosts(Call call, Workplace work, String id, List<String> names)
      throws IOException, InterruptedException {
    HostUpdates manifest;
    try {
      manifest = UpdateFiles.hosts(call);
    } catch (Failure unreadable) {
      return null; // A plan of the other procedure may be meant.
    }
    NodeAccess node = work.connection().node();
    HostUpdate update =
        UpdateFiles.hostUpdate(call, work.around().shell(), node == null ? null : node.node());
    List<List<String>> asked = new ArrayList<>(List.of(names));
    if (names.isEmpty() && !update.open().isEmpty()) {
      asked.add(update.open());
    }
    for (List<String> nodes : asked) {
      boolean goesOn = !nodes.equals(names);
      Planned planned =
          planned(work, Manifests.desired(call), hosts(work, update, manifest, nodes, goesOn));
      if (planned.plan().id().equals(id)) {
        return planned;
      }
    }
    return null;
  }

  private static @Nullable Planned containers(
      Call call, Workplace work, String id, List<String> names)
      throws IOException, InterruptedException {
    var named = new TreeSet<Integer>();
    for (String name : names) {
      if (!name.matches("[1-9][0-9]{2,8}")) {
        return null;
      }
      named.add(Integer.parseInt(name));
    }
    ContainerUpdates manifest;
    try {
      manifest = UpdateFiles.containers(call);
    } catch (Failure unreadable) {
      return null; // A plan of the other procedure may be meant.
    }
    ContainerPatching patching = UpdateFiles.patching(call, work.around().shell());
    Planned planned =
        planned(work, Manifests.desired(call), containers(work, patching, manifest, named));
    return planned.plan().id().equals(id) ? planned : null;
  }
}
