package pivm.simulator.api;

import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Node;
import pivm.simulator.state.Statistics;

/** Usage of guests and nodes: figures that depend on nothing but who it is and how long it runs. */
public final class Figures {
  private static final long NODE_DISK = 270_553_174_016L;
  private static final long NODE_DISK_USED = 28_170_293_248L;

  private Figures() {}

  /** Memory in use by a running guest, in bytes. */
  static long memory(Guest guest) {
    return guest.isRunning() ? guest.memory() * (30 + guest.vmid() % 40) / 100 : 0;
  }

  private static long memory(int vmid, Statistics.Report report) {
    return report.isRunning() ? report.maxMemory() * (30 + vmid % 40) / 100 : 0;
  }

  static double cpu(Guest guest) {
    return guest.isRunning() ? cpu(guest.vmid()) : 0;
  }

  private static double cpu(int vmid) {
    return (1 + vmid % 17) / 200.0;
  }

  /** Bytes in or out over the guest's network since its start. */
  static long traffic(Guest guest, Cluster cluster) {
    return guest.uptime(cluster.time().millis()) * (100 + guest.vmid() % 50);
  }

  private static long disk(Guest guest) {
    return guest.kind() == Kind.LXC && guest.isRunning() ? guest.bootDiskSize() / 5 : 0;
  }

  /** Memory in use on a node now, in bytes. */
  static long memory(Cluster cluster, Node node) {
    return memory(cluster, node, Figures::memory);
  }

  /** The same as statistics tell it. */
  private static long toldMemory(Cluster cluster, Node node) {
    return memory(
        cluster,
        node,
        guest -> {
          var report = cluster.statistics().of(guest.vmid());
          return report == null ? 0 : memory(guest.vmid(), report);
        });
  }

  private static long memory(Cluster cluster, Node node, ToLongFunction<Guest> each) {
    long used = node.memory() / 20;
    for (var guest : cluster.guests()) {
      if (guest.node().equals(node.name())) {
        used += each.applyAsLong(guest);
      }
    }
    return Math.min(used, node.memory());
  }

  static double cpu(Cluster cluster, Node node) {
    double used = 0.01;
    for (var guest : cluster.guests()) {
      if (guest.node().equals(node.name())) {
        used += cpu(guest) * guest.cpus(node.cpus()) / node.cpus();
      }
    }
    return Math.min(used, 1);
  }

  /** A guest as in the node's list and in its status. */
  public static Doc status(Cluster cluster, Guest guest) {
    var config = guest.config();
    long now = cluster.time().millis();
    var node = cluster.node(guest.node());
    var doc = new Doc().put("vmid", guest.vmid()).put("name", guest.name());
    doc.put("status", guest.isRunning() ? "running" : "stopped");
    doc.put("cpus", guest.cpus(node.cpus())).put("maxmem", guest.memory());
    doc.put("maxdisk", guest.bootDiskSize()).put("disk", disk(guest));
    doc.put("mem", memory(guest)).put("cpu", cpu(guest)).put("uptime", guest.uptime(now));
    doc.put("netin", traffic(guest, cluster)).put("netout", traffic(guest, cluster) / 2);
    if (guest.kind() == Kind.QEMU) {
      doc.put("memhost", memory(guest));
      balloon(doc, guest);
      if (config.values().keySet().stream().anyMatch(k -> k.matches("serial\\d+"))) {
        doc.put("serial", 1);
      }
    } else {
      doc.put("type", "lxc").put("swap", 0).put("maxswap", config.number("swap", 0) << 20);
      doc.put("diskread", 0).put("diskwrite", 0);
    }
    if (guest.isTemplate()) {
      doc.put("template", 1);
    }
    doc.putIfPresent("lock", guest.lock()).putIfPresent("tags", config.get("tags"));
    if (guest.isRunning()) {
      doc.put("pid", guest.pid());
      pressure(doc, guest.kind());
    }
    return doc;
  }

  /** A guest as its node last told of it. */
  public static Doc told(Cluster cluster, Guest guest, Statistics.Report report) {
    var doc = status(cluster, guest).put("name", report.name()).put("status", report.status());
    doc.put("template", report.template() ? 1 : 0).put("uptime", report.uptime());
    doc.put("maxmem", report.maxMemory()).put("cpus", report.cpus());
    return doc.put("mem", memory(guest.vmid(), report));
  }

  private static void balloon(Doc doc, Guest guest) {
    long balloon = guest.config().number("balloon", 0);
    if (balloon > 0) {
      doc.put("balloon_min", balloon << 20).put("shares", guest.config().number("shares", 1000));
    }
  }

  private static void pressure(Doc doc, Kind kind) {
    for (String what : new String[] {"cpu", "io", "memory"}) {
      for (String amount : new String[] {"some", "full"}) {
        doc.put("pressure" + what + amount, kind == Kind.LXC ? "0.00" : (Object) 0);
      }
    }
  }

  /** A guest as among the cluster's resources. */
  static Doc resource(Cluster cluster, Guest guest, @Nullable String pool) {
    var doc = new Doc().put("id", guest.kind().word() + "/" + guest.vmid());
    doc.put("type", guest.kind().word()).put("vmid", guest.vmid()).put("node", guest.node());
    doc.putIfPresent("pool", pool);
    var ha = cluster.haOf(guest);
    if (ha != null) {
      doc.put("hastate", ha.crmState());
    }
    doc.putIfPresent("lock", guest.lock()).putIfPresent("tags", guest.config().get("tags"));
    var report = cluster.statistics().of(guest.vmid());
    return report == null ? doc.put("status", "unknown") : told(doc, report, guest, cluster);
  }

  /** What statistics tell of the VMID; the rest of its row is up to date. */
  private static Doc told(Doc doc, Statistics.Report report, Guest guest, Cluster cluster) {
    long memory = memory(guest.vmid(), report);
    doc.put("name", report.name()).put("status", report.status());
    doc.put("template", report.template() ? 1 : 0);
    doc.put("maxcpu", report.cpus()).put("cpu", report.isRunning() ? cpu(guest.vmid()) : 0);
    doc.put("maxmem", report.maxMemory()).put("mem", memory);
    doc.put("memhost", guest.kind() == Kind.QEMU ? memory : 0);
    doc.put("maxdisk", guest.bootDiskSize()).put("disk", disk(guest));
    doc.put("netin", traffic(guest, cluster)).put("netout", traffic(guest, cluster) / 2);
    doc.put("diskread", 0).put("diskwrite", 0);
    return doc.put("uptime", report.uptime());
  }

  /** A node as in the list of nodes. */
  public static Doc node(Cluster cluster, Node node, boolean withFigures) {
    var doc = new Doc().put("id", "node/" + node.name()).put("type", "node");
    doc.put("node", node.name()).put("status", node.isOnline() ? "online" : "offline");
    doc.put("level", "");
    if (withFigures) {
      doc.put("maxcpu", node.cpus()).put("maxmem", node.memory()).put("maxdisk", NODE_DISK);
      if (node.isOnline()) {
        doc.put("cpu", cpu(cluster, node)).put("mem", toldMemory(cluster, node));
        doc.put("disk", NODE_DISK_USED).put("uptime", node.uptime(cluster.time().millis()));
      }
    }
    return doc;
  }

  /** The detailed status of a node. */
  static Doc nodeStatus(Cluster cluster, Node node) {
    long used = memory(cluster, node);
    var memory = new Doc().put("total", node.memory()).put("used", used);
    memory.put("free", node.memory() - used).put("available", node.memory() - used);
    var root = new Doc().put("total", NODE_DISK).put("used", NODE_DISK_USED);
    root.put("avail", NODE_DISK - NODE_DISK_USED).put("free", NODE_DISK - NODE_DISK_USED);
    var cpu = new Doc().put("cpus", node.cpus()).put("cores", node.cpus()).put("sockets", 1);
    cpu.put("model", "Simulated CPU").put("mhz", "2600.000").put("hvm", node.hasKvm() ? "1" : "");
    cpu.put("flags", "fpu vme svm sse4_2 avx2").put("user_hz", 100).put("family", "25");
    cpu.put("vendor", "AuthenticAMD");
    var kernel = new Doc().put("sysname", "Linux").put("release", Node.RUNNING_KERNEL);
    kernel.put("version", "#1 SMP PREEMPT_DYNAMIC PMX 6.17.2-1").put("machine", "x86_64");
    String load = String.format(Locale.ROOT, "%.2f", cpu(cluster, node) * node.cpus());
    return new Doc()
        .put("pveversion", "pve-manager/9.2.11/14a22df35955d97d")
        .put("kversion", "Linux 6.17.2-1-pve #1 SMP PREEMPT_DYNAMIC PMX 6.17.2-1")
        .put("current-kernel", kernel)
        .put("boot-info", Doc.of("mode", "legacy-bios"))
        .put("uptime", node.uptime(cluster.time().millis()))
        .put("cpu", cpu(cluster, node))
        .put("cpuinfo", cpu)
        .put("memory", memory)
        .put("swap", new Doc().put("total", 0).put("used", 0).put("free", 0))
        .put("rootfs", root)
        .put("ksm", Doc.of("shared", 0))
        .put("idle", 0)
        .put("wait", 0)
        .put("loadavg", java.util.List.of(load, load, load));
  }

  /** The network cards of a running VM. */
  static Doc cards(Cluster cluster, Guest guest) {
    var cards = new Doc();
    for (String key : guest.config().values().keySet()) {
      if (key.startsWith("net")) {
        long bytes = traffic(guest, cluster);
        cards.put(
            "tap" + guest.vmid() + "i" + key.substring(3),
            new Doc().put("netin", bytes).put("netout", bytes / 2));
      }
    }
    return cards;
  }

  /** The size of a drive's value, in bytes. */
  static long size(String drive) {
    return Drive.parse(drive).size();
  }
}
