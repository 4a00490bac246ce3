package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import pivm.engine.history.StateLock;
import pivm.engine.report.Table;
import pivm.engine.setup.Layout;
import pivm.engine.setup.Parts;
import pivm.engine.setup.Remover;
import pivm.engine.setup.SetupRecord;

/** {@code pivm uninstall}: takes away what set-up made, by its record. */
final class UninstallCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .flag("--purge", "manifests, history and logs too; shown and asked for first")
        .value("--confirm", "ID", "what a call with --purge asked for");
    Machine.declare(options);
  }

  @Override
  public Exit run(Call call) throws IOException {
    Machine machine = Machine.of(call);
    boolean purge = call.parsed().has("--purge");
    var parts = new Parts(machine.layout(), machine.made(), machine.systemd(), machine.proxmox());
    var remover = new Remover(machine.made(), parts::of);
    List<SetupRecord.Entry> plan = remover.plan(purge);
    if (plan.isEmpty() && !(purge && Files.exists(machine.layout().stateFolder()))) {
      call.say("There is nothing here that pivm setup made.");
      return Exit.DONE;
    }
    show(call, plan);
    var purging = new PurgePreflight(machine);
    if (purge) {
      call.output().text("\n" + purging.text());
    }
    if (call.parsed().has("--dry-run")) {
      call.say("\nNothing was changed: this is what pivm uninstall would remove.");
      return Exit.DONE;
    }
    if (purge ? !purging.confirmed(call) : !agreed(call)) {
      return Exit.UNCONFIRMED;
    }
    return carryOut(call, machine, remover, plan, purge ? purging.folders() : List.of());
  }

  private static void show(Call call, List<SetupRecord.Entry> plan) {
    Table.Builder table = Table.of("Step", "What", "Name");
    plan.forEach(entry -> table.row("remove", entry.what(), entry.name()));
    call.output().table(table.build());
  }

  private static boolean agreed(Call call) {
    if (call.parsed().has("--yes")) {
      return true;
    }
    String typed = new Prompt(call).answer("\nRemove this? Manifests and history stay. Type yes: ");
    if (typed != null && !typed.equals("yes")) {
      call.say("Declined. Nothing was changed.");
      return false;
    }
    return true;
  }

  private static Exit carryOut(
      Call call, Machine machine, Remover remover, List<SetupRecord.Entry> plan, List<Path> folders)
      throws IOException {
    List<Remover.Gone> stayed = new ArrayList<>();
    Path state = machine.layout().stateFolder();
    try (var _ = StateLock.take(state, "uninstall")) {
      stayed.addAll(
          remover.carryOut(
              plan.stream().filter(entry -> !entry.kept()).toList(), gone -> tell(call, gone)));
      machine.systemd().reload();
      if (stayed.stream().noneMatch(Remover.Gone::failed)) {
        for (Path folder : folders) {
          if (!folder.equals(state)) {
            deleteAll(folder);
          }
        }
        stayed.addAll(
            remover.carryOut(
                plan.stream().filter(SetupRecord.Entry::kept).toList(), gone -> tell(call, gone)));
      }
    } catch (StateLock.Busy busy) {
      throw new Failure(Exit.FAILED, List.of(String.valueOf(busy.getMessage())), busy);
    }
    boolean failed = stayed.stream().anyMatch(Remover.Gone::failed);
    if (folders.contains(state) && !failed) {
      deleteAll(state);
    }
    if (failed) {
      call.say("\nSome of it could not be removed (above). The same command tries again.");
      return Exit.PARTLY_DONE;
    }
    call.say(folders.isEmpty() ? "\nManifests and history stay: " + kept(machine.layout()) : "");
    return Exit.DONE;
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      Folders.delete(folder);
    }
  }

  private static String kept(Layout layout) {
    return Stream.of(layout.install(), layout.state())
        .filter(path -> Files.exists(layout.at(path)))
        .reduce((one, other) -> one + " and " + other)
        .orElse("there are none");
  }

  private static void tell(Call call, Remover.Gone gone) {
    String thing = gone.entry().what() + " " + gone.entry().name();
    call.say(
        gone.stayed().isEmpty()
            ? "✓ removed " + thing
            : (gone.failed() ? "✗ " : "· ") + thing + " stays: " + gone.stayed());
  }
}
