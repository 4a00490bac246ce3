package pivm.simulator.records;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;

/** Asks a simulated cluster what a real one was asked, and compares the answers. */
final class Replay {
  private static final Pattern UPID =
      Pattern.compile("UPID:[\\w-]+:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:[^:]+:[^:]*:[^:]+:");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{40}");

  private final SimulatedCluster cluster;
  private final Map<String, String> upids = new HashMap<>();
  private final Map<String, String> digests = new HashMap<>();
  private final Map<String, String> tickets = new HashMap<>();
  private final List<String> differences = new ArrayList<>();
  private final Cases cases = new Cases();
  private @Nullable String lastUpid;
  private int compared;
  private int alike;

  Replay(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  int compared() {
    return compared;
  }

  int alike() {
    return alike;
  }

  /** What was asked and answered alike, restated. */
  String cases() {
    return cases.text();
  }

  List<String> differences() {
    return differences;
  }

  void run(List<?> calls) {
    for (var item : calls) {
      var call = (Doc) item;
      if (call == null) {
        continue;
      }
      if (call.get("task") instanceof Doc task) {
        taskEnd(call, task);
      } else if (call.get("request") instanceof Doc request
          && call.get("response") instanceof Doc response) {
        call(String.valueOf(call.get("label")), request, response);
      }
    }
  }

  private void call(String label, Doc request, Doc response) {
    Expectations.prepare(cluster, label);
    if (Expectations.isSkipped(request, response)) {
      return;
    }
    var real = request(label, request);
    cluster.advance(Duration.ofMillis(400));
    SimResponse answer = cluster.handle(real);
    remember(response, answer);
    var difference = difference(response, answer);
    boolean counts = !Expectations.isArtefact(label, request, response);
    cases.call(
        label,
        real,
        String.valueOf(request.get("auth")),
        counts && difference == null ? answer : null);
    if (!counts) {
      return;
    }
    compared++;
    if (difference == null) {
      alike++;
    } else {
      differences.add(
          label
              + " | "
              + real.method()
              + " "
              + real.path()
              + " "
              + real.parameters()
              + "\n      "
              + difference);
    }
  }

  private void taskEnd(Doc call, Doc task) {
    String label = String.valueOf(call.get("label"));
    var upid = upids.get(String.valueOf(task.get("upid")));
    var status = (Doc) task.get("status");
    var expected = status == null ? null : status.text("exitstatus");
    String got = upid == null ? "no task" : cluster.await(upid);
    if (Expectations.isArtefact(label, call, call) || expected == null) {
      cases.taskEnd(String.valueOf(upid), "*");
      return;
    }
    compared++;
    if (Expectations.plain(expected).equals(Expectations.plain(got))) {
      alike++;
      cases.taskEnd(String.valueOf(upid), got);
    } else {
      differences.add(label + "\n      expected " + expected + "\n      got      " + got);
    }
  }

  private SimRequest request(String label, Doc request) {
    String target = String.valueOf(request.get("path")).replaceFirst("^/api2/(json|extjs)", "");
    Map<String, Object> parameters = new LinkedHashMap<>();
    int question = target.indexOf('?');
    if (question >= 0) {
      for (String pair : target.substring(question + 1).split("&")) {
        int equals = pair.indexOf('=');
        parameters.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
      target = target.substring(0, question);
    }
    if (request.get("params") instanceof Doc given) {
      given.entries().forEach(e -> parameters.put(e.getKey(), mapped(e.getValue())));
    }
    body(request, parameters);
    String path =
        mapped(
                java.net.URLDecoder.decode(
                    target.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8))
            .toString();
    var real =
        SimRequest.of(String.valueOf(request.get("method")), path.isEmpty() ? "/" : path)
            .with(parameters);
    if (request.get("headers") instanceof Doc headers) {
      for (var header : headers.entries()) {
        String value = String.valueOf(header.getValue());
        for (var ticket : tickets.entrySet()) {
          value = value.replace(ticket.getKey(), ticket.getValue());
        }
        real = real.header(header.getKey(), value);
      }
    }
    return switch (String.valueOf(request.get("auth"))) {
      case "root", "c" -> real.token("root@pam!pivm", RecordedCluster.SECRET);
      case "nobody" -> real.token("nobody@pve!t1", RecordedCluster.SECRET);
      case "alice" -> real.token("alice@pve!t1", RecordedCluster.SECRET);
      case "custom" -> real.header("Authorization", custom(label));
      default -> real;
    };
  }

  /** The recordings leave credentials out. */
  private String custom(String label) {
    if (label.contains("bearer")) {
      return "Bearer x";
    }
    if (label.contains("basic")) {
      return "Basic eDp5";
    }
    if (label.startsWith("ticket")) {
      return "PVEAuthCookie="
          + tickets.values().stream().filter(t -> t.startsWith("PVE:")).findFirst().orElse("");
    }
    return "PVEAPIToken=" + (label.contains("malformed") ? "x" : "root@pam!pivm=wrong");
  }

  private static void body(Doc request, Map<String, Object> parameters) {
    var raw = request.text("raw_body");
    if (raw == null) {
      return;
    }
    String type = String.valueOf(request.get("content_type"));
    if (type.startsWith("multipart")) {
      var part =
          Pattern.compile(
                  "name=\"(\\w[\\w-]*)\"(; filename=\"([^\"]*)\")?[^\\r]*\\r\\n(?:[^\\r]+\\r\\n)*\\r\\n(.*?)\\r\\n--",
                  Pattern.DOTALL)
              .matcher(raw);
      for (int at = 0; part.find(at); at = part.end() - 2) {
        if (part.group(3) != null) {
          parameters.put("filename", part.group(3));
          parameters.put("data", part.group(4));
        } else {
          parameters.put(part.group(1), part.group(4));
        }
      }
    } else if (type.equals("application/json")) {
      try {
        pivm.simulator.json.JsonIn.readDoc(raw)
            .entries()
            .forEach(e ->
                parameters.put(
                    e.getKey(),
                    String.valueOf(e.getValue()).equals("true")
                        ? "1"
                        : String.valueOf(e.getValue())));
      } catch (IllegalArgumentException e) {
        parameters.put("broken", raw);
      }
    }
  }

  private Object mapped(@Nullable Object value) {
    if (value instanceof List<?>) {
      return value;
    }
    String text = String.valueOf(value);
    for (var entry : upids.entrySet()) {
      text = text.replace(entry.getKey(), entry.getValue());
    }
    var digest = digests.get(text);
    var ticket = tickets.get(text);
    return digest != null ? digest : ticket != null ? ticket : text;
  }

  private void remember(Doc response, SimResponse answer) {
    var body = response.get("body") instanceof Doc doc ? doc : new Doc();
    var was = body.get("data");
    var is = answer.data();
    if (was instanceof String before
        && is instanceof String now
        && UPID.matcher(before).matches()) {
      upids.put(before, now);
      lastUpid = now;
    }
    pair(was, is);
  }

  private void pair(@Nullable Object was, @Nullable Object is) {
    if (was instanceof Doc before && is instanceof Doc now) {
      for (String name : List.of("digest", "ticket", "CSRFPreventionToken")) {
        var old = before.text(name);
        var fresh = now.text(name);
        if (old != null && fresh != null) {
          (name.equals("digest") ? digests : tickets).put(old, fresh);
        }
      }
    } else if (was instanceof List<?> before
        && is instanceof List<?> now
        && !before.isEmpty()
        && !now.isEmpty()) {
      pair(before.getLast(), now.getLast());
      if (before.getFirst() instanceof Doc old
          && now.getFirst() instanceof Doc fresh
          && String.valueOf(old.get("volid")).contains("vzdump")) {
        upids.put(String.valueOf(old.get("volid")), String.valueOf(fresh.get("volid")));
      }
    }
  }

  private @Nullable String difference(Doc response, SimResponse answer) {
    String status = String.valueOf(response.get("status"));
    String reason = Expectations.plain(String.valueOf(response.get("reason")));
    if (!status.equals(Integer.toString(answer.status()))
        || !reason.equals(Expectations.plain(answer.reason()))) {
      return "expected "
          + status
          + " "
          + reason
          + errors(response)
          + "\n      got      "
          + answer.status()
          + " "
          + answer.reason()
          + " "
          + answer.bodyText();
    }
    if (!(response.get("body") instanceof Doc body)) {
      return answer.body() == null ? null : "expected no body, got " + answer.bodyText();
    }
    if (body.get("errors") instanceof Doc errors) {
      var got = answer.body() == null ? null : answer.body().get("errors");
      return got instanceof Doc other && sameErrors(errors, other)
          ? null
          : "expected " + errors + "\n      got      " + got;
    }
    return Shapes.difference("data", body.get("data"), answer.data());
  }

  private static String errors(Doc response) {
    return response.get("body") instanceof Doc body && body.has("errors")
        ? " " + body.get("errors")
        : "";
  }

  private static boolean sameErrors(Doc expected, Doc got) {
    if (!expected.names().equals(got.names())) {
      return false;
    }
    return expected.names().stream()
        .allMatch(n -> lines(expected.text(n)).equals(lines(got.text(n))));
  }

  private static Set<String> lines(@Nullable String text) {
    return new TreeSet<>(List.of(String.valueOf(text).split("\n")));
  }

  @Override
  public String toString() {
    return alike + " of " + compared + " alike, last task " + lastUpid + ", digests " + DIGEST;
  }
}
