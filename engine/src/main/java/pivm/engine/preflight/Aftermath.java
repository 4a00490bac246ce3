package pivm.engine.preflight;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Storage;
import pivm.engine.rails.Dependents;
import pivm.engine.rails.Preflight;
import pivm.engine.rails.Preflight.Reading;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;

/** What stays of a guest when it is destroyed, and what goes with it. */
final class Aftermath {
  private final Function<ApiCall, PreflightReader.Answer> ask;
  private final ObservedGuest guest;
  private PreflightReader.@Nullable Answer jobs;

  Aftermath(Function<ApiCall, PreflightReader.Answer> ask, ObservedGuest guest) {
    this.ask = ask;
    this.guest = guest;
  }

  /**
   * Its backups on every storage that its node sees, the youngest first; without those of an
   * earlier guest with its VMID.
   */
  Reading<List<Preflight.Backup>> backups(Inventory inventory) {
    List<Preflight.Backup> backups = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    List<Json.Obj> listed = new ArrayList<>();
    for (Storage storage : inventory.storages().values()) {
      if (!storage.content().contains("backup") || !storage.onNode(guest.node())) {
        continue;
      }
      PreflightReader.Answer answer =
          ask.apply(
              ApiCall.get("/nodes/" + guest.node() + "/storage/" + storage.id() + "/content")
                  .with("content", "backup")
                  .with("vmid", guest.vmid()));
      if (answer.refusal() != null) {
        refused.add(storage.id() + " (" + answer.refusal() + ")");
      }
      answer.data().objects().stream().filter(one -> !isOfAnother(one)).forEach(listed::add);
    }
    Instant made = listed.isEmpty() ? null : new Making(ask, guest).made();
    for (Json.Obj one : listed) {
      Instant taken = Instant.ofEpochSecond(one.integer("ctime", 0));
      if (made == null || !taken.isBefore(made)) {
        backups.add(new Preflight.Backup(one.text("volid", ""), taken, made != null));
      }
    }
    backups.sort(Comparator.comparing(Preflight.Backup::taken).reversed());
    return backups.isEmpty() && !refused.isEmpty()
        ? Reading.unreadable("backups can't be read on " + String.join(", ", refused))
        : Reading.of(List.copyOf(backups));
  }

  /** Whether an earlier guest of the same VMID, but of the other kind, was backed up in it. */
  private boolean isOfAnother(Json.Obj backup) {
    String kind = backup.text("subtype", guest.type().apiName());
    return !kind.equals(guest.type().apiName())
        && Arrays.stream(GuestType.values()).anyMatch(type -> type.apiName().equals(kind));
  }

  private PreflightReader.Answer jobs() {
    PreflightReader.Answer answer = jobs;
    if (answer == null) {
      answer = ask.apply(ApiCall.get("/cluster/replication"));
      jobs = answer;
    }
    return answer;
  }

  Reading<List<String>> replication() {
    PreflightReader.Answer answer = jobs();
    if (answer.refusal() != null) {
      return Reading.unreadable("replication can't be read: " + answer.refusal());
    }
    return Reading.of(
        answer.data().objects().stream()
            .filter(job -> job.integer("guest", 0) == guest.vmid())
            .map(job -> job.text("id", "") + " to " + job.text("target", "?"))
            .sorted()
            .toList());
  }

  static Reading<List<String>> dependents(ObservedGuest guest, Inventory inventory) {
    List<String> all = new ArrayList<>();
    for (int clone : Dependents.linkedClones(guest.vmid(), inventory)) {
      all.add("the linked clone " + name(clone, inventory));
    }
    for (int user : Dependents.mounts(guest.vmid(), inventory)) {
      all.add(name(user, inventory) + ", which uses a volume of it");
    }
    return Reading.of(List.copyOf(all));
  }

  private static String name(int vmid, Inventory inventory) {
    ObservedGuest guest = inventory.guest(vmid);
    return guest == null ? String.valueOf(vmid) : guest.subject();
  }

  /** What a destroy with purge takes along. */
  Reading<List<String>> goesToo() {
    List<String> all = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    note(
        all,
        refused,
        "backup jobs",
        ask.apply(ApiCall.get("/cluster/backup")),
        job ->
            Arrays.asList(job.text("vmid", "").split(",", -1))
                    .contains(Integer.toString(guest.vmid()))
                ? "its place in the backup job " + job.text("id", "")
                : "");
    note(
        all,
        refused,
        "replication jobs",
        jobs(),
        job ->
            job.integer("guest", 0) == guest.vmid()
                ? "the replication job " + job.text("id", "")
                : "");
    note(
        all,
        refused,
        "access rules",
        ask.apply(ApiCall.get("/access/acl")),
        rule ->
            ("/vms/" + guest.vmid()).equals(rule.text("path"))
                ? "the access rule of "
                    + rule.text("ugid", "")
                    + " ("
                    + rule.text("roleid", "")
                    + ")"
                : "");
    note(
        all,
        refused,
        "firewall rules",
        ask.apply(ApiCall.get(PreflightReader.path(guest) + "/firewall/rules")),
        rule ->
            "the firewall rule "
                + rule.text("pos", "")
                + " ("
                + rule.text("type", "")
                + " "
                + rule.text("action", "")
                + ")");
    if (guest.ha() != null) {
      all.add("its HA resource");
    }
    all.addAll(refused);
    return Reading.of(List.copyOf(all));
  }

  private static void note(
      List<String> all,
      List<String> refused,
      String what,
      PreflightReader.Answer answer,
      Function<Json.Obj, String> words) {
    if (answer.refusal() != null) {
      refused.add(what + ", which can't be read (" + answer.refusal() + ")");
    }
    answer.data().objects().stream()
        .map(words)
        .filter(text -> !text.isEmpty())
        .sorted()
        .forEach(all::add);
  }
}
