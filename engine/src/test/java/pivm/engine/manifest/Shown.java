package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import pivm.proxmox.json.Json;

/** What a text says, without its layout. */
final class Shown {
  private Shown() {}

  /** The values, written without places; members in order, repeated ones too. */
  static String of(String text) {
    return of(TreeReader.read(text));
  }

  static String of(Tree tree) {
    return switch (tree) {
      case Tree.Obj object -> {
        List<String> members = new ArrayList<>();
        object.members().forEach(member -> members.add(member.name() + "=" + of(member.value())));
        yield "{" + String.join(",", members) + "}";
      }
      case Tree.Arr list ->
          "[" + String.join(",", list.elements().stream().map(Shown::of).toList()) + "]";
      case Tree.Text value -> "\"" + value.value() + "\"";
      case Tree.Num value -> value.literal();
      case Tree.Flag value -> Boolean.toString(value.value());
      case Tree.Nothing _ -> "null";
    };
  }

  /** The values as JSON; of repeated members the last. */
  static Json json(Tree tree) {
    return switch (tree) {
      case Tree.Obj object -> {
        var members = Json.object();
        object.members().forEach(member -> members.put(member.name(), json(member.value())));
        yield members.build();
      }
      case Tree.Arr list -> Json.array(list.elements().stream().map(Shown::json).toList());
      case Tree.Text value -> Json.of(value.value());
      case Tree.Num value -> new Json.Num(value.literal());
      case Tree.Flag value -> Json.of(value.value());
      case Tree.Nothing _ -> Json.Null.NULL;
    };
  }

  /** The comments in order, found with no help from the code under test. */
  static List<String> comments(String text) {
    List<String> comments = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == '"') {
        at++;
        while (text.charAt(at) != '"') {
          at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at) < 0 ? text.length() : text.indexOf('\n', at);
        comments.add(text.substring(at, end).strip());
        at = end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2) + 2;
        comments.add(text.substring(at, end).replaceAll("\\s+", " "));
        at = end;
      } else {
        at++;
      }
    }
    return comments;
  }
}
