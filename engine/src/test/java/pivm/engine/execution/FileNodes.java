package pivm.engine.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;

/**
 * Shells that run what they are given for real, on folders of this machine in the place of the
 * nodes' storages; what comes to be there is in the simulated cluster then.
 */
final class FileNodes implements NodeShell {
  private final SimulatedCluster cluster;
  private final Path folder;
  private Runnable before = () -> {};

  FileNodes(SimulatedCluster cluster, Path state) {
    this.cluster = cluster;
    this.folder = storages(state);
  }

  private static Path storages(Path state) {
    return state.resolveSibling(state.getFileName() + "-nodes");
  }

  /** Lets something happen before the next command. */
  FileNodes before(Runnable other) {
    before = other;
    return this;
  }

  /** Where a volume's file is. */
  Path file(String node, String volume) {
    return folder.resolve(node).resolve(volume.replace(':', '/'));
  }

  /** What is neither whole nor gone. */
  static List<Path> parts(Path state) throws IOException {
    Path folder = storages(state);
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().contains("pivm-part")).toList();
    }
  }

  @Override
  public boolean reaches(String node) {
    return true;
  }

  @Override
  public Result run(String node, Task task, Consumer<String> lines)
      throws IOException, InterruptedException {
    before.run();
    before = () -> {};
    Path own = Files.createDirectories(folder.resolve(node));
    Path pvesm = own.resolve("pvesm");
    Files.writeString(pvesm, "#!/bin/sh\necho \"" + own + "/$(echo \"$2\" | tr : /)\"\n");
    Files.setPosixFilePermissions(pvesm, PosixFilePermissions.fromString("rwxr-xr-x"));
    var command = new ArrayList<>(List.of("env", "PATH=" + own + ":" + System.getenv("PATH")));
    command.addAll(task.command());
    Result result =
        NodeShell.ofCluster(node, folder, null)
            .run(node, new Task(command, task.input(), task.file(), task.limit()), lines);
    show(node, task.command().get(4));
    return result;
  }

  private void show(String node, String volume) {
    Path file = file(node, volume);
    if (!Files.exists(file)) {
      return;
    }
    String storage = volume.substring(0, volume.indexOf(':'));
    String content = volume.substring(volume.indexOf(':') + 1, volume.indexOf('/'));
    try {
      byte[] data = Files.readAllBytes(file);
      cluster.with(all -> {
        var held = all.storages().enabled(storage, node);
        String name = String.valueOf(file.getFileName());
        all.storages().putFile(held, node, content, name, "iso", data.length).data(data);
        return true;
      });
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
