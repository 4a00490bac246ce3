package pivm.simulator.command;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.simulator.api.SimResponse;
import pivm.simulator.config.ConfigText;
import pivm.simulator.json.Doc;

/** The commands that only show something. */
final class Lists {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private final Caller caller;

  Lists(Caller caller) {
    this.caller = caller;
  }

  /** Runs the command if it is one of these; null when it is not. */
  @Nullable Integer run(String command, List<String> words, Terminal terminal) {
    var given = Words.of(words);
    if (given.plain().isEmpty()) {
      return null;
    }
    String verb = given.plain().getFirst();
    List<String> rest = given.plain().subList(1, given.plain().size());
    return switch (command) {
      case "qm", "pct" -> guests(command, verb, rest, given, terminal);
      case "pvesm" -> storages(verb, rest, given, terminal);
      case "pvecm" -> new Pvecm(caller).run(verb, terminal);
      default -> null;
    };
  }

  private @Nullable Integer guests(
      String command, String verb, List<String> rest, Words given, Terminal terminal) {
    boolean vm = command.equals("qm");
    String list = "/nodes/" + caller.node() + (vm ? "/qemu" : "/lxc");
    if (verb.equals("list")) {
      return vm ? vms(list, terminal) : containers(list, terminal);
    }
    boolean known = List.of("config", "status", "pending", "listsnapshot", "unlock").contains(verb);
    boolean dump = verb.equals("cloudinit") && rest.size() == 3 && rest.getFirst().equals("dump");
    if (dump) {
      var answer =
          caller.ask(
              "GET", list + "/" + rest.get(1) + "/cloudinit/dump", Map.of("type", rest.get(2)));
      return print(answer, terminal, data -> terminal.out(data + "\n"));
    }
    if (!known || rest.isEmpty()) {
      return null;
    }
    String one = list + "/" + rest.getFirst();
    return switch (verb) {
      case "config" -> config(one, given, terminal);
      case "status" -> status(one, given, terminal);
      case "pending" ->
          print(caller.ask("GET", one + "/pending", Map.of()), terminal, d -> pending(d, terminal));
      case "listsnapshot" ->
          print(
              caller.ask("GET", one + "/snapshot", Map.of()),
              terminal,
              d -> snapshots(d, terminal));
      default ->
          print(
              caller.ask("PUT", one + "/config", Map.of("delete", "lock", "skiplock", 1)),
              terminal,
              d -> {});
    };
  }

  private interface Printer {
    void print(Object data);
  }

  private static int print(SimResponse answer, Terminal terminal, Printer printer) {
    if (!answer.isOk()) {
      return NodeShell.refused(answer, "", terminal);
    }
    var data = answer.data();
    if (data != null) {
      printer.print(data);
    }
    return 0;
  }

  static List<Doc> docs(@Nullable Object data) {
    List<Doc> docs = new ArrayList<>();
    if (data instanceof Iterable<?> items) {
      for (var item : items) {
        if (item instanceof Doc doc) {
          docs.add(doc);
        }
      }
    }
    return docs;
  }

  static long number(Doc doc, String name) {
    return doc.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private List<Doc> sortedGuests(String list) {
    var guests = docs(caller.ask("GET", list, Map.of()).data());
    guests.sort(Comparator.comparingLong((Doc d) -> number(d, "vmid")));
    return guests;
  }

  private int vms(String list, Terminal terminal) {
    var guests = sortedGuests(list);
    if (!guests.isEmpty()) {
      terminal.out(
          String.format(
              Locale.ROOT,
              "%10s %-20s %-10s %-10s %12s %-10s\n",
              "VMID",
              "NAME",
              "STATUS",
              "MEM(MB)",
              "BOOTDISK(GB)",
              "PID"));
    }
    for (var guest : guests) {
      terminal.out(
          String.format(
              Locale.ROOT,
              "%10s %-20s %-10s %-10s %12.2f %-10s\n",
              guest.get("vmid"),
              guest.get("name"),
              guest.get("status"),
              number(guest, "maxmem") >> 20,
              number(guest, "maxdisk") / (double) (1L << 30),
              guest.has("pid") ? guest.get("pid") : 0));
    }
    return 0;
  }

  private int containers(String list, Terminal terminal) {
    var guests = sortedGuests(list);
    String form = "%-10s %-10s %-12s %-20s\n";
    if (!guests.isEmpty()) {
      terminal.out(String.format(form, "VMID", "Status", "Lock", "Name"));
    }
    for (var guest : guests) {
      var lock = guest.text("lock");
      terminal.out(
          String.format(
              form,
              guest.get("vmid"),
              guest.get("status"),
              lock == null ? "" : lock,
              guest.get("name")));
    }
    return 0;
  }

  private int config(String one, Words given, Terminal terminal) {
    Map<String, String> parameters = new TreeMap<>(given.options());
    return print(
        caller.ask("GET", one + "/config", parameters),
        terminal,
        data -> {
          for (var entry : sorted((Doc) data).entrySet()) {
            if (!entry.getKey().equals("digest")) {
              terminal.out(entry.getKey() + ": " + value(entry.getKey(), entry.getValue()) + "\n");
            }
          }
        });
  }

  private static Map<String, String> sorted(Doc doc) {
    Map<String, String> sorted = new TreeMap<>();
    doc.entries().forEach(e -> sorted.put(e.getKey(), String.valueOf(e.getValue())));
    return sorted;
  }

  private static String value(String key, @Nullable Object value) {
    String text = String.valueOf(value);
    return key.equals("description") ? ConfigText.encode(text) : text;
  }

  private int status(String one, Words given, Terminal terminal) {
    return print(
        caller.ask("GET", one + "/status/current", Map.of()),
        terminal,
        data -> {
          var doc = (Doc) data;
          if (!given.options().containsKey("verbose")) {
            terminal.out("status: " + doc.get("status") + "\n");
            return;
          }
          for (var entry : sorted(doc).entrySet()) {
            if (!List.of("ha", "agent", "nics").contains(entry.getKey())) {
              terminal.out(entry.getKey() + ": " + entry.getValue() + "\n");
            }
          }
        });
  }

  private static void pending(Object data, Terminal terminal) {
    for (var doc : docs(data)) {
      String key = String.valueOf(doc.get("key"));
      if (key.equals("digest")) {
        continue;
      }
      if (doc.has("delete")) {
        terminal.out("del " + key + ": " + value(key, doc.get("value")) + "\n");
        continue;
      }
      if (doc.has("value")) {
        terminal.out("cur " + key + ": " + value(key, doc.get("value")) + "\n");
      }
      if (doc.has("pending")) {
        terminal.out("new " + key + ": " + value(key, doc.get("pending")) + "\n");
      }
    }
  }

  private static void snapshots(Object data, Terminal terminal) {
    var left = new ArrayList<>(docs(data));
    String parent = null;
    for (int depth = 0; !left.isEmpty(); depth++) {
      String wanted = parent;
      var next =
          left.stream()
              .filter(d -> java.util.Objects.equals(d.text("parent"), wanted))
              .findFirst()
              .orElse(left.getFirst());
      left.remove(next);
      parent = next.text("name");
      long time = number(next, "snaptime");
      String description = String.valueOf(next.get("description")).strip();
      terminal.out(
          String.format(
              "%s`-> %-27s %-23s %s\n",
              " ".repeat(depth),
              parent,
              time == 0 ? "" : TIME.format(Instant.ofEpochSecond(time)),
              description.isEmpty() ? "no-description" : description.replace("\n", " ")));
    }
  }

  private @Nullable Integer storages(
      String verb, List<String> rest, Words given, Terminal terminal) {
    String base = "/nodes/" + caller.node() + "/storage";
    return switch (verb) {
      case "status" -> printStorages(caller.ask("GET", base, given.options()), terminal);
      case "list" -> rest.isEmpty() ? null : volumes(base, rest.getFirst(), given, terminal);
      case "path" -> rest.isEmpty() ? null : path(base, rest.getFirst(), terminal);
      case "alloc" -> rest.size() < 4 ? null : allocate(base, rest, given, terminal);
      case "free" -> rest.isEmpty() ? null : free(base, rest.getFirst(), terminal);
      default -> null;
    };
  }

  private static int printStorages(SimResponse answer, Terminal terminal) {
    if (!answer.isOk()) {
      return NodeShell.refused(answer, "pvesm status  [OPTIONS]", terminal);
    }
    var storages = docs(answer.data());
    storages.sort(Comparator.comparing((Doc d) -> String.valueOf(d.get("storage"))));
    int width =
        Math.max(
            4,
            storages.stream()
                .mapToInt(d -> String.valueOf(d.get("storage")).length())
                .max()
                .orElse(4));
    String form = "%-" + width + "s %12s %10s %15s %15s %15s %8s\n";
    terminal.out(
        String.format(
            form, "Name", "Type", "Status", "Total (KiB)", "Used (KiB)", "Available (KiB)", "%"));
    for (var doc : storages) {
      long total = number(doc, "total") / 1024;
      long used = number(doc, "used") / 1024;
      String share =
          total == 0 ? "N/A" : String.format(Locale.ROOT, "%.2f%%", 100.0 * used / total);
      String status = number(doc, "enabled") == 0 ? "disabled" : "active";
      terminal.out(
          String.format(
              form,
              doc.get("storage"),
              doc.get("type"),
              status,
              total,
              used,
              number(doc, "avail") / 1024,
              share));
    }
    return 0;
  }

  private int volumes(String base, String storage, Words given, Terminal terminal) {
    return print(
        caller.ask("GET", base + "/" + storage + "/content", given.options()),
        terminal,
        data -> {
          var volumes = docs(data);
          int width =
              volumes.stream()
                  .mapToInt(d -> String.valueOf(d.get("volid")).length())
                  .max()
                  .orElse(5);
          String form = "%-" + Math.max(5, width) + "s %-7s %-9s %12s %s\n";
          terminal.out(String.format(form, "Volid", "Format", "Type", "Size", "VMID"));
          for (var doc : volumes) {
            terminal.out(
                String.format(
                    form,
                    doc.get("volid"),
                    doc.get("format"),
                    doc.get("content"),
                    doc.get("size"),
                    doc.has("vmid") ? doc.get("vmid") : ""));
          }
        });
  }

  private static String storageOf(String volume) {
    int colon = volume.indexOf(':');
    return colon < 0 ? "" : volume.substring(0, colon);
  }

  private int path(String base, String volume, Terminal terminal) {
    return print(
        caller.ask("GET", base + "/" + storageOf(volume) + "/content/" + volume, Map.of()),
        terminal,
        data -> terminal.out(((Doc) data).get("path") + "\n"));
  }

  private int allocate(String base, List<String> rest, Words given, Terminal terminal) {
    Map<String, String> parameters = new TreeMap<>(given.options());
    parameters.put("vmid", rest.get(1));
    parameters.put("filename", rest.get(2));
    parameters.put("size", rest.get(3));
    return print(
        caller.ask("POST", base + "/" + rest.getFirst() + "/content", parameters),
        terminal,
        data -> terminal.out("successfully created '" + data + "'\n"));
  }

  private int free(String base, String volume, Terminal terminal) {
    var answer =
        caller.ask("DELETE", base + "/" + storageOf(volume) + "/content/" + volume, Map.of());
    if (!Caller.isTask(answer)) {
      return NodeShell.refused(answer, "pvesm free <volume> [OPTIONS]", terminal);
    }
    String status = caller.follow(String.valueOf(answer.data()), terminal);
    if (!status.equals("OK")) {
      terminal.err(status + "\n");
      return 255;
    }
    return 0;
  }
}
