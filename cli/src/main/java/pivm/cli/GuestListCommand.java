package pivm.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.report.Table;
import pivm.proxmox.json.Json;

/** {@code pivm guest list}: every guest of the cluster, declared or not. */
final class GuestListCommand implements Command {

  @Override
  public void declare(Options options) {
    options.flag("--declared", "only guests that a manifest declares");
    options.flag("--foreign", "only guests that no manifest declares");
    options.connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    Set<Integer> declared = declared(call);
    var guests = new ArrayList<ObservedGuest>();
    try (Connection connection = Connection.open(call)) {
      Inventory inventory = connection.observer().observe(ObservationRequest.of(new TreeSet<>()));
      Sight.warn(call, inventory, connection.user());
      for (ObservedGuest guest : inventory.guests().values()) {
        boolean known = declared.contains(guest.vmid());
        if (!(known && call.parsed().has("--foreign"))
            && !(!known && call.parsed().has("--declared"))) {
          guests.add(guest);
        }
      }
    }
    Output output = call.output();
    if (output.json()) {
      output.json(
          Json.array(
              guests.stream().map(one -> form(one, declared.contains(one.vmid()))).toList()));
      return Exit.DONE;
    }
    Table.Builder table =
        Table.of("VMID", "Type", "Name", "Node", "State", "Memory", "Uptime", "Declared");
    for (ObservedGuest guest : guests) {
      table.row(
          Integer.toString(guest.vmid()),
          guest.type().manifestName(),
          guest.name(),
          guest.node(),
          state(guest),
          Units.bytes(guest.maxMemory()),
          guest.uptime() == 0 ? "" : Units.time(Duration.ofSeconds(guest.uptime())),
          declared.contains(guest.vmid()) ? "yes" : "no");
    }
    output.table(table.build());
    return Exit.DONE;
  }

  /** A list does not fail for want of manifests. */
  static Set<Integer> declared(Call call) throws IOException {
    var vmids = new TreeSet<Integer>();
    for (DesiredGuest guest :
        Manifests.of(call).read(NewerKeys.remembered(call)).desired().guests()) {
      vmids.add(guest.vmid());
    }
    return vmids;
  }

  static String state(ObservedGuest guest) {
    String power = guest.power().name().toLowerCase(Locale.ROOT);
    String state = guest.template() ? "template" : power;
    return guest.lock() == null ? state : state + " (" + guest.lock() + ")";
  }

  static Json.Obj form(ObservedGuest guest, boolean declared) {
    return Json.object()
        .put("vmid", guest.vmid())
        .put("type", guest.type().manifestName())
        .put("name", guest.name())
        .put("node", guest.node())
        .put("state", guest.template() ? "template" : guest.power().name().toLowerCase(Locale.ROOT))
        .put("lock", guest.lock())
        .put("memory", guest.maxMemory())
        .put("uptime", guest.uptime())
        .put("pool", guest.pool())
        .put("tags", Json.array(guest.tags().stream().map(Json.Str::new).toList()))
        .put("declared", declared)
        .build();
  }
}
