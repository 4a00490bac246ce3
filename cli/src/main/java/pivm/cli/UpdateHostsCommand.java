package pivm.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.hostupdate.HostUpdate;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.HostUpdates;
import pivm.engine.pipeline.Planned;
import pivm.engine.report.Table;
import pivm.proxmox.Time;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.json.Json;

/** {@code pivm update hosts}: updates the nodes, one after the other. */
final class UpdateHostsCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .parameters("NODE", 0, Integer.MAX_VALUE, "only these; default: every node")
        .flag("--dry-run", "show packages, plan and what the rails say, change nothing")
        .value("--updates", "FILE", "the manifest of host update")
        .flag("--continue", "go on with an update that a restart of this node cut off")
        .flag("--last", "show the last result of every node, do nothing");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    if (call.parsed().has("--last")) {
      return last(call);
    }
    HostUpdates manifest = UpdateFiles.hosts(call);
    Desired desired = Manifests.desired(call);
    try (Workplace work = Workplace.open(call).atOnce(1)) {
      return new Updating(call, work, desired, manifest).run();
    }
  }

  private static Exit last(Call call) {
    Json.Arr last = UpdateFiles.hostUpdate(call, NodeShell.none(), null).last(null, Instant.now());
    if (call.output().json()) {
      call.output().json(last);
    } else if (last.elements().isEmpty()) {
      call.output().line("No node was updated from here yet.");
    } else {
      var table = Table.of("Node", "Age", "Result");
      for (Json.Obj one : last.objects()) {
        table.row(
            one.text("node", ""),
            Units.time(Duration.ofSeconds(one.integer("age", 0))),
            one.text("summary", ""));
      }
      call.output().table(table.build());
    }
    return Exit.DONE;
  }

  /** One call. */
  private static final class Updating {
    private final Call call;
    private final Workplace work;
    private final Desired desired;
    private final HostUpdates manifest;
    private final HostUpdate update;
    private final boolean goesOn;
    private HostUpdate.@Nullable Prepared prepared;

    Updating(Call call, Workplace work, Desired desired, HostUpdates manifest) {
      this.call = call;
      this.work = work;
      this.desired = desired;
      this.manifest = manifest;
      this.goesOn = call.parsed().has("--continue");
      NodeAccess node = work.connection().node();
      this.update =
          UpdateFiles.hostUpdate(call, work.around().shell(), node == null ? null : node.node());
    }

    Exit run() throws InterruptedException {
      if (goesOn && update.open().isEmpty()) {
        call.say("No host update was cut off; nothing is to be done.");
        return Exit.DONE;
      }
      var flow = new ApplyFlow(call, work, this::plan);
      boolean dry =
          call.parsed().has("--dry-run")
              || manifest.dryRun()
              || call.settings().flag(Keys.HOST_DRY_RUN);
      if (dry) {
        Exit exit = flow.dryRun();
        showPackages();
        return exit;
      }
      Instant began = Time.system().now();
      Exit exit = flow.apply(null);
      report(began);
      return exit;
    }

    private Planned plan() throws InterruptedException {
      List<String> nodes = goesOn ? update.open() : call.parsed().parameters();
      HostUpdate.Prepared made = UpdatePlans.hosts(work, update, manifest, nodes, goesOn);
      prepared = made;
      return UpdatePlans.planned(work, desired, made);
    }

    private void showPackages() {
      HostUpdate.Prepared made = prepared;
      if (made != null && !call.output().json() && !made.packages().rows().isEmpty()) {
        call.output().line("");
        call.output().table(made.packages());
      } else if (made != null && call.output().json()) {
        call.output().json(made.packages().json());
      }
    }

    private void report(Instant began) {
      Json.Arr results = update.last(began, Time.system().now());
      if (call.output().json()) {
        call.output().json(Json.object().put("hosts", results).build());
      } else if (!results.elements().isEmpty()) {
        call.output().line("");
        call.output().table(HostUpdate.table(results));
      }
    }
  }
}
