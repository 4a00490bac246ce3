package pivm.simulator.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.JsonIn;

/** Parameters from queries and from the bodies of requests. */
final class Bodies {
  private static final Pattern NAME = Pattern.compile("name=\"([^\"]*)\"");
  private static final Pattern FILE = Pattern.compile("filename=\"([^\"]*)\"");

  private Bodies() {}

  /** Pairs of a query or form; what is repeated becomes a list. */
  static void form(String text, Map<String, Object> parameters) {
    for (String pair : text.split("&")) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decode(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
      var old = parameters.get(name);
      if (old == null) {
        parameters.put(name, value);
      } else {
        List<Object> list = new ArrayList<>();
        if (old instanceof List<?> earlier) {
          list.addAll(earlier);
        } else {
          list.add(old);
        }
        list.add(value);
        parameters.put(name, list);
      }
    }
  }

  /**
   * Members of a JSON body.
   *
   * @throws IllegalArgumentException when it is no JSON object
   */
  static void json(String text, Map<String, Object> parameters) {
    for (var member : JsonIn.readDoc(text).entries()) {
      @Nullable Object value = member.getValue();
      if (value != null) {
        parameters.put(member.getKey(), value);
      }
    }
  }

  /** Parts of an upload; a file's content is the parameter {@code data}, a character for a byte. */
  static Map<String, Object> multipart(String body, String boundary) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    for (String part : body.split(Pattern.quote("--" + boundary))) {
      int blank = part.indexOf("\r\n\r\n");
      var name = NAME.matcher(part);
      if (blank < 0 || !name.find()) {
        continue;
      }
      String content = part.substring(blank + 4);
      if (content.endsWith("\r\n")) {
        content = content.substring(0, content.length() - 2);
      }
      var file = FILE.matcher(part.substring(0, blank));
      if (file.find()) {
        parameters.put("filename", file.group(1));
        parameters.put("data", content);
      } else {
        parameters.put(name.group(1), content);
      }
    }
    return parameters;
  }

  static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
