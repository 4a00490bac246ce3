package pivm.engine.hostupdate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.execution.Worker;
import pivm.engine.patching.PatchAnswer;
import pivm.engine.patching.PatchResult;
import pivm.engine.patching.PatchScript;
import pivm.engine.plan.Counted;
import pivm.engine.plan.HostOperation;
import pivm.engine.plan.Step;
import pivm.engine.rails.RailPolicy;
import pivm.proxmox.json.Json;

/** Does the steps of a host update. */
final class HostWorker implements Worker {
  private static final String ID = "upgrade ";
  private static final String AGAIN = "pivm update hosts --continue";
  private static final String REBOOT = "reboot";
  private static final String SUMMARY = "summary";
  private static final String ARCHIVES = "/var/lib/pivm/archive";
  private static final Duration ARCHIVING = Duration.ofMinutes(15);
  private static final int LOCK_WAIT = 300;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final HostScript script;
  private final HostRecords records;
  private final @Nullable String local;
  private final String goOn;
  private final Room room;

  /**
   * A worker.
   *
   * @param local the node that this runs on; null for none
   * @param goOn the command that goes on after a restart of that one
   * @param policy by which guests are given room elsewhere
   */
  HostWorker(
      HostScript script,
      HostRecords records,
      @Nullable String local,
      String goOn,
      RailPolicy policy) {
    this.script = script;
    this.records = records;
    this.local = local;
    this.goOn = goOn;
    this.room = new Room(policy);
  }

  @Override
  public WorkEnd work(Step step, WorkContext context) {
    if (!(step.operation() instanceof HostOperation host)) {
      return WorkEnd.failed("nodes are updated here, and nothing else");
    }
    var node = new OnNode(script, context, host.node());
    try {
      return switch (host) {
        case HostOperation.Archive archive -> archive(node, archive);
        case HostOperation.Upgrade upgrade -> upgrade(node, upgrade);
        case HostOperation.Drain drain ->
            required(node, drain.always())
                ? new Draining(node, records, room).drain(drain)
                : WorkEnd.done("no restart is needed, so its guests stay");
        case HostOperation.Reboot reboot -> reboot(node, reboot);
        case HostOperation.Undrain undrain -> undrain(node, undrain);
      };
    } catch (IOException failed) {
      return WorkEnd.failed(node.name() + ": " + failed.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return WorkEnd.unsettled("interrupted; `pivm resume` finds out what came of it");
    }
  }

  private WorkEnd archive(OnNode node, HostOperation.Archive archive)
      throws IOException, InterruptedException {
    // From here on a restart of this program's own node can be gone on from.
    records.open(archive.ahead());
    records.restarted(node.name());
    String name = STAMP.format(node.context().now());
    String said = node.once(ARCHIVING, "archive", ARCHIVES, name);
    said.lines().forEach(node.context()::log);
    long kept = said.lines().filter(line -> line.startsWith("kept ")).count();
    return WorkEnd.done(
        Counted.of(kept, "file is", "files are")
            + " kept in "
            + ARCHIVES
            + "/"
            + name
            + " on "
            + node.name());
  }

  private WorkEnd upgrade(OnNode node, HostOperation.Upgrade upgrade)
      throws IOException, InterruptedException {
    Instant since = node.context().now();
    String id = node.name() + "-" + since.getEpochSecond();
    node.context().mark(ID + id);
    String said =
        node.patch(
                "begin",
                id,
                Integer.toString(LOCK_WAIT),
                "",
                PatchScript.TEXT,
                upgrade.securityOnly() ? "security" : "dist-upgrade",
                Integer.toString(upgrade.minFreeMib()),
                String.join(" ", upgrade.hold()))
            .strip();
    if (said.startsWith("busy ")) {
      return WorkEnd.skipped("another upgrade (" + said.substring(5) + ") runs on " + node.name());
    }
    PatchAnswer answer = node.follow(id, since.plus(Duration.ofMinutes(upgrade.timeout())));
    PatchResult result =
        switch (answer.state()) {
          case ENDED -> PatchResult.parse(answer.result());
          case RUNNING ->
              PatchResult.failed(
                  "it has not ended within "
                      + Counted.of(upgrade.timeout(), "minute")
                      + " and is left to itself; its log on the node is"
                      + " /var/lib/pivm-patch/"
                      + id
                      + "/log");
          case DIED -> PatchResult.failed("it was cut off; dpkg may have to be set right");
          case UNSTARTED, ABSENT -> PatchResult.failed("it did not begin");
        };
    keep(node, result, since);
    return switch (result.outcome()) {
      case REFUSED, UNSUPPORTED -> WorkEnd.refused(result.summary());
      default -> result.good() ? WorkEnd.done(result.summary()) : WorkEnd.failed(result.summary());
    };
  }

  private void keep(OnNode node, PatchResult result, Instant since) {
    Instant now = node.context().now();
    records.node(
        node.name(),
        form ->
            form.put("at", now.toString())
                .put("seconds", Duration.between(since, now).toSeconds())
                .put("good", result.good())
                .put(SUMMARY, result.summary())
                .put(REBOOT, result.reboot() == null ? Json.Null.NULL : Json.of(result.reboot()))
                .put("result", result.form()));
  }

  private boolean required(OnNode node, boolean always) throws IOException, InterruptedException {
    return always || records.node(node.name()).text(REBOOT) != null || node.look().reboot() != null;
  }

  private WorkEnd reboot(OnNode node, HostOperation.Reboot reboot)
      throws IOException, InterruptedException {
    if (!required(node, reboot.always())) {
      return WorkEnd.done("no restart is needed");
    }
    String own = node.name().equals(local) ? goOn : null;
    WorkEnd end =
        new Restarting(node, reboot.healthChecks(), reboot.timeout())
            .run(own, before -> records.restarting(node.name(), before));
    if (end.status() == StepResult.Status.DONE) {
      noLongerNeeded(node);
    }
    return end;
  }

  /** What it was restarted from stays known until its guests are back. */
  private void noLongerNeeded(OnNode node) {
    Json.Obj kept = records.node(node.name());
    String summary = kept.text(SUMMARY);
    String reason = kept.text(REBOOT);
    records.node(
        node.name(),
        form -> {
          if (summary != null && reason != null) {
            form.put(SUMMARY, summary.replace(PatchResult.needed(reason), "restarted"));
          }
          return form.put(REBOOT, Json.Null.NULL);
        });
  }

  private WorkEnd undrain(OnNode node, HostOperation.Undrain undrain)
      throws IOException, InterruptedException {
    String boot = records.restartedFrom(node.name());
    if (boot != null) {
      WorkEnd back =
          new Restarting(node, undrain.healthChecks(), undrain.timeout())
              .back(boot, records.failedBefore(node.name()));
      if (back.status() != StepResult.Status.DONE) {
        return back;
      }
      noLongerNeeded(node);
    }
    String problem = new Draining(node, records, room).undrain(undrain.timeout());
    if (problem != null) {
      return WorkEnd.failed(problem + "; to try it again: " + AGAIN);
    }
    records.restarted(node.name());
    records.done(node.name());
    if (node.name().equals(local)) {
      node.once(Duration.ofSeconds(60), "offboot");
    }
    return WorkEnd.done(node.name() + " is as before");
  }

  @Override
  public Settlement settle(CutOff cutOff, WorkContext context) {
    if (!(cutOff.work() instanceof HostOperation host)) {
      return new Settlement.Unclear("nodes are updated here, and nothing else");
    }
    var node = new OnNode(script, context, host.node());
    try {
      return switch (host) {
        case HostOperation.Archive _ ->
            new Settlement.NotDone("the archive was not finished; it is made again");
        case HostOperation.Upgrade upgrade -> upgraded(node, upgrade, cutOff);
        case HostOperation.Drain _ ->
            new Settlement.NotDone(
                "what was done about its guests is on record; to take it back: " + AGAIN);
        case HostOperation.Reboot reboot -> rebooted(node, reboot, cutOff);
        case HostOperation.Undrain _ -> new Settlement.NotDone("to take it up again: " + AGAIN);
      };
    } catch (IOException silent) {
      return new Settlement.OutOfReach(node.name() + ": " + silent.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Settlement.OutOfReach("interrupted");
    }
  }

  private static @Nullable String marked(CutOff cutOff, String mark) {
    String found = null;
    for (String one : cutOff.marks()) {
      found = one.startsWith(mark) ? one.substring(mark.length()) : found;
    }
    return found;
  }

  private Settlement upgraded(OnNode node, HostOperation.Upgrade upgrade, CutOff cutOff)
      throws IOException, InterruptedException {
    String id = marked(cutOff, ID);
    if (id == null) {
      return new Settlement.NotDone("the upgrade was not begun");
    }
    PatchAnswer answer =
        node.follow(id, node.context().now().plus(Duration.ofMinutes(upgrade.timeout())));
    return switch (answer.state()) {
      case ENDED -> {
        PatchResult result = PatchResult.parse(answer.result());
        keep(node, result, cutOff.begun());
        yield result.good()
            ? new Settlement.Done(result.summary(), answer.log())
            : new Settlement.Failed(result.summary(), result.outcome().word(), answer.log());
      }
      case RUNNING -> new Settlement.OutOfReach("the upgrade is still going on");
      case DIED ->
          new Settlement.Failed(
              "the upgrade was cut off; dpkg may have to be set right", "cut off", List.of());
      case UNSTARTED, ABSENT -> new Settlement.NotDone("the upgrade was not begun");
    };
  }

  private Settlement rebooted(OnNode node, HostOperation.Reboot reboot, CutOff cutOff)
      throws IOException, InterruptedException {
    String boot = marked(cutOff, Restarting.BOOT);
    if (boot == null) {
      return new Settlement.NotDone("it was not restarted");
    }
    var restarting = new Restarting(node, reboot.healthChecks(), reboot.timeout());
    if (!restarting.goesDown(boot)) {
      records.restarted(node.name());
      return new Settlement.NotDone(node.name() + " was not restarted");
    }
    WorkEnd end = restarting.back(boot, records.failedBefore(node.name()));
    return end.status() == StepResult.Status.DONE
        ? new Settlement.Done(end.message(), List.of())
        : new Settlement.Failed(end.message(), "not back", List.of());
  }
}
