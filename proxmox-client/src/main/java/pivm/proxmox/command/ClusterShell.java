package pivm.proxmox.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * Runs commands on this node, and on the others by ssh with the options that Proxmox uses
 * (pve-cluster, src/PVE/SSHInfo.pm): the host key is looked up under the node's name in what the
 * cluster knows of it.
 */
record ClusterShell(String local, Path pmxcfs, @Nullable Path folder) implements NodeShell {

  @Override
  public boolean reaches(String node) {
    return node.equals(local) || address(node) != null;
  }

  @Override
  public Result run(String node, Task task, Consumer<String> lines)
      throws IOException, InterruptedException {
    return node.equals(local)
        ? RunningCommand.run(here(task.command()), task, lines)
        : RunningCommand.run(here(there(node, task.command())), task, lines);
  }

  private List<String> here(List<String> command) {
    List<String> line = new ArrayList<>(command);
    Path own = folder == null ? null : folder.resolve(command.getFirst());
    if (own != null && Files.isExecutable(own)) {
      line.set(0, own.toString());
    }
    return line;
  }

  private List<String> there(String node, List<String> command) throws IOException {
    String address = address(node);
    if (address == null) {
      throw new IOException("no shell on " + node + ": its address is not known");
    }
    List<String> line = new ArrayList<>(List.of("ssh", "-e", "none", "-o", "BatchMode=yes"));
    line.addAll(List.of("-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=10"));
    line.addAll(List.of("-o", "HostKeyAlias=" + node));
    Path known = pmxcfs.resolve("nodes").resolve(node).resolve("ssh_known_hosts");
    if (Files.isRegularFile(known)) {
      line.addAll(List.of("-o", "UserKnownHostsFile=" + known, "-o", "GlobalKnownHostsFile=none"));
    }
    line.add("root@" + address);
    line.add("--");
    // The other side's shell takes the words apart again.
    command.forEach(word -> line.add(NodeCommand.quoted(word)));
    return line;
  }

  private @Nullable String address(String node) {
    try {
      String members = Files.readString(pmxcfs.resolve(".members"));
      Json list = JsonText.read(members).asObject().get("nodelist");
      return list.asObject().get(node).asObject().text("ip");
    } catch (IOException | RuntimeException unknown) {
      return null;
    }
  }
}
