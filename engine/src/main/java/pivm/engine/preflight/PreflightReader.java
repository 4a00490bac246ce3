package pivm.engine.preflight;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Snapshot;
import pivm.engine.rails.Preflight;
import pivm.engine.rails.Preflight.Reading;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Time;
import pivm.proxmox.json.Json;

/** Gathers a guest's {@link Preflight}. A call that is refused leaves its reason in the place. */
public final class PreflightReader {
  private static final int TRIES = 20;
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Proxmox proxmox;
  private final ContainerShell shell;
  private final Time time;

  public PreflightReader(Proxmox proxmox, ContainerShell shell, Time time) {
    this.proxmox = proxmox;
    this.shell = shell;
    this.time = time;
  }

  /**
   * Gathers.
   *
   * @param inventory with the guest's config and snapshots as far as they were read
   * @throws InterruptedException when the waiting thread is asked to end
   */
  public Preflight read(ObservedGuest guest, Inventory inventory) throws InterruptedException {
    Answer status = ask(ApiCall.get(path(guest) + "/status/current"));
    Instant at = time.now(); // of the uptime; a guest agent may take long to answer the rest
    Json.Obj now = status.data().asObject();
    boolean known = status.refusal() == null;
    PowerState power = known ? power(now) : guest.power();
    boolean running = power == PowerState.RUNNING;
    Services services = running ? services(guest) : Services.NONE;
    var aftermath = new Aftermath(this::ask, guest);
    return new Preflight(
        guest.type(),
        guest.vmid(),
        guest.name(),
        guest.node(),
        power,
        at,
        Duration.ofSeconds(known ? now.integer("uptime", 0) : guest.uptime()),
        now.decimal("cpu"),
        known ? now.integer("mem") : (Long) guest.usedMemory(),
        known ? now.integer("maxmem") : (Long) guest.maxMemory(),
        running ? addresses(guest) : Reading.of(List.of()),
        services.names(),
        services.ports(),
        guest.config() == null ? List.of() : Preflight.disks(guest.config()),
        snapshots(guest),
        aftermath.backups(inventory),
        guest.ha() == null ? "" : guest.ha().state(),
        guest.config() != null && "1".equals(guest.config().value("protection")),
        aftermath.replication(),
        Aftermath.dependents(guest, inventory),
        aftermath.goesToo());
  }

  /**
   * What a call gave.
   *
   * @param refusal Proxmox's words when it was refused, else null
   */
  record Answer(Json data, @Nullable String refusal) {}

  /** Asks, and keeps a refusal; only a way in that has failed altogether is thrown. */
  private Answer ask(ApiCall call) {
    try {
      return new Answer(proxmox.call(call), null);
    } catch (ProxmoxException.Unreachable
        | ProxmoxException.Untrusted
        | ProxmoxException.Unauthenticated failed) {
      throw failed;
    } catch (ProxmoxException refused) {
      String message = refused.getMessage();
      return new Answer(Json.Null.NULL, message == null ? "no reason given" : message.strip());
    }
  }

  static String path(ObservedGuest guest) {
    return "/nodes/" + guest.node() + "/" + guest.type().apiName() + "/" + guest.vmid();
  }

  private static PowerState power(Json.Obj status) {
    if ("suspended".equals(status.text("lock"))) {
      return PowerState.SUSPENDED;
    }
    return switch (status.text("status", "")) {
      case "running" -> PowerState.RUNNING;
      case "stopped" -> PowerState.STOPPED;
      default -> PowerState.UNKNOWN;
    };
  }

  private Reading<List<String>> addresses(ObservedGuest guest) {
    boolean vm = guest.type() == GuestType.QEMU;
    Answer answer =
        ask(ApiCall.get(path(guest) + (vm ? "/agent/network-get-interfaces" : "/interfaces")));
    if (answer.refusal() != null) {
      return Reading.unreadable(
          "addresses of " + guest.subject() + " can't be read: " + answer.refusal());
    }
    Json all = vm ? answer.data().asObject().get("result") : answer.data();
    var addresses = new ArrayList<String>();
    for (Json.Obj card : all.objects()) {
      for (Json.Obj one : card.get("ip-addresses").objects()) {
        String address = one.text("ip-address", "");
        if (!address.isEmpty() && !"lo".equals(card.text("name")) && !address.startsWith("fe80:")) {
          addresses.add(address);
        }
      }
    }
    return Reading.of(List.copyOf(addresses));
  }

  private Reading<List<String>> snapshots(ObservedGuest guest) {
    List<Snapshot> read = guest.snapshots();
    if (read != null) {
      return Reading.of(read.stream().map(Snapshot::name).toList());
    }
    Answer answer = ask(ApiCall.get(path(guest) + "/snapshot"));
    if (answer.refusal() != null) {
      return Reading.unreadable(
          "snapshots of " + guest.subject() + " can't be read: " + answer.refusal());
    }
    var names = new TreeSet<String>();
    for (Json.Obj one : answer.data().objects()) {
      names.add(one.text("name", ""));
    }
    names.remove("current");
    return Reading.of(List.copyOf(names));
  }

  private record Services(Reading<List<String>> names, Reading<List<String>> ports) {
    static final Services NONE = new Services(Reading.of(List.of()), Reading.of(List.of()));

    static Services unreadable(ObservedGuest guest, String reason) {
      return new Services(
          Reading.unreadable("services of " + guest.subject() + " can't be read: " + reason),
          Reading.unreadable("ports of " + guest.subject() + " can't be read: " + reason));
    }
  }

  private Services services(ObservedGuest guest) throws InterruptedException {
    String output;
    try {
      output =
          guest.type() == GuestType.LXC
              ? shell.run(guest.node(), guest.vmid(), ServiceListing.SCRIPT)
              : byAgent(guest);
    } catch (IOException failed) {
      String message = failed.getMessage();
      return Services.unreadable(guest, message == null ? "no reason given" : message);
    }
    ServiceListing listing = ServiceListing.parse(output);
    if (listing == null) {
      return Services.unreadable(guest, "the answer was cut off");
    }
    List<String> names = listing.services();
    return new Services(
        names == null
            ? Reading.unreadable(
                "services of "
                    + guest.subject()
                    + " can't be read: it runs neither systemd, OpenRC nor s6")
            : Reading.of(names),
        Reading.of(listing.ports()));
  }

  /**
   * Runs the script by the guest agent. The command is a single word, with the script on its
   * standard input, since a form can't tell a list of words from several values.
   */
  private String byAgent(ObservedGuest guest) throws IOException, InterruptedException {
    String agent = path(guest) + "/agent";
    Answer started =
        ask(
            ApiCall.post(agent + "/exec")
                .with("command", "/bin/sh")
                .with("input-data", ServiceListing.SCRIPT));
    Long pid = started.data().asObject().integer("pid");
    if (started.refusal() != null || pid == null) {
      throw new IOException(started.refusal() == null ? "no process" : started.refusal());
    }
    for (int tries = 0; tries < TRIES; tries++) {
      Answer status = ask(ApiCall.get(agent + "/exec-status").with("pid", pid));
      if (status.refusal() != null) {
        throw new IOException(status.refusal());
      }
      if (status.data().asObject().flag("exited")) {
        return status.data().asObject().text("out-data", "");
      }
      time.sleep(PAUSE);
    }
    throw new IOException("the guest agent did not answer in time");
  }
}
