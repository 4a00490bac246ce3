package pivm.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.manifest.Desired;
import pivm.engine.patching.ContainerPatching;
import pivm.engine.patching.PatchRenewal;
import pivm.engine.pipeline.Planned;
import pivm.engine.report.Table;
import pivm.proxmox.Time;
import pivm.proxmox.json.Json;

/** {@code pivm update containers}: patches containers, each behind a snapshot. */
final class UpdateContainersCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .parameters(
            "VMID", 0, Integer.MAX_VALUE, "only these; default: all that the manifest means")
        .flag("--dry-run", "show the plan and what the rails say, change nothing")
        .value("--updates", "FILE", "the manifest of container patching")
        .flag("--last", "show the last result of every container, do nothing");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    if (call.parsed().has("--last")) {
      return last(call);
    }
    ContainerUpdates manifest = UpdateFiles.containers(call);
    var named = new TreeSet<Integer>();
    for (int i = 0; i < call.parsed().parameters().size(); i++) {
      named.add(call.parsed().vmid(i));
    }
    Desired desired = Manifests.desired(call);
    int parallel =
        call.parsed().given("--parallel") == null
            ? manifest.parallel()
            : call.settings().whole(Keys.PARALLEL);
    try (Workplace work = Workplace.open(call).atOnce(parallel)) {
      return new Patching(call, work, desired, manifest, named).run();
    }
  }

  private static Exit last(Call call) {
    Json.Arr last =
        UpdateFiles.patching(call, pivm.proxmox.command.NodeShell.none()).last(null, Instant.now());
    if (call.output().json()) {
      call.output().json(last);
      return Exit.DONE;
    }
    if (last.elements().isEmpty()) {
      call.output().line("No container was patched from here yet.");
      return Exit.DONE;
    }
    call.output().table(ages(last));
    return Exit.DONE;
  }

  private static Table ages(Json.Arr last) {
    var table = Table.of("Container", "Node", "Age", "Result");
    for (Json.Obj one : last.objects()) {
      table.row(
          one.text("subject", ""),
          one.text("node", ""),
          Units.time(java.time.Duration.ofSeconds(one.integer("age", 0))),
          one.text("summary", ""));
    }
    return table.build();
  }

  /** One call. */
  private static final class Patching {
    private final Call call;
    private final Workplace work;
    private final Desired desired;
    private final ContainerUpdates manifest;
    private final SortedSet<Integer> named;
    private final ContainerPatching patching;
    private ContainerPatching.@Nullable Prepared prepared;
    private SortedMap<Integer, String> left = new TreeMap<>();

    Patching(
        Call call,
        Workplace work,
        Desired desired,
        ContainerUpdates manifest,
        SortedSet<Integer> named) {
      this.call = call;
      this.work = work;
      this.desired = desired;
      this.manifest = manifest;
      this.named = named;
      this.patching = UpdateFiles.patching(call, work.around().shell());
    }

    Exit run() throws InterruptedException, IOException {
      var flow = new ApplyFlow(call, work, this::plan, this::renewed);
      boolean dry =
          call.parsed().has("--dry-run")
              || manifest.dryRun()
              || call.settings().flag(Keys.LXC_DRY_RUN);
      if (dry) {
        Exit exit = flow.dryRun();
        tellLeft();
        return exit;
      }
      Instant began = Time.system().now();
      Exit exit = flow.apply(null);
      patching.expire(manifest, Time.system().now());
      report(began);
      return exit;
    }

    private Planned plan() throws InterruptedException {
      return planned(UpdatePlans.containers(work, patching, manifest, named));
    }

    private Planned planned(ContainerPatching.Prepared made) throws InterruptedException {
      Planned planned = UpdatePlans.planned(work, desired, made);
      prepared = made;
      left = made.left();
      return planned;
    }

    private Planned renewed(Planned agreed) throws InterruptedException {
      ContainerPatching.Prepared before =
          Objects.requireNonNull(prepared, "planned before it runs");
      return new PatchRenewal(
              patching,
              work.around().observer(),
              before,
              (now, _) -> work.confirmed(planned(now), agreed.request().given()),
              overtaken -> call.say(words(overtaken)))
          .renew(agreed);
    }

    private static String words(SortedSet<Integer> overtaken) {
      var names = new ArrayList<String>();
      overtaken.forEach(vmid -> names.add("lxc " + vmid));
      return "Another run has worked on "
          + String.join(", ", names)
          + " since this one was planned: planned anew.";
    }

    private void tellLeft() {
      if (!call.output().json()) {
        left.forEach((vmid, reason) -> call.say("lxc " + vmid + " is left out: " + reason));
      }
    }

    private void report(Instant began) {
      Json.Arr results = patching.last(began, Time.system().now());
      if (call.output().json()) {
        var out = new ArrayList<Json>();
        left.forEach((vmid, reason) ->
            out.add(Json.object().put("vmid", vmid).put("reason", reason).build()));
        call.output()
            .json(
                Json.object()
                    .put("containers", results)
                    .put("leftOut", Json.array(List.copyOf(out)))
                    .build());
        return;
      }
      if (!results.elements().isEmpty()) {
        call.output().line("");
        call.output().table(ContainerPatching.table(results));
      }
      tellLeft();
    }
  }
}
