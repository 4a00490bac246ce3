package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.engine.history.Run;
import pivm.engine.observation.Observer;
import pivm.engine.plan.Effect;
import pivm.engine.plan.ImageOperation;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** Work of several parts is run, recorded and settled like single calls. */
class WorkTest {
  private final ToyCluster cluster = new ToyCluster();
  private final Trial trial = new Trial(cluster);
  private final List<CutOff> settled = new ArrayList<>();

  private static final Step DELETE =
      new Step(
          "images/delete",
          new TreeSet<>(),
          new ImageOperation.Delete("local", "local:iso/old.iso", false),
          "pve-01",
          Effect.NONE,
          0,
          new TreeSet<>());

  /** A worker that dies, or not, between its two parts. */
  private final class TwoParts implements Worker {
    private final @Nullable RuntimeException between;

    TwoParts(@Nullable RuntimeException between) {
      this.between = between;
    }

    @Override
    public WorkEnd work(Step step, WorkContext context) {
      context.log("first part");
      context.mark("first part done");
      context.progress(1, 2, Event.Unit.BYTES);
      if (between != null) {
        throw between;
      }
      context.log("second part");
      return WorkEnd.done("both parts are done");
    }

    @Override
    public Settlement settle(CutOff cutOff, WorkContext context) {
      settled.add(cutOff);
      return new Settlement.NotDone("only " + cutOff.marks());
    }
  }

  private RunResult run(Worker worker) {
    return trial
        .with(context -> context.withWorkers(new Workers(Map.of("images", worker))))
        .run(DELETE);
  }

  @Test
  void itsPartsAreToldAndItsEndIsOnRecord() {
    RunResult result = run(new TwoParts(null));
    assertThat(result.steps())
        .singleElement()
        .satisfies(step -> {
          assertThat(step.done()).isTrue();
          assertThat(step.message()).isEqualTo("both parts are done");
          assertThat(step.log()).containsExactly("first part", "second part");
        });
    assertThat(trial.events)
        .filteredOn(Event.StepProgress.class::isInstance)
        .extracting(event -> ((Event.StepProgress) event).done())
        .containsExactly(1L);
    var run = new Run("run-1", trial.records, 0);
    assertThat(run.inFlight()).isEmpty();
    assertThat(run.steps().getFirst().intents().getFirst().command())
        .isEqualTo("pvesm free local:iso/old.iso");
  }

  @Test
  void whatProxmoxRefusesFailsItAndWhatCannotBeAskedStaysOpen() {
    var refused =
        new ProxmoxException.NotFound(
            ApiCall.get("/nodes"), "volume 'local:iso/old.iso' does not exist");
    assertThat(run(new TwoParts(refused)).steps().getFirst().status())
        .isEqualTo(StepResult.Status.FAILED);
    var away = new ProxmoxException.Unreachable(null, "no answer", true, null);
    assertThat(run(new TwoParts(away)).steps().getFirst().status())
        .isEqualTo(StepResult.Status.UNSETTLED);
  }

  @Test
  void aKilledOneIsSettledByItsWorkerFromItsMarks() {
    var worker = new TwoParts(new IllegalStateException("killed"));
    assertThatThrownBy(() -> run(worker)).hasMessage("killed");
    assertThat(new Run("run-1", trial.records, 0).inFlight()).hasSize(1);
    var proxmox = cluster.as(Trial.USER, ToyFaults.NONE);
    var resumer =
        new Resumer(
            proxmox,
            Observer.over(proxmox),
            cluster,
            Limits.defaults(),
            new StopSignal(),
            cluster.unlocker(),
            new Workers(Map.of("images", worker)));
    Resumer.Report report = resumer.settle(new Run("run-1", trial.records, 0), trial.records::add);
    assertThat(report.settled()).isTrue();
    assertThat(report.findings().getFirst().evidence()).isEqualTo("only [first part done]");
    assertThat(settled.getFirst().work()).isEqualTo(DELETE.operation());
    assertThat(new Run("run-1", trial.records, 0).ended()).isNotNull();
  }

  @Test
  void withoutAWorkerNothingIsBegun() {
    RunResult result = trial.run(DELETE);
    assertThat(result.steps().getFirst().message()).contains("nothing here can do");
    assertThat(new Run("run-1", trial.records, 0).steps().getFirst().intents()).isEmpty();
  }
}
