package pivm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.observation.Observer;

/** Measures whole processes and prints the table that stands in the README. */
public final class Report {
  private static final List<String> WHOLE =
      List.of(
          "/cluster/resources",
          "/access/permissions",
          "/version",
          "/cluster/status",
          "/storage",
          "/cluster/options",
          "/cluster/ha/resources",
          "/cluster/ha/rules",
          "/cluster/replication",
          "/cluster/backup");
  private static final long MIB = 1L << 20;

  private final Processes processes;
  private final Path work;
  private final int rounds;

  private Report(Path launcher, Path work, int rounds) {
    this.processes = new Processes(launcher, work);
    this.work = work;
    this.rounds = rounds;
  }

  /**
   * @param args the launcher; how many times each thing is measured; the CSV file of JMH's results
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("pivm-benchmarks");
    var report = new Report(Path.of(args[0]).toAbsolutePath(), work, Integer.parseInt(args[1]));
    row("what", "measured", "at most", "goal");
    row("---", "---", "---", "---");
    report.start();
    report.overHttps();
    report.onFiles();
    report.byTimer();
    applying();
    report.fetching();
    patching();
    for (String line : Files.readAllLines(Path.of(args[2]))) {
      jmh(line);
    }
  }

  private void start() throws IOException, InterruptedException {
    row("`pivm version`", times(work, Map.of(), "version"), "150 ms", "80 ms");
  }

  private void overHttps() throws IOException, InterruptedException {
    try (Processes.Cluster small = processes.cluster(10)) {
      Path folder = processes.declared("ten", small);
      row(
          "plan of 10 guests without a change, over HTTPS",
          times(folder, small.environment(), "plan"),
          "500 ms",
          "250 ms");
    }
    ratio("a real node's pace", "--paced");
    tenThousand(ratio("the simulator's own pace"));
  }

  /** Each round reads raw and plans, so that both meet the same machine. */
  private double ratio(String pace, String... how) throws IOException, InterruptedException {
    try (Processes.Cluster cluster = processes.cluster(1000, how)) {
      Path folder = processes.declared("thousand", cluster);
      var tool = new LoadTool(cluster.endpoint(), cluster.token());
      List<String> paths = paths(folder, cluster);
      tool.read(paths, 4);
      var raws = new ArrayList<Double>();
      var plans = new ArrayList<Double>();
      var ratios = new ArrayList<Double>();
      for (int i = 0; i < rounds; i++) {
        double raw = Math.min(tool.read(paths, 4), tool.read(paths, 8));
        double plan = processes.run(folder, cluster.environment(), "plan").seconds();
        raws.add(raw);
        plans.add(plan);
        ratios.add(plan / raw);
      }
      row(
          "plan of 1,000 guests on 8 nodes without a change, over HTTPS at "
              + pace
              + ", by the raw reads' time",
          String.format(
              Locale.ROOT,
              "%.2f × (%s by %s)",
              median(ratios),
              milliseconds(median(plans)),
              milliseconds(median(raws))),
          "2 ×",
          "1.2 ×");
      return median(plans);
    }
  }

  private List<String> paths(Path folder, Processes.Cluster cluster)
      throws IOException, InterruptedException {
    var paths = new ArrayList<>(WHOLE);
    String list = processes.run(folder, cluster.environment(), "guest", "list", "--json").output();
    for (var guest : pivm.proxmox.json.JsonText.read(list).objects()) {
      String type = guest.text("type", "").equals("lxc") ? "lxc" : "qemu";
      paths.add(
          "/nodes/" + guest.text("node") + "/" + type + "/" + guest.text("vmid") + "/pending");
    }
    if (paths.size() < 1000) {
      throw new IllegalStateException("only " + paths.size() + " reads: " + list);
    }
    return paths;
  }

  private void tenThousand(double thousand) throws IOException, InterruptedException {
    try (Processes.Cluster cluster = processes.cluster(10_000)) {
      Path folder = processes.declared("tenthousand", cluster);
      var plans = new ArrayList<Double>();
      long peak = 0;
      for (int i = 0; i < Math.max(1, rounds / 3); i++) {
        Processes.Run run = processes.run(folder, cluster.environment(), "plan");
        plans.add(run.seconds());
        peak = Math.max(peak, run.peak());
      }
      row(
          "the same of 10,000 guests, by ten times that of 1,000",
          String.format(
              Locale.ROOT,
              "%.2f × (%s)",
              median(plans) / (10 * thousand),
              milliseconds(median(plans))),
          "1 ×",
          "");
      row("its memory", peak / MIB + " MiB", "512 MiB", "300 MiB");
      row(
          "memory of the simulator with 10,000 guests",
          cluster.peak() / MIB + " MiB",
          "1024 MiB",
          "");
    }
  }

  private void onFiles() throws IOException, InterruptedException {
    Path files = Files.createDirectories(work.resolve("pve"));
    Samples.cluster(1000).writeClusterFilesystem(files);
    Inventory inventory = Observer.overFiles(files).observe(ObservationRequest.everything());
    Path folder = processes.manifest("files", Samples.manifest(inventory, 0));
    row(
        "plan of 1,000 guests from a copy of the cluster file system",
        times(folder, Map.of(), "plan", "--pmxcfs", files.toString()),
        "700 ms",
        "400 ms");
    for (ObservedGuest guest : inventory.guests().values()) {
      if (guest.config() == null) {
        throw new IllegalStateException(guest.subject() + " was not read");
      }
    }
  }

  /** As on a node: its files are read, its API answers the rest, and the rails are asked. */
  private void byTimer() throws IOException, InterruptedException {
    Path files = work.resolve("node");
    try (Processes.Cluster cluster = processes.cluster(1000, "--files", files.toString())) {
      Path folder = processes.declared("timer", cluster);
      var environment = new HashMap<>(cluster.environment());
      environment.put("PIVM_ACTOR", "timer:pivm-guests");
      for (String[] words :
          new String[][] {{"drift", "--detailed-exitcode"}, {"apply", "guests"}}) {
        var line = new ArrayList<>(List.of(words));
        line.addAll(List.of("--quiet", "--pmxcfs", files.toString()));
        var busy = new ArrayList<Double>();
        for (int i = 0; i <= rounds; i++) {
          busy.add(processes.run(folder, environment, line.toArray(String[]::new)).busy());
        }
        row(
            "processor time of a timer's "
                + words[0]
                + " of 1,000 guests without a change, on a node",
            milliseconds(median(busy.subList(1, busy.size()))),
            "1000 ms",
            "");
      }
    }
  }

  private static void applying() throws IOException, InterruptedException {
    Applying.Result result = Applying.run(200);
    row(
        "making and starting 200 containers on 8 nodes, by the least possible in simulated time",
        String.format(
            Locale.ROOT,
            "%.2f × (%.0f s by %.0f s)",
            result.ratio(),
            result.seconds(),
            result.bound()),
        "1.3 ×",
        "1.1 ×");
  }

  private void fetching() throws IOException, InterruptedException {
    Fetching.Result result = Fetching.measure(work, Math.max(5, rounds));
    row(
        "rate of fetching 512 MiB from loopback while hashing, by `curl`'s (neither waits for the"
            + " disk; at least)",
        String.format(
            Locale.ROOT,
            "%.2f × (%.0f by %.0f MiB/s)",
            median(result.ratios()),
            median(result.own()),
            median(result.curls())),
        "0.9 ×",
        "");
  }

  private static void patching() throws IOException, InterruptedException {
    row(
        "patching 40 containers on 4 nodes, by the least that the limits allow in simulated time",
        Patching.run(40),
        "1.3 ×",
        "1.15 ×");
  }

  /** A line of JMH's CSV: benchmark, mode, threads, samples, score, error, unit, parameters. */
  private static void jmh(String line) {
    String[] fields = line.replace("\"", "").split(",", -1);
    if (fields.length > 7 && fields[0].contains("PlanBenchmark.plan")) {
      double score = Double.parseDouble(fields[4]);
      row(
          "comparing and planning alone, 10,000 guests, "
              + (fields[7].equals("0") ? "no change" : fields[7] + " changes"),
          String.format(Locale.ROOT, "%.0f ms", score),
          "100 ms",
          "40 ms");
    }
  }

  /** How long a command takes, the median of several runs, and how long processors work for it. */
  private String times(Path folder, Map<String, String> environment, String... words)
      throws IOException, InterruptedException {
    processes.run(folder, environment, words);
    var seconds = new ArrayList<Double>();
    var busy = new ArrayList<Double>();
    for (int i = 0; i < rounds; i++) {
      Processes.Run run = processes.run(folder, environment, words);
      seconds.add(run.seconds());
      busy.add(run.busy());
    }
    return milliseconds(median(seconds)) + " (processor: " + milliseconds(median(busy)) + ")";
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private static String milliseconds(double seconds) {
    return String.format(Locale.ROOT, "%.0f ms", 1000 * seconds);
  }

  private static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }
}
