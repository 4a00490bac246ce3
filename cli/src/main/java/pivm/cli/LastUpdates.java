package pivm.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import pivm.engine.plan.Counted;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.json.Json;

/** How patching containers and updating hosts ended last, from what was kept here. */
final class LastUpdates {

  /**
   * A procedure's last results.
   *
   * @param things how many have one
   * @param bad the first whose result is not good, with its summary; empty when all are
   * @param age of the latest result
   */
  record Line(String word, int things, String bad, Duration age) {
    /** What the status calls it, in as many letters as its column has. */
    String label() {
      return word.equals("containers") ? "patching" : word;
    }

    String text() {
      return Counted.of(things, "result")
          + ", the latest "
          + Units.time(age)
          + " old"
          + (bad.isEmpty() ? "" : "; " + bad);
    }

    Json.Obj form() {
      return Json.object()
          .put("results", things)
          .put("failed", bad)
          .put("age", age.toSeconds())
          .build();
    }
  }

  /** Of the procedures that have ever been run from here. */
  static List<Line> of(Call call) {
    Instant now = Instant.now();
    Json.Arr containers = UpdateFiles.patching(call, NodeShell.none()).last(null, now);
    Json.Arr hosts = UpdateFiles.hostUpdate(call, NodeShell.none(), null).last(null, now);
    return List.of(line("containers", "subject", containers), line("hosts", "node", hosts)).stream()
        .filter(line -> line.things() > 0)
        .toList();
  }

  private static Line line(String word, String name, Json.Arr results) {
    String bad = "";
    long youngest = Long.MAX_VALUE;
    for (Json.Obj result : results.objects()) {
      youngest = Math.min(youngest, result.integer("age", 0));
      if (bad.isEmpty() && result.has("good") && !result.flag("good")) {
        bad = result.text(name, "") + ": " + result.text("summary", "");
      }
    }
    return new Line(word, results.objects().size(), bad, Duration.ofSeconds(youngest));
  }

  private LastUpdates() {}
}
