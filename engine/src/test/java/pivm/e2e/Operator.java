package pivm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.execution.Event;
import pivm.engine.execution.Limits;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.execution.Unlocker;
import pivm.engine.guest.SingleAction;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.pipeline.Application;
import pivm.engine.pipeline.Pipeline;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Surroundings;
import pivm.engine.preflight.ContainerShell;
import pivm.engine.preflight.PreflightReader;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Given;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.proxmox.Time;

/** Somebody who works on a {@link Site} with PIVM, and confirms whatever is asked. */
final class Operator {
  private final Surroundings around;
  private final Pipeline pipeline;
  private final List<String> events = new ArrayList<>();

  Operator(Site site, Path state) {
    this.around =
        new Surroundings(
            site.proxmox(),
            site.observer(),
            new Actor.Human("e2e"),
            site.user(),
            RailPolicy.defaults(),
            Window.NONE,
            state,
            "e2e",
            Limits.defaults(),
            reference -> "e2e-" + reference.locator(),
            new PreflightReader(site.proxmox(), ContainerShell.none(), Time.system())::read,
            site.lock(),
            Unlocker.none(),
            Time.system());
    this.pipeline = new Pipeline(around);
  }

  private static Desired read(String manifest) {
    ManifestReader.Result read = ManifestReader.read("e2e.json", manifest);
    assertThat(read.hasErrors()).as("%s", read.findings()).isFalse();
    return read.desired();
  }

  Planned plan(String manifest) throws InterruptedException {
    return pipeline.plan(read(manifest), Pipeline.Words.none());
  }

  /** Applies, and plans again: nothing may be left to do. */
  Planned apply(String manifest) throws InterruptedException {
    Planned planned = plan(manifest);
    succeed(planned);
    Planned again = plan(manifest);
    assertThat(again.plan().steps()).as("left to do: %s", again.plan().changes()).isEmpty();
    assertThat(again.plan().obstacles()).isEmpty();
    return planned;
  }

  void act(int vmid, SingleAction action) throws InterruptedException {
    var named = new TreeSet<>(List.of(vmid));
    var words = new Pipeline.Words(List.of(), List.of(), new TreeMap<>(), named);
    succeed(
        pipeline.planDirectly(
            new Desired(List.of()),
            named,
            (inventory, _) -> {
              ObservedGuest guest = inventory.guest(vmid);
              assertThat(guest).as("guest %s", vmid).isNotNull();
              return action.plan(java.util.Objects.requireNonNull(guest), inventory);
            },
            words));
  }

  private void succeed(Planned planned) throws InterruptedException {
    assertThat(planned.reviewed().blocked()).as("%s", planned.reviewed().verdicts()).isFalse();
    List<Given> given = new ArrayList<>();
    planned
        .reviewed()
        .openConfirmations()
        .forEach(question -> given.add(new Given(question, Given.Source.PERSON)));
    Planned confirmed = given.isEmpty() ? planned : pipeline.again(planned, given);
    events.clear();
    try (Application application = Application.begin(around, "e2e")) {
      RunResult result = application.run(confirmed, false, new StopSignal(), this::note);
      assertThat(result.succeeded()).as("%s\n%s", result.steps(), events).isTrue();
    }
  }

  private synchronized void note(Event event) {
    events.add(event.toString());
  }
}
