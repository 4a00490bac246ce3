package pivm.simulator.records;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;

/**
 * Calls and answers in a form of their own. A block is a label, a call, and what is expected:
 * status and reason, the errors of parameters, the members of the data, the end of the task.
 *
 * <pre>
 * # label
 * PUT /nodes/pve-01/qemu/101/config memory=800&amp;digest=@digest root
 * 500 checksum mismatch (file change by other user?)
 * </pre>
 */
final class Cases {
  private final StringBuilder out = new StringBuilder();
  private @Nullable String digest;
  private final Map<String, String> places = new LinkedHashMap<>();

  /** Notes a call; without an answer nothing is expected of it. */
  void call(String label, SimRequest request, String auth, @Nullable SimResponse answer) {
    if (!request.headers().containsKey("authorization") || auth.equals("custom")) {
      return;
    }
    out.append("# ").append(label.replace('\n', ' ')).append('\n');
    out.append(request.method())
        .append(' ')
        .append(place(request.path()).replace(" ", "%20"))
        .append(' ');
    out.append(parameters(request)).append(' ').append(auth).append('\n');
    if (answer == null) {
      out.append("*\n");
    } else {
      out.append(answer.status()).append(' ').append(answer.reason()).append('\n');
      details(answer);
    }
    if (answer != null) {
      remember(answer);
    }
  }

  void taskEnd(String upid, String exitStatus) {
    String type = upid.contains(":") ? upid.split(":")[5] : "none";
    out.append("task ").append(type).append(' ');
    out.append(exitStatus.replace("\n", "\\n")).append('\n');
  }

  private String place(String text) {
    String known = text;
    for (var place : places.entrySet()) {
      known = known.replace(place.getValue(), place.getKey());
    }
    return digest == null ? known : known.replace(digest, "@digest");
  }

  private String parameters(SimRequest request) {
    String text =
        new TreeMap<>(request.parameters())
            .entrySet().stream()
                .map(e -> e.getKey() + "=" + encoded(e.getValue()))
                .collect(Collectors.joining("&"));
    return text.isEmpty() ? "-" : text;
  }

  private String encoded(Object value) {
    String text =
        value instanceof List<?> list ? "@list" + list.size() : place(String.valueOf(value));
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%40", "@");
  }

  private void details(SimResponse answer) {
    if (answer.body() != null && answer.body().get("errors") instanceof Doc errors) {
      out.append("errors ").append(String.join(" ", new TreeSet<>(errors.names()))).append('\n');
    } else if (answer.isOk()) {
      out.append("data ").append(shape(answer.data())).append('\n');
    }
  }

  /** The kind of data, with the members of an object. */
  static String shape(@Nullable Object data) {
    return switch (data) {
      case null -> "null";
      case Doc doc -> "object " + String.join(" ", new TreeSet<>(doc.names()));
      case List<?> list -> "list of " + list.size();
      case String text when text.startsWith("UPID:") ->
          "task " + text.split(":")[5] + " " + text.split(":")[6];
      default -> "text";
    };
  }

  private void remember(SimResponse answer) {
    if (answer.data() instanceof Doc doc && doc.text("digest") != null) {
      digest = doc.text("digest");
    }
    note(places, answer);
  }

  /** Remembers names that are a matter of chance, by what stands for them. */
  static void note(Map<String, String> places, SimResponse answer) {
    if (answer.data() instanceof String text && text.startsWith("UPID:")) {
      places.put("@task-" + text.split(":")[5], text);
    }
    if (answer.data() instanceof List<?> list
        && !list.isEmpty()
        && list.getFirst() instanceof Doc first
        && String.valueOf(first.get("volid")).contains("vzdump")) {
      places.put("@backup", String.valueOf(first.get("volid")));
    }
  }

  String text() {
    return out.toString();
  }
}
