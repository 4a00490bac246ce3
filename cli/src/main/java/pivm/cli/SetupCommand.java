package pivm.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.StateLock;
import pivm.engine.report.Table;
import pivm.engine.setup.Installer;
import pivm.engine.setup.Installer.Action;
import pivm.engine.setup.Installer.Intent;
import pivm.engine.setup.Job;
import pivm.engine.setup.Layout;
import pivm.engine.setup.Part;
import pivm.engine.setup.TimerPart;

/** {@code pivm setup}: makes PIVM at home on this machine, as often as it is called. */
final class SetupCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .value("--storage", "ID", "where new guests' disks go (defaults.storage of the manifest)")
        .value("--repo", "URL", "a git repository to take the manifests from")
        .value("--user", "USER", "Proxmox VE's user for PIVM (default: pivm@pve)")
        .value("--role", "ROLE", "its role (default: PIVM)")
        .value(
            "--token-name", "NAME", "its token on this node (default: pivm- and the node's name)")
        .values("--also", "PRIVILEGE", "a further privilege for the role; pivm doctor lists them")
        .flag("--new-token", "make the token anew; what the old one is used for ends")
        .flag("--no-proxmox", "make no user, role and token")
        .flag("--enable-timers", "switch on the timers that change something");
    Machine.declare(options);
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    Machine machine = Machine.of(call);
    Layout layout = machine.layout();
    List<Job> jobs = Jobs.of(call, layout);
    var parts = new SetupParts(call, machine, jobs);
    List<Part> wanted = new ArrayList<>(parts.all(storage(call, layout)));
    if (call.parsed().has("--enable-timers")) {
      wanted.addAll(parts.changingTimers());
    }
    var installer = new Installer(machine.made());
    List<Intent> plan = installer.plan(wanted);
    show(call, plan);
    notes(call, machine);
    if (call.parsed().has("--dry-run")) {
      call.say("\nNothing was changed: this is what pivm setup would do.");
      return Exit.DONE;
    }
    var prompt = new Prompt(call);
    if (plan.stream().noneMatch(SetupCommand::matters)) {
      call.say("\nEverything is there already.");
    } else if (!agreed(call, prompt)) {
      call.say("Declined. Nothing was changed.");
      return Exit.UNCONFIRMED;
    }
    try (var _ = StateLock.take(layout.stateFolder(), "setup")) {
      carryOut(call, installer, plan);
      start(machine, parts.timers());
      timers(call, machine, installer, parts, prompt);
    } catch (StateLock.Busy busy) {
      throw new Failure(Exit.FAILED, List.of(String.valueOf(busy.getMessage())), busy);
    }
    call.say("\nNext: pivm doctor");
    return Exit.DONE;
  }

  private static boolean matters(Intent intent) {
    return intent.changes() || intent.action() == Action.CLAIM;
  }

  /** Only a new manifest has anything to ask. */
  private static @Nullable String storage(Call call, Layout layout) {
    boolean there = Files.exists(layout.at(layout.install() + "/" + ManifestTree.GUESTS));
    boolean asks = !there && !call.parsed().has("--dry-run");
    return asks ? new StorageQuestion(call).answer() : call.parsed().text("--storage");
  }

  private static void show(Call call, List<Intent> plan) {
    Table.Builder table = Table.of("Step", "What", "Name", "Detail");
    for (Intent intent : plan) {
      if (intent.action() != Action.NOTHING || call.output().json()) {
        table.row(
            word(intent.action()), intent.part().what(), intent.part().name(), intent.words());
      }
    }
    call.output().table(table.build());
  }

  private static String word(Action action) {
    return switch (action) {
      case MAKE -> "make";
      case CHANGE -> "change";
      case CLAIM -> "note";
      case NOTHING -> "there";
      case LEAVE -> "leave";
    };
  }

  private static void notes(Call call, Machine machine) {
    if (machine.node() == null && !call.parsed().has("--no-proxmox")) {
      call.say(
          "\nnote: this is no Proxmox VE node, so that no user and token can be made; name the"
              + " cluster in section proxmox of "
              + machine.layout().install()
              + "/variables.json");
    }
  }

  private static boolean agreed(Call call, Prompt prompt) {
    if (call.parsed().has("--yes")) {
      return true;
    }
    String typed = prompt.answer("\nDo this? Type yes: ");
    return typed == null || typed.equals("yes");
  }

  private static void carryOut(Call call, Installer installer, List<Intent> plan)
      throws IOException {
    try {
      installer.carryOut(
          plan,
          done -> {
            String thing = done.part().what() + " " + done.part().name();
            call.say("✓ " + word(done.action()) + " " + thing);
          });
    } catch (FileSystemException file) {
      throw file;
    } catch (IOException failed) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              failed.getMessage() + ".",
              "What was made so far is written down: the same command goes on from there, and pivm"
                  + " uninstall removes it."),
          failed);
    }
  }

  /** Also those that an earlier set-up was ended before it could start them. */
  private static void start(Machine machine, List<TimerPart> timers) throws IOException {
    machine.systemd().reload();
    for (TimerPart timer : timers) {
      if (timer.isOn()) {
        machine.systemd().start(timer.name());
      }
    }
  }

  private static void timers(
      Call call, Machine machine, Installer installer, SetupParts parts, Prompt prompt)
      throws IOException {
    List<TimerPart> off = parts.changingTimers().stream().filter(timer -> !timer.isOn()).toList();
    if (off.isEmpty()) {
      return;
    }
    String names = String.join(", ", off.stream().map(TimerPart::name).toList());
    String typed = call.parsed().has("--yes") ? null : question(call, machine, names, prompt);
    if ("yes".equals(typed)) {
      carryOut(call, installer, installer.plan(off));
      start(machine, off);
    } else {
      call.say(
          "\nOff are the timers that change something: "
              + names
              + ".\nLook at pivm plan first; then pivm setup --enable-timers, or systemctl enable"
              + " --now for single ones.");
    }
  }

  /** Nobody agrees to what has not been shown. */
  private static @Nullable String question(
      Call call, Machine machine, String names, Prompt prompt) {
    if (!prompt.present()) {
      return null;
    }
    var there = call.shell().in(machine.layout().at(machine.layout().install()));
    Exit shown = new CommandLineInterface(there).run("plan");
    return shown == Exit.DONE
        ? prompt.answer("\nSwitch on the timers that apply this (" + names + ")? Type yes: ")
        : null;
  }
}
