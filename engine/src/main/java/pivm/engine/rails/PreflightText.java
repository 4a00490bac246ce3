package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.PowerState;
import pivm.proxmox.json.Json;

/** Renders pre-flight checks for people and programs. */
public final class PreflightText {

  private PreflightText() {}

  /**
   * One fact a line, aligned.
   *
   * @param now by which ages are told
   */
  public static List<String> lines(Preflight check, Instant now) {
    List<String> lines = new ArrayList<>();
    boolean running = check.power() == PowerState.RUNNING;
    lines.add("Pre-flight check of " + check.subject() + " on " + check.node());
    line(lines, "state", state(check));
    line(lines, "uptime", running ? Words.age(check.uptime()) : "does not run");
    line(lines, "load", load(check));
    line(lines, "addresses", words(check.addresses(), "none"));
    line(lines, "services", words(check.services(), "none running"));
    line(lines, "ports", words(check.ports(), "none"));
    if (check.disks().isEmpty()) {
      line(lines, "disks", "none");
    }
    for (Preflight.Disk disk : check.disks()) {
      line(lines, "disk", disk(disk));
    }
    line(lines, "snapshots", words(check.snapshots(), "none"));
    line(lines, "backup", backup(check, now));
    line(lines, "HA", check.ha().isEmpty() ? "not managed" : check.ha());
    line(lines, "protection", check.protection() ? "on" : "off");
    line(lines, "replication", words(check.replication(), "none"));
    line(lines, "needed by", words(check.dependents(), "nothing"));
    line(lines, "goes too", words(check.goesToo(), "nothing"));
    return List.copyOf(lines);
  }

  private static void line(List<String> lines, String name, String text) {
    lines.add(String.format(Locale.ROOT, "  %-12s%s", name, text));
  }

  private static String state(Preflight check) {
    return check.power().name().toLowerCase(Locale.ROOT);
  }

  private static String load(Preflight check) {
    Double cpu = check.cpu();
    Long used = check.memoryUsed();
    Long memory = check.memory();
    String load =
        cpu == null ? "CPU unknown" : String.format(Locale.ROOT, "CPU %.0f %%", cpu * 100);
    if (memory == null) {
      return load + ", memory unknown";
    }
    return load
        + ", memory "
        + (used == null ? "unknown" : Words.memory(used))
        + " of "
        + Words.memory(memory);
  }

  private static String disk(Preflight.Disk disk) {
    Long bytes = disk.bytes();
    return disk.key()
        + " "
        + disk.volume()
        + " ("
        + (bytes == null ? "size unknown" : Words.size(bytes))
        + ")";
  }

  private static String words(Preflight.Reading<List<String>> reading, String none) {
    return switch (reading) {
      case Preflight.Reading.Known(var all) -> all.isEmpty() ? none : String.join(", ", all);
      case Preflight.Reading.Unreadable(var reason) -> reason;
    };
  }

  private static String backup(Preflight check, Instant now) {
    return switch (check.backup()) {
      case Preflight.Reading.Unreadable(var reason) -> reason;
      case Preflight.Reading.Known(var all) -> {
        Preflight.Backup last = youngest(all);
        yield last == null
            ? "none found"
            : last.volume()
                + ", "
                + Words.age(Duration.between(last.taken(), now))
                + " old"
                + (last.certain()
                    ? ""
                    : "; no longer known is when this guest was made, so that it may be of an earlier "
                        + check.vmid());
      }
    };
  }

  private static Preflight.@Nullable Backup youngest(List<Preflight.Backup> all) {
    Preflight.Backup youngest = null;
    for (Preflight.Backup one : all) {
      youngest = youngest == null || one.taken().isAfter(youngest.taken()) ? one : youngest;
    }
    return youngest;
  }

  /** As JSON; what can't be read is an object with its reason as {@code unreadable}. */
  public static Json.Obj json(Preflight check) {
    var json =
        Json.object()
            .put("type", check.type().manifestName())
            .put("vmid", check.vmid())
            .put("name", check.name())
            .put("node", check.node())
            .put("state", state(check))
            .put("at", check.at().toString())
            .put("uptime", check.uptime().toSeconds());
    Double cpu = check.cpu();
    Long used = check.memoryUsed();
    Long memory = check.memory();
    json.put("cpu", cpu == null ? Json.Null.NULL : new Json.Num(Double.toString(cpu)));
    json.put("memory_used", used == null ? Json.Null.NULL : Json.of(used));
    json.put("memory", memory == null ? Json.Null.NULL : Json.of(memory));
    return json.put("addresses", strings(check.addresses()))
        .put("services", strings(check.services()))
        .put("ports", strings(check.ports()))
        .put("disks", Json.array(check.disks().stream().map(PreflightText::diskJson).toList()))
        .put("snapshots", strings(check.snapshots()))
        .put("backups", reading(check.backup(), PreflightText::backupJson))
        .put("ha", check.ha().isEmpty() ? null : check.ha())
        .put("protection", check.protection())
        .put("replication", strings(check.replication()))
        .put("dependents", strings(check.dependents()))
        .put("goes_too", strings(check.goesToo()))
        .build();
  }

  private static Json diskJson(Preflight.Disk disk) {
    Long bytes = disk.bytes();
    return Json.object()
        .put("key", disk.key())
        .put("volume", disk.volume())
        .put("bytes", bytes == null ? Json.Null.NULL : Json.of(bytes))
        .build();
  }

  private static Json backupJson(Preflight.Backup backup) {
    return Json.object()
        .put("volume", backup.volume())
        .put("taken", backup.taken().toString())
        .put("certain", backup.certain())
        .build();
  }

  private static Json strings(Preflight.Reading<List<String>> reading) {
    return reading(reading, Json::of);
  }

  private static <T> Json reading(Preflight.Reading<List<T>> reading, Function<T, Json> each) {
    return switch (reading) {
      case Preflight.Reading.Known(var all) -> Json.array(all.stream().map(each).toList());
      case Preflight.Reading.Unreadable(var reason) ->
          Json.object().put("unreadable", reason).build();
    };
  }
}
