package pivm.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.history.History;
import pivm.engine.history.Run;
import pivm.engine.history.StateLock;
import pivm.engine.inventory.Conditions;
import pivm.engine.inventory.Health;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Unknown;
import pivm.engine.pipeline.ClusterIdentity;
import pivm.engine.pipeline.Planned;
import pivm.engine.report.PlanReport;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.json.Json;

/** {@code pivm status}, and {@code pivm} alone: the state at a glance and what to type next. */
final class StatusCommand implements Command {

  @Override
  public void declare(Options options) {
    options.connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    boolean named =
        call.settings().text(Keys.ENDPOINT) != null || call.settings().text(Keys.PMXCFS) != null;
    if (!named && NodeAccess.here() == null) {
      return unconnected(call);
    }
    Planned planned;
    Run last;
    List<String> waiting;
    try (Workplace work = Workplace.open(call)) {
      planned = work.plan(Manifests.desired(call));
      last = lastRun(call, work.connection().proxmox());
      waiting = waiting(call, work);
    }
    Sight.warn(call, planned.inventory(), planned.request().identity());
    if (call.output().json()) {
      call.output().json(form(call, planned, last, waiting));
    } else {
      show(call, planned, last, waiting);
    }
    return Exit.DONE;
  }

  /** On this cluster; a run that doesn't know where it was counts for any. Null for none. */
  private static @Nullable Run lastRun(Call call, Proxmox proxmox) {
    List<Run> runs = new History(StateFolder.of(call.shell(), call.settings())).runs();
    if (runs.isEmpty()) {
      return null;
    }
    String here = ClusterIdentity.of(proxmox);
    return runs.stream()
        .filter(
            run -> run.started() == null || !ClusterIdentity.differ(here, run.started().cluster()))
        .findFirst()
        .orElse(null);
  }

  private static Exit unconnected(Call call) {
    call.output()
        .text(
            """
            No Proxmox VE is named yet.

              pivm demo      the whole way on a simulated cluster, in a minute
              pivm init      a folder for manifests
              pivm --help    all commands

            To connect: PIVM_ENDPOINT=https://NODE:8006, PIVM_TOKEN=USER@REALM!NAME=SECRET, PIVM_FINGERPRINT.
            """);
    return Exit.DONE;
  }

  /** What was left in the middle: a person, or the next run, has to do something about it. */
  private static List<String> waiting(Call call, Workplace work) throws InterruptedException {
    List<String> waiting = new ArrayList<>();
    work.waitingNetworks().forEach(one -> waiting.add(one.words()));
    UpdateFiles.hostUpdate(call, NodeShell.none(), null)
        .unfinished()
        .forEach((node, rest) ->
            waiting.add(
                "node "
                    + node
                    + (rest.isEmpty() ? ":" : " is left with " + rest + ":")
                    + " its update did not end; pivm update hosts --continue"));
    return waiting;
  }

  private static void show(Call call, Planned planned, @Nullable Run last, List<String> waiting)
      throws IOException {
    Output output = call.output();
    Inventory seen = planned.inventory();
    long online = seen.nodes().values().stream().filter(Node::online).count();
    long running = seen.guests().values().stream().filter(ObservedGuest::running).count();
    PlanReport report = PlanView.report(planned);
    String name = seen.cluster().name();
    output.line(
        (name != null ? "Cluster " + name : seen.nodes().size() > 1 ? "Cluster" : "Single node")
            + (seen.cluster().version().isEmpty() ? "" : ", Proxmox VE " + seen.cluster().version())
            + quorum(seen.cluster().quorate()));
    output.line("  nodes     " + online + " of " + seen.nodes().size() + " online");
    output.line(
        "  guests    "
            + seen.guests().size()
            + ", "
            + running
            + " running; "
            + planned.desired().guests().size()
            + " declared, "
            + report.foreign().size()
            + " in no manifest");
    List<Health.Risk> risks = risks(call, seen);
    output.line(
        "  at risk   " + (risks.isEmpty() ? "nothing" : risks.size() + ", first " + first(risks)));
    output.line(
        "  drift     "
            + (report.changes().isEmpty()
                ? report.summary().blocked() == 0 ? "none" : "not known"
                : report.changes().size() + " differences, plan " + report.id())
            + (report.summary().blocked() == 0
                ? ""
                : ", " + report.summary().blocked() + " blocked"));
    if (!report.unknown().isEmpty()) {
      Unknown unseen = report.unknown().getFirst();
      output.line(
          "  unknown   "
              + report.unknown().size()
              + ", first "
              + unseen.subject()
              + ": "
              + unseen.reason());
    }
    String holder = last != null && last.ended() == null ? holder(call) : null;
    output.line("  last run  " + lastRun(last, holder));
    ImagesAtAGlance images = ImagesAtAGlance.of(call);
    if (images != null) {
      output.line("  images    " + images.text());
    }
    for (LastUpdates.Line line : LastUpdates.of(call)) {
      output.line("  " + (line.label() + "          ").substring(0, 10) + line.text());
    }
    NextTimers timers = NextTimers.of(call);
    if (timers != null) {
      output.line("  timers    " + timers.text());
    }
    waiting.forEach(one -> output.line("  waits     " + one));
    output.line("");
    output.line("Next: " + next(planned, report, risks, last, holder));
  }

  /** Who is at work on this machine; null for nobody. */
  private static @Nullable String holder(Call call) {
    return StateLock.holder(StateFolder.of(call.shell(), call.settings()));
  }

  private static String lastRun(@Nullable Run last, @Nullable String holder) {
    if (last == null) {
      return "none yet";
    }
    String result = HistoryCommand.result(last);
    return last.id() + ": " + (holder == null ? result : "going on (" + holder + ")");
  }

  /** What the list of the cluster tells at once; {@code pivm health} asks the nodes as well. */
  private static List<Health.Risk> risks(Call call, Inventory seen) {
    return HealthCommand.of(call, seen, Conditions.none()).risks();
  }

  private static String first(List<Health.Risk> risks) {
    Health.Risk risk = risks.getFirst();
    return risk.subject() + ": " + risk.message();
  }

  private static String quorum(@Nullable Boolean quorate) {
    if (quorate == null) {
      return "";
    }
    return quorate ? ", has quorum" : ", WITHOUT QUORUM: nothing can be written";
  }

  private static String next(
      Planned planned,
      PlanReport report,
      List<Health.Risk> risks,
      @Nullable Run last,
      @Nullable String holder) {
    if (last != null && holder != null) {
      return "pivm history " + last.id() + "   (what it has done so far)";
    }
    if (last != null && last.ended() == null) {
      return "pivm resume   (the last run did not end)";
    }
    if (!report.isEmpty()) {
      return "pivm plan   (what differs, and what it would disturb)";
    }
    if (!risks.isEmpty()) {
      return "pivm health   (what is at risk)";
    }
    return planned.desired().guests().isEmpty() && !report.foreign().isEmpty()
        ? "pivm import   (adopt the guests that are there; changes nothing)"
        : "edit the manifest, then pivm plan";
  }

  private static Json.Obj form(Call call, Planned planned, @Nullable Run last, List<String> waiting)
      throws IOException {
    Inventory seen = planned.inventory();
    PlanReport report = PlanView.report(planned);
    Boolean quorate = seen.cluster().quorate();
    Json.Builder updates = Json.object();
    LastUpdates.of(call).forEach(line -> updates.put(line.word(), line.form()));
    ImagesAtAGlance images = ImagesAtAGlance.of(call);
    NextTimers timers = NextTimers.of(call);
    return Json.object()
        .put("updates", updates.build())
        .put("images", images == null ? Json.Null.NULL : images.form())
        .put("timers", timers == null ? Json.Null.NULL : timers.form())
        .put("waits", Json.array(waiting.stream().map(Json::of).toList()))
        .put("cluster", seen.cluster().name())
        .put("version", seen.cluster().version())
        .put("quorate", quorate == null ? Json.Null.NULL : Json.of(quorate))
        .put("nodes", seen.nodes().size())
        .put("online", seen.nodes().values().stream().filter(Node::online).count())
        .put("guests", seen.guests().size())
        .put("declared", planned.desired().guests().size())
        .put("foreign", report.foreign().size())
        .put("differences", report.changes().size())
        .put("blocked", report.summary().blocked())
        .put("unknown", report.unknown().size())
        .put("plan", report.id())
        .put("risks", risks(call, seen).size())
        .put("lastRun", last == null ? null : last.id())
        .build();
  }
}
