package pivm.engine.history;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.manifest.SecretReference;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Work;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;

/** Operations as data: what is written can be read back. Secrets stay references. */
public final class OperationForm {

  private OperationForm() {}

  public static Json.Obj write(Operation operation) {
    return switch (operation) {
      case Operation.Call call -> call(call);
      case Work work -> WorkForm.write(work);
    };
  }

  private static Json.Obj call(Operation.Call operation) {
    Json.Builder form =
        Json.object()
            .put("do", word(operation))
            .put("type", operation.type().apiName())
            .put("vmid", operation.vmid());
    return switch (operation) {
      case Operation.Create create -> form.put("set", settings(create.parameters())).build();
      case Operation.Clone clone ->
          form.put("source", clone.source())
              .put("full", clone.full())
              .put("name", clone.name())
              .putIfPresent("target", clone.target())
              .putIfPresent("storage", clone.storage())
              .putIfPresent("format", clone.format())
              .putIfPresent("pool", clone.pool())
              .build();
      case Operation.Configure configure ->
          form.put("set", settings(configure.set()))
              .put("delete", texts(configure.delete()))
              .put("revert", texts(configure.revert()))
              .build();
      case Operation.SetDiskOptions options ->
          form.put("disk", options.disk()).put("options", options(options.options())).build();
      case Operation.Resize resize ->
          form.put("disk", resize.disk()).put("bytes", resize.bytes()).build();
      case Operation.MoveDisk move ->
          form.put("disk", move.disk())
              .put("storage", move.storage())
              .putIfPresent("format", move.format())
              .build();
      case Operation.DeleteVolume delete -> form.put("key", delete.key()).build();
      case Operation.TakeSnapshot take ->
          form.put("name", take.name()).put("description", take.description()).build();
      case Operation.DeleteSnapshot delete ->
          form.put("name", delete.name()).put("force", delete.force()).build();
      case Operation.Rollback rollback -> form.put("name", rollback.name()).build();
      case Operation.Backup backup ->
          form.put("storage", backup.storage())
              .put("mode", backup.mode())
              .put("notes", backup.notes())
              .build();
      case Operation.Start _,
          Operation.Stop _,
          Operation.ConvertToTemplate _,
          Operation.Destroy _,
          Operation.RemoveHa _,
          Operation.RegenerateCloudInit _ ->
          form.build();
      case Operation.Shutdown shutdown -> form.put("timeout", shutdown.timeoutSeconds()).build();
      case Operation.Reboot reboot -> form.put("timeout", reboot.timeoutSeconds()).build();
      case Operation.Migrate migrate ->
          form.put("target", migrate.target()).put("running", migrate.running()).build();
      case Operation.SetPool pool ->
          form.putIfPresent("pool", pool.pool()).putIfPresent("from", pool.from()).build();
      case Operation.SetHa ha -> form.put("ha", ha(ha.ha())).put("exists", ha.exists()).build();
      case Operation.JoinHaRule join ->
          form.put("rule", join.rule())
              .put("ruleType", join.ruleType())
              .put("services", texts(join.services()))
              .build();
    };
  }

  /** The word for an operation in journals and events. */
  public static String word(Operation operation) {
    return switch (operation) {
      case Work work -> WorkForm.word(work);
      case Operation.Create _ -> "create";
      case Operation.Clone _ -> "clone";
      case Operation.Configure _ -> "configure";
      case Operation.SetDiskOptions _ -> "disk-options";
      case Operation.Resize _ -> "resize";
      case Operation.MoveDisk _ -> "move-disk";
      case Operation.DeleteVolume _ -> "delete-volume";
      case Operation.TakeSnapshot _ -> "snapshot";
      case Operation.DeleteSnapshot _ -> "delete-snapshot";
      case Operation.Rollback _ -> "rollback";
      case Operation.Backup _ -> "backup";
      case Operation.Start _ -> "start";
      case Operation.Shutdown _ -> "shutdown";
      case Operation.Stop _ -> "stop";
      case Operation.Reboot _ -> "reboot";
      case Operation.Migrate _ -> "migrate";
      case Operation.ConvertToTemplate _ -> "template";
      case Operation.Destroy _ -> "destroy";
      case Operation.SetPool _ -> "pool";
      case Operation.SetHa _ -> "ha";
      case Operation.RemoveHa _ -> "remove-ha";
      case Operation.JoinHaRule _ -> "ha-rule";
      case Operation.RegenerateCloudInit _ -> "cloud-init";
    };
  }

  /**
   * Reads an operation back.
   *
   * @throws IllegalArgumentException when the form is of no known operation
   */
  public static Operation read(Json.Obj form) {
    GuestType type = "qemu".equals(form.text("type")) ? GuestType.QEMU : GuestType.LXC;
    int vmid = (int) form.integer("vmid", 0);
    String name = form.text("name", "");
    return switch (form.text("do", "")) {
      case "create" -> new Operation.Create(type, vmid, settings(form.get("set").asObject()));
      case "clone" ->
          new Operation.Clone(
              type,
              vmid,
              (int) form.integer("source", 0),
              form.flag("full"),
              name,
              form.text("target"),
              form.text("storage"),
              form.text("format"),
              form.text("pool"));
      case "configure" ->
          new Operation.Configure(
              type,
              vmid,
              settings(form.get("set").asObject()),
              new TreeSet<>(texts(form.get("delete"))),
              new TreeSet<>(texts(form.get("revert"))));
      case "disk-options" ->
          new Operation.SetDiskOptions(
              type, vmid, form.text("disk", ""), options(form.get("options").asObject()));
      case "resize" ->
          new Operation.Resize(type, vmid, form.text("disk", ""), form.integer("bytes", 0));
      case "move-disk" ->
          new Operation.MoveDisk(
              type, vmid, form.text("disk", ""), form.text("storage", ""), form.text("format"));
      case "delete-volume" -> new Operation.DeleteVolume(type, vmid, form.text("key", ""));
      case "snapshot" -> new Operation.TakeSnapshot(type, vmid, name, form.text("description", ""));
      case "delete-snapshot" -> new Operation.DeleteSnapshot(type, vmid, name, form.flag("force"));
      case "rollback" -> new Operation.Rollback(type, vmid, name);
      case "backup" ->
          new Operation.Backup(
              type, vmid, form.text("storage", ""), form.text("mode", ""), form.text("notes", ""));
      default -> readPlain(form, type, vmid);
    };
  }

  private static Operation readPlain(Json.Obj form, GuestType type, int vmid) {
    int timeout = (int) form.integer("timeout", 0);
    return switch (form.text("do", "")) {
      case "start" -> new Operation.Start(type, vmid);
      case "shutdown" -> new Operation.Shutdown(type, vmid, timeout);
      case "stop" -> new Operation.Stop(type, vmid);
      case "reboot" -> new Operation.Reboot(type, vmid, timeout);
      case "migrate" ->
          new Operation.Migrate(type, vmid, form.text("target", ""), form.flag("running"));
      case "template" -> new Operation.ConvertToTemplate(type, vmid);
      case "destroy" -> new Operation.Destroy(type, vmid);
      case "pool" -> new Operation.SetPool(type, vmid, form.text("pool"), form.text("from"));
      case "ha" ->
          new Operation.SetHa(type, vmid, ha(form.get("ha").asObject()), form.flag("exists"));
      case "remove-ha" -> new Operation.RemoveHa(type, vmid);
      case "ha-rule" ->
          new Operation.JoinHaRule(
              type,
              vmid,
              form.text("rule", ""),
              form.text("ruleType", ""),
              texts(form.get("services")));
      case "cloud-init" -> new Operation.RegenerateCloudInit(type, vmid);
      default -> WorkForm.read(form);
    };
  }

  private static Json options(SortedMap<String, String> options) {
    Json.Builder form = Json.object();
    options.forEach(form::put);
    return form.build();
  }

  private static SortedMap<String, String> options(Json.Obj form) {
    var options = new TreeMap<String, String>();
    form.members().forEach((name, value) -> options.put(name, String.valueOf(value.asText())));
    return options;
  }

  private static Json settings(SequencedMap<String, Setting> settings) {
    Json.Builder form = Json.object();
    settings.forEach((key, setting) ->
        form.put(
            key,
            switch (setting) {
              case Setting.Value(String text) -> Json.of(text);
              case Setting.Secret(SecretReference reference) ->
                  Json.object().put("secret", reference.toString()).build();
              case Setting.Unset _ -> Json.Null.NULL;
            }));
    return form.build();
  }

  private static SequencedMap<String, Setting> settings(Json.Obj form) {
    var settings = new TreeMap<String, Setting>();
    form.members()
        .forEach((key, value) ->
            settings.put(
                key,
                switch (value) {
                  case Json.Obj object -> secret(object.text("secret", ""));
                  case Json.Null _ -> new Setting.Unset();
                  default -> Setting.of(String.valueOf(value.asText()));
                }));
    return settings;
  }

  private static Setting secret(String text) {
    int colon = text.indexOf(':');
    for (SecretReference.Source source : SecretReference.Source.values()) {
      if (colon > 0 && source.word().equals(text.substring(0, colon))) {
        return new Setting.Secret(new SecretReference(source, text.substring(colon + 1)));
      }
    }
    throw new IllegalArgumentException("no known place of a secret: " + text);
  }

  private static Json ha(HighAvailability ha) {
    return Json.object()
        .putIfPresent("state", ha.state())
        .putIfPresent("failback", text(ha.failback()))
        .putIfPresent("maxRestart", text(ha.maxRestart()))
        .putIfPresent("maxRelocate", text(ha.maxRelocate()))
        .put("rules", texts(ha.rules()))
        .build();
  }

  private static HighAvailability ha(Json.Obj form) {
    return new HighAvailability(
        form.text("state"),
        form.has("failback") ? form.flag("failback") : null,
        number(form, "maxRestart"),
        number(form, "maxRelocate"),
        texts(form.get("rules")));
  }

  private static @Nullable Integer number(Json.Obj form, String name) {
    Long value = form.integer(name);
    return value == null ? null : value.intValue();
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  private static Json texts(Iterable<String> texts) {
    List<Json> values = new ArrayList<>();
    texts.forEach(text -> values.add(Json.of(text)));
    return Json.array(values);
  }

  private static List<String> texts(Json array) {
    return array.elements().stream().map(value -> String.valueOf(value.asText())).toList();
  }
}
