package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Guest;

/** What VMs and containers have in common: lists, configurations, status. */
final class GuestApi {
  private final Kind kind;
  private final String list;
  private final String one;

  GuestApi(Kind kind) {
    this.kind = kind;
    this.list = "/nodes/{node}/" + kind.word();
    this.one = list + "/{vmid}";
  }

  void register(Router router) {
    router.get(list, this::list);
    router.get(one + "/config", this::config);
    router.get(one + "/pending", c -> Values.pending(guest(c).config()));
    router.get(one + "/status/current", c -> status(c, guest(c)));
    router.get(
        one + "/firewall/rules",
        c -> {
          guest(c);
          return List.of();
        });
    router.get(
        one + "/rrddata",
        c -> {
          guest(c);
          return NodeApi.rrdData(c);
        });
    new SnapshotApi(kind).register(router);
    new PowerApi(kind).register(router);
    router.get(one + "/migrate", c -> Migration.conditions(c, guest(c)));
    router.post(one + "/migrate", c -> Migration.request(c, guest(c)));
    router.delete(one, c -> Destruction.request(c, guest(c)));
  }

  Guest guest(Call call) {
    return call.cluster().guest(kind, call.node(), call.vmid());
  }

  private List<Doc> list(Call call) {
    List<Doc> found = new ArrayList<>();
    for (var guest : call.cluster().guests()) {
      if (guest.kind() == kind
          && guest.node().equals(call.node())
          && call.permissions().may("/vms/" + guest.vmid(), "VM.Audit")) {
        var doc = Figures.status(call.cluster(), guest);
        if (call.flag("full")) {
          doc.put("qmpstatus", qmpStatus(guest));
        }
        found.add(doc);
      }
    }
    return found;
  }

  private Doc config(Call call) {
    var config = guest(call).config();
    var name = call.get("snapshot");
    if (name == null) {
      return Values.config(config, call.flag("current"));
    }
    var snapshot = config.snapshot(name);
    if (snapshot == null) {
      throw ApiError.die("snapshot '" + name + "' does not exist");
    }
    return Values.section(kind, snapshot).put("digest", config.digest());
  }

  private static String qmpStatus(Guest guest) {
    return !guest.isRunning() ? "stopped" : guest.isPaused() ? "paused" : "running";
  }

  private Doc status(Call call, Guest guest) {
    var doc = Figures.status(call.cluster(), guest);
    var ha = call.cluster().haOf(guest);
    doc.put(
        "ha",
        ha == null
            ? Doc.of("managed", 0)
            : new Doc()
                .put("managed", 1)
                .put("state", ha.crmState().equals("queued") ? null : ha.crmState()));
    if (kind == Kind.QEMU) {
      doc.put("qmpstatus", qmpStatus(guest));
      if (guest.config().get("agent", "0").matches("(enabled=)?1.*")) {
        doc.put("agent", 1);
      }
      if (guest.isRunning()) {
        doc.put("nics", Figures.cards(call.cluster(), guest));
      }
    }
    return doc;
  }
}
