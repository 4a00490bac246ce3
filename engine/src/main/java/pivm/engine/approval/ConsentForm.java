package pivm.engine.approval;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.rails.Approval;
import pivm.engine.rails.Binding;
import pivm.engine.rails.Boot;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Hold;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Verdict;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;

/** How consents are written as JSON. */
final class ConsentForm {

  private ConsentForm() {}

  static Json.Obj write(Confirmation one) {
    Binding binding = one.binding();
    return Json.object()
        .put("id", one.id())
        .put("subject", one.subject())
        .put("question", one.question())
        .put("steps", texts(one.steps()))
        .put("issued", one.issued().toString())
        .put("binding", binding == null ? Json.Null.NULL : write(binding))
        .build();
  }

  static Confirmation confirmation(Json.Obj form) {
    Json binding = form.get("binding");
    return new Confirmation(
        form.text("id", ""),
        form.text("subject", ""),
        form.text("question", ""),
        texts(form.get("steps")),
        binding.isNull() ? null : binding(binding.asObject()),
        instant(form.text("issued")));
  }

  private static Json.Obj write(Binding one) {
    Boot booted = one.booted();
    return Json.object()
        .put("vmid", one.vmid())
        .put("type", one.type().name())
        .put("name", one.name())
        .put("meaning", one.meaning())
        .put("booted", booted == null ? null : booted.at().toString())
        .put("uptime", booted == null ? 0 : booted.uptime().toSeconds())
        .put("power", one.power())
        .put("disks", texts(one.disks()))
        .put("snapshots", texts(one.snapshots()))
        .put("protection", one.protection())
        .put("ha", one.ha())
        .put("ports", texts(one.ports()))
        .build();
  }

  private static Binding binding(Json.Obj form) {
    String booted = form.text("booted");
    return new Binding(
        (int) form.integer("vmid", 0),
        GuestType.valueOf(form.text("type", "")),
        form.text("name", ""),
        form.text("meaning", ""),
        booted == null
            ? null
            : new Boot(instant(booted), Duration.ofSeconds(form.integer("uptime", 0))),
        form.text("power", ""),
        texts(form.get("disks")),
        texts(form.get("snapshots")),
        form.flag("protection"),
        form.text("ha", ""),
        texts(form.get("ports")));
  }

  static Json.Obj write(Approval one) {
    List<Json> verdicts = new ArrayList<>();
    for (Verdict verdict : one.verdicts()) {
      verdicts.add(
          Json.object()
              .put("rail", verdict.rail().name())
              .put("step", verdict.step())
              .put("result", verdict.result().word())
              .put("message", verdict.message())
              .build());
    }
    return Json.object()
        .put("plan", one.planId())
        .put("by", one.by())
        .put("at", one.at().toString())
        .put("verdicts", Json.array(verdicts))
        .put(
            "confirmations",
            Json.array(one.confirmations().stream().map(ConsentForm::write).toList()))
        .build();
  }

  static Approval approval(Json.Obj form) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Json.Obj verdict : form.get("verdicts").objects()) {
      verdicts.add(
          new Verdict(
              Rail.valueOf(verdict.text("rail", "")),
              verdict.text("step"),
              Verdict.Result.valueOf(verdict.text("result", "").toUpperCase(Locale.ROOT)),
              verdict.text("message", "")));
    }
    return new Approval(
        form.text("plan", ""),
        verdicts,
        form.get("confirmations").objects().stream().map(ConsentForm::confirmation).toList(),
        form.text("by", ""),
        instant(form.text("at")));
  }

  static Json.Obj write(Hold one) {
    return Json.object()
        .put("vmid", one.vmid())
        .put("since", one.since().toString())
        .put("reason", one.reason())
        .put("entry", one.entry())
        .build();
  }

  static Hold hold(Json.Obj form) {
    return new Hold(
        (int) form.integer("vmid", 0),
        instant(form.text("since")),
        form.text("reason", ""),
        form.text("entry", ""));
  }

  private static Instant instant(@Nullable String text) {
    return text == null ? Instant.EPOCH : Instant.parse(text);
  }

  private static Json texts(Collection<String> all) {
    return Json.array(all.stream().map(Json::of).toList());
  }

  private static SortedSet<String> texts(Json array) {
    var all = new TreeSet<String>();
    for (Json one : array.elements()) {
      String text = one.asText();
      if (text != null) {
        all.add(text);
      }
    }
    return all;
  }
}
