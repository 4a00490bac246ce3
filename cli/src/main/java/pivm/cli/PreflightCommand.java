package pivm.cli;

import java.io.IOException;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.plan.Needs;
import pivm.engine.rails.Preflight;
import pivm.engine.rails.PreflightText;
import pivm.proxmox.json.Json;

/** {@code pivm preflight}: what would be shown before something destructive is done. */
final class PreflightCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("VMID", 1, 1, "the guest").connection();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    int vmid = call.parsed().vmid(0);
    try (Workplace work = Workplace.open(call)) {
      var wanted = new TreeSet<Integer>();
      wanted.add(vmid);
      var observer = work.connection().observer();
      Inventory inventory = observer.observe(ObservationRequest.of(wanted));
      ObservedGuest guest = GuestShowCommand.found(inventory, work.connection(), vmid);
      inventory =
          observer.details(inventory, new Needs(wanted, wanted, new TreeMap<>(), new TreeSet<>()));
      ObservedGuest detailed = inventory.guest(vmid);
      Preflight check =
          work.around().preflights().of(detailed == null ? guest : detailed, inventory);
      show(call, work, check);
      return Exit.DONE;
    }
  }

  private static void show(Call call, Workplace work, Preflight check) {
    if (call.output().json()) {
      var lines = PreflightText.lines(check, work.around().time().now());
      call.output()
          .json(
              Json.object()
                  .put("vmid", check.vmid())
                  .put("complete", check.complete())
                  .put("lines", Json.array(lines.stream().map(Json.Str::new).toList()))
                  .build());
    } else {
      call.output().text(PlanView.preflight(check));
    }
  }
}
