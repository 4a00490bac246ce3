package pivm.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.guest.SingleAction;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;

/**
 * {@code pivm guest set}: edits a declared guest's entry; sends one of its secrets again; or
 * changes a guest that no manifest declares, once.
 */
final class GuestSetCommand implements Command {
  private static final String REFRESH = "--secret-refresh";
  private static final String DIRECT = "--direct";

  /** What a secret is called in manifests, and its config key. */
  private static final Map<String, String> SECRETS =
      Map.of(
          "cloud_init.password", "cipassword",
          "password", "cipassword",
          "cipassword", "cipassword",
          "cloud_init.sshkeys", "sshkeys",
          "ssh_keys", "sshkeys",
          "sshkeys", "sshkeys");

  private final GuestAddCommand editing = new GuestAddCommand(false);

  @Override
  public void declare(Options options) {
    options
        .parameters("VMID FIELD=VALUE", 1, Integer.MAX_VALUE, GuestAddCommand.FIELDS)
        .value(REFRESH, "FIELD", "send a secret again, such as cloud_init.password")
        .flag(DIRECT, "change a guest that no manifest declares, once");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    int vmid = call.parsed().vmid(0);
    boolean fields = call.parsed().parameters().size() > 1;
    String secret = call.parsed().text(REFRESH);
    if (secret != null) {
      if (fields || call.parsed().has(DIRECT)) {
        throw call.parsed().usage(REFRESH + " stands alone");
      }
      return refresh(call, vmid, secret);
    }
    if (!fields) {
      throw call.parsed().usage("FIELD=VALUE is missing");
    }
    return call.parsed().has(DIRECT) ? direct(call, vmid) : editing.run(call);
  }

  private static Exit refresh(Call call, int vmid, String field)
      throws IOException, InterruptedException {
    Desired desired = Manifests.desired(call);
    DesiredGuest guest = desired.guest(vmid);
    if (guest == null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "Guest " + vmid + " is in no manifest, so there is no secret to send.",
              "Adopt it first: pivm import " + vmid),
          null);
    }
    String key = key(call, guest, field);
    if (!(guest.settings().get(key) instanceof Setting.Secret secret)) {
      throw noSecret(guest, field, guest.settings().get(key));
    }
    try (Workplace work = Workplace.open(call)) {
      return GuestActionCommand.act(
          call, work, desired, vmid, new SingleAction.SendSecret(key, secret));
    }
  }

  private static String key(Call call, DesiredGuest guest, String field) {
    String key = SECRETS.get(field);
    if (key == null) {
      throw call.parsed()
          .usage(
              field + " is no secret; there are cloud_init.password and cloud_init.sshkeys of VMs");
    }
    if (guest.type() == GuestType.LXC) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              guest.subject() + ": " + field + " was set when the container was made.",
              "Proxmox VE has no call that sets it again; do so inside: pivm guest console "
                  + guest.vmid()),
          null);
    }
    return key;
  }

  private static Failure noSecret(DesiredGuest guest, String field, @Nullable Setting setting) {
    return new Failure(
        Exit.FAILED,
        List.of(
            guest.subject()
                + (setting == null
                    ? ": its entry has no " + field + "."
                    : ": " + field + " is no secret, so it is compared and never stale."),
            setting == null
                ? "Add it as a reference: \"cloud_init\": {\"password\": {\"secret\": \"env:NAME\"}}"
                : "What differs: pivm plan"),
        null);
  }

  private static Exit direct(Call call, int vmid) throws IOException, InterruptedException {
    Path declaring = Manifests.of(call).declaring(vmid);
    if (declaring != null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "Guest " + vmid + " is declared in " + call.shell().relative(declaring) + ".",
              "The next plan would undo a change that is not in its entry; leave out " + DIRECT),
          null);
    }
    Desired desired = Manifests.desired(call);
    call.say(
        "Guest "
            + vmid
            + " is in no manifest: this changes it once. To declare it: pivm import "
            + vmid);
    try (Workplace work = Workplace.open(call)) {
      var change = new DirectChange(call, vmid);
      ApplyFlow.Planning planning = () -> work.planOnce(desired, vmid, change::entry);
      return new ApplyFlow(call, work, planning).apply(planning);
    }
  }
}
