package pivm.simulator.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import pivm.simulator.json.Doc;
import pivm.simulator.json.JsonOut;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Task;

/**
 * The file {@code .clusterlog}: the newest entries of all nodes, here the tasks' starts and ends.
 */
final class ClusterLog {

  /** As many does the file show (pve-cluster src/pmxcfs/pmxcfs.c). */
  private static final int SHOWN = 50;

  private record Entry(long time, Task task, String message) {}

  private ClusterLog() {}

  static String text(Cluster cluster) {
    List<Entry> entries = new ArrayList<>();
    for (var task : new ArrayList<>(cluster.tasks().all()).reversed()) {
      if (!task.isRunning()) {
        String end = "end task " + task.upid() + " " + task.exitStatus();
        entries.add(new Entry(task.endSeconds(), task, end));
      }
      entries.add(new Entry(task.startSeconds(), task, "starting task " + task.upid()));
    }
    entries.sort(Comparator.comparingLong(Entry::time).reversed());
    List<Doc> shown = new ArrayList<>();
    for (Entry entry : entries.subList(0, Math.min(SHOWN, entries.size()))) {
      shown.add(row(entry, entries.size() - shown.size()));
    }
    return JsonOut.write(new Doc().put("data", shown)) + "\n";
  }

  private static Doc row(Entry entry, int number) {
    return new Doc()
        .put("uid", number)
        .put("time", entry.time())
        .put("pri", 6)
        .put("tag", "pvedaemon")
        .put("pid", entry.task().pid())
        .put("node", entry.task().node())
        .put("user", entry.task().user())
        .put("msg", entry.message());
  }
}
