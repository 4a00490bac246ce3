package pivm.cli;

import java.io.IOException;
import java.util.List;
import pivm.engine.config.Keys;
import pivm.engine.inventory.ObservedGuest;
import pivm.proxmox.GuestType;

/** {@code pivm guest console}: the guest's own terminal on its node, else where to find it. */
final class ConsoleCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("VMID", 1, 1, "the guest").connection();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    int vmid = call.parsed().vmid(0);
    ObservedGuest guest;
    NodeAccess node;
    try (Connection connection = Connection.open(call)) {
      guest = GuestShowCommand.guest(connection, vmid);
      node = connection.node();
    }
    if (node != null && node.node().equals(guest.node()) && call.shell().terminal().in()) {
      List<String> command =
          guest.type() == GuestType.QEMU
              ? List.of("qm", "terminal", Integer.toString(vmid))
              : List.of("pct", "enter", Integer.toString(vmid));
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0
          ? Exit.DONE
          : Exit.FAILED;
    }
    String endpoint = call.settings().text(Keys.ENDPOINT);
    boolean vm = guest.type() == GuestType.QEMU;
    if (endpoint != null) {
      call.output()
          .line(
              endpoint.replaceAll("/$", "")
                  + "/?console="
                  + (vm ? "kvm" : "lxc")
                  + "&novnc=1&vmid="
                  + vmid
                  + "&node="
                  + guest.node());
    }
    call.say(
        "Open that address, or type on "
            + guest.node()
            + ": "
            + (vm ? "qm terminal " : "pct enter ")
            + vmid);
    return Exit.DONE;
  }
}
