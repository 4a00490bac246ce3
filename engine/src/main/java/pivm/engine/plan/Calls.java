package pivm.engine.plan;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.manifest.SecretReference;
import pivm.engine.manifest.Setting;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;

/**
 * Turns operations into API calls. Paths and parameters are those of the API schema of Proxmox VE
 * 9.2.
 */
public final class Calls {

  private final Function<SecretReference, String> secrets;

  /**
   * @param secrets reads a secret; asked only when the call needs it
   */
  public Calls(Function<SecretReference, String> secrets) {
    this.secrets = secrets;
  }

  /**
   * The call for an operation.
   *
   * @param node where the guest is now (for a clone: its source)
   * @param digest of the config that the operation rests on, sent where Proxmox takes one; null to
   *     leave it out
   * @throws IllegalArgumentException for {@link Operation.SetDiskOptions}, of which there is a call
   *     only on a certain config
   */
  public ApiCall of(Operation.Call operation, String node, @Nullable String digest) {
    String all = "/nodes/" + node + "/" + operation.type().apiName();
    String guest = all + "/" + operation.vmid();
    return switch (operation) {
      case Operation.Create create ->
          settings(ApiCall.post(all).with("vmid", create.vmid()), create.parameters());
      case Operation.Clone clone -> clone(all, clone);
      case Operation.Configure configure -> configure(guest, configure, digest);
      case Operation.SetDiskOptions unresolved ->
          throw new IllegalArgumentException(
              "the volume of " + unresolved.disk() + " is not known yet");
      case Operation.Resize resize ->
          withDigest(
              ApiCall.put(guest + "/resize")
                  .with("disk", resize.disk())
                  .with("size", resizeText(resize.bytes())),
              digest);
      case Operation.MoveDisk move -> withDigest(moveDisk(guest, move), digest);
      case Operation.DeleteVolume delete ->
          withDigest(ApiCall.put(guest + "/config").with("delete", delete.key()), digest);
      case Operation.TakeSnapshot take ->
          ApiCall.post(guest + "/snapshot")
              .with("snapname", take.name())
              .with("description", take.description());
      case Operation.DeleteSnapshot delete ->
          withFlag(ApiCall.delete(guest + "/snapshot/" + delete.name()), "force", delete.force());
      case Operation.Rollback rollback ->
          ApiCall.post(guest + "/snapshot/" + rollback.name() + "/rollback");
      case Operation.Backup backup ->
          ApiCall.post("/nodes/" + node + "/vzdump")
              .with("vmid", backup.vmid())
              .with("storage", backup.storage())
              .with("mode", backup.mode())
              .with("remove", false)
              .with("notes-template", backup.notes());
      case Operation.Start _ -> ApiCall.post(guest + "/status/start");
      case Operation.Shutdown shutdown ->
          ApiCall.post(guest + "/status/shutdown").with("timeout", shutdown.timeoutSeconds());
      case Operation.Stop _ -> ApiCall.post(guest + "/status/stop");
      case Operation.Reboot reboot ->
          ApiCall.post(guest + "/status/reboot").with("timeout", reboot.timeoutSeconds());
      case Operation.Migrate migrate -> migrate(guest, migrate);
      case Operation.ConvertToTemplate _ -> ApiCall.post(guest + "/template");
      case Operation.Destroy _ ->
          ApiCall.delete(guest).with("purge", true).with("destroy-unreferenced-disks", false);
      case Operation.SetPool pool -> pool(pool);
      case Operation.SetHa ha -> ha(ha);
      case Operation.RemoveHa remove ->
          ApiCall.delete("/cluster/ha/resources/" + serviceId(remove.type(), remove.vmid()));
      case Operation.JoinHaRule join ->
          ApiCall.put("/cluster/ha/rules/" + join.rule())
              .with("type", join.ruleType())
              .with("resources", String.join(",", join.services()));
      case Operation.RegenerateCloudInit _ -> ApiCall.put(guest + "/cloudinit");
    };
  }

  private static ApiCall clone(String all, Operation.Clone clone) {
    ApiCall call =
        ApiCall.post(all + "/" + clone.source() + "/clone")
            .with("newid", clone.vmid())
            .with("full", clone.full())
            .with(clone.type() == GuestType.QEMU ? "name" : "hostname", clone.name());
    call = clone.target() == null ? call : call.with("target", clone.target());
    call = clone.storage() == null ? call : call.with("storage", clone.storage());
    call = clone.format() == null ? call : call.with("format", clone.format());
    return clone.pool() == null ? call : call.with("pool", clone.pool());
  }

  /**
   * A VM's change goes as a task, since it may allocate disks; a container's call has no such form.
   */
  private ApiCall configure(String guest, Operation.Configure configure, @Nullable String digest) {
    String path = guest + "/config";
    ApiCall call = configure.type() == GuestType.QEMU ? ApiCall.post(path) : ApiCall.put(path);
    call = settings(call, configure.set());
    if (!configure.delete().isEmpty()) {
      call = call.with("delete", String.join(",", configure.delete()));
    }
    if (!configure.revert().isEmpty()) {
      call = call.with("revert", String.join(",", configure.revert()));
    }
    return withDigest(call, digest);
  }

  private static ApiCall moveDisk(String guest, Operation.MoveDisk move) {
    if (move.type() == GuestType.QEMU) {
      ApiCall call =
          ApiCall.post(guest + "/move_disk")
              .with("disk", move.disk())
              .with("storage", move.storage())
              .with("delete", false);
      return move.format() == null ? call : call.with("format", move.format());
    }
    return ApiCall.post(guest + "/move_volume")
        .with("volume", move.disk())
        .with("storage", move.storage())
        .with("delete", false);
  }

  private static ApiCall migrate(String guest, Operation.Migrate migrate) {
    ApiCall call = ApiCall.post(guest + "/migrate").with("target", migrate.target());
    if (!migrate.running()) {
      return call;
    }
    return migrate.type() == GuestType.QEMU
        ? call.with("online", true).with("with-local-disks", true)
        : call.with("restart", true);
  }

  private static ApiCall pool(Operation.SetPool move) {
    return move.pool() == null
        ? ApiCall.put("/pools")
            .with("poolid", String.valueOf(move.from()))
            .with("vms", move.vmid())
            .with("delete", true)
        : ApiCall.put("/pools")
            .with("poolid", move.pool())
            .with("vms", move.vmid())
            .with("allow-move", true);
  }

  private static ApiCall ha(Operation.SetHa set) {
    String service = serviceId(set.type(), set.vmid());
    ApiCall call =
        set.exists()
            ? ApiCall.put("/cluster/ha/resources/" + service)
            : ApiCall.post("/cluster/ha/resources").with("sid", service);
    HighAvailability ha = set.ha();
    call = ha.state() == null ? call : call.with("state", ha.state());
    call = ha.failback() == null ? call : call.with("failback", ha.failback());
    call = ha.maxRestart() == null ? call : call.with("max_restart", ha.maxRestart());
    return ha.maxRelocate() == null ? call : call.with("max_relocate", ha.maxRelocate());
  }

  /** The id of a guest as an HA service: {@code vm:100} or {@code ct:200}. */
  public static String serviceId(GuestType type, int vmid) {
    return (type == GuestType.QEMU ? "vm:" : "ct:") + vmid;
  }

  private ApiCall settings(ApiCall call, Map<String, Setting> settings) {
    ApiCall more = call;
    for (var entry : settings.entrySet()) {
      more =
          switch (entry.getValue()) {
            case Setting.Value(String text) -> more.with(entry.getKey(), text);
            case Setting.Secret(SecretReference reference) ->
                more.with(entry.getKey(), secrets.apply(reference));
            case Setting.Unset _ -> more;
          };
    }
    return more;
  }

  private static ApiCall withDigest(ApiCall call, @Nullable String digest) {
    return digest == null ? call : call.with("digest", digest);
  }

  private static ApiCall withFlag(ApiCall call, String name, boolean flag) {
    return flag ? call.with(name, true) : call;
  }

  /** Proxmox takes a size in bytes rounded to the largest unit that divides it. */
  private static String resizeText(long bytes) {
    String[] units = {"", "K", "M", "G", "T"};
    int unit = 0;
    long amount = bytes;
    while (unit < units.length - 1 && amount % 1024 == 0) {
      amount /= 1024;
      unit++;
    }
    return amount + units[unit];
  }
}
