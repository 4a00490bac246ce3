package pivm.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.report.Table;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;

/** {@code pivm guest show VMID}: what is, and what waits for a restart. */
final class GuestShowCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("VMID", 1, 1, "the guest").connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    int vmid = call.parsed().vmid(0);
    ObservedGuest guest;
    try (Connection connection = Connection.open(call)) {
      guest = guest(connection, vmid);
    }
    boolean declared = GuestListCommand.declared(call).contains(vmid);
    Output output = call.output();
    if (output.json()) {
      output.json(form(guest, declared));
      return Exit.DONE;
    }
    output.line(
        guest.subject()
            + " on "
            + guest.node()
            + ", "
            + GuestListCommand.state(guest)
            + (declared ? ", declared in a manifest" : ", in no manifest"));
    GuestConfig config = guest.config();
    if (config != null) {
      Table.Builder table = Table.of("Key", "Now", "After a restart");
      var keys = new TreeSet<>(config.values().keySet());
      keys.addAll(config.pending().keySet());
      for (String key : keys) {
        table.row(
            key,
            Objects.requireNonNullElse(config.value(key), ""),
            config.pending().containsKey(key)
                ? Objects.requireNonNullElse(config.next(key), "(unset)")
                : "");
      }
      output.table(table.build());
    }
    return Exit.DONE;
  }

  /**
   * @throws Failure when there is no such guest
   */
  static ObservedGuest guest(Connection connection, int vmid) {
    var wanted = new TreeSet<Integer>();
    wanted.add(vmid);
    Inventory inventory = connection.observer().observe(ObservationRequest.of(wanted));
    return found(inventory, connection, vmid);
  }

  /**
   * @throws Failure when there is no such guest
   */
  static ObservedGuest found(Inventory inventory, Connection connection, int vmid) {
    ObservedGuest guest = inventory.guest(vmid);
    if (guest == null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "There is no guest " + vmid + " that could be seen at " + connection.place() + ".",
              "All that are there: pivm guest list"),
          null);
    }
    return guest;
  }

  private static Json.Obj form(ObservedGuest guest, boolean declared) {
    Json.Builder values = Json.object();
    Json.Builder pending = Json.object();
    GuestConfig config = guest.config();
    if (config != null) {
      config.values().forEach(values::put);
      for (Map.Entry<String, GuestConfig.Pending> entry : config.pending().entrySet()) {
        pending.put(entry.getKey(), entry.getValue().value());
      }
    }
    Json.Builder form = Json.object();
    GuestListCommand.form(guest, declared).members().forEach(form::put);
    return form.put("config", values.build()).put("pending", pending.build()).build();
  }
}
