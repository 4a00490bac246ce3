package pivm.engine.manifest;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.ManifestFormatter.Item;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** One change of a text, in the layout that it has around the change. */
final class TextEdit {
  private static final Pattern INDENTED = Pattern.compile("\\n([ \\t]+)\\S");

  private final String text;
  private final String newline;
  private final String unit;

  TextEdit(String text) {
    this.text = text;
    this.newline = text.contains("\r\n") ? "\r\n" : "\n";
    Matcher indented = INDENTED.matcher(text);
    this.unit = indented.find() ? indented.group(1) : "  ";
  }

  /** Puts entries behind the last one. */
  String append(Tree.Arr list, List<Json.Obj> entries) {
    List<Item> items = items(list);
    String inner =
        items.isEmpty() || !startsLine(items.getLast().start())
            ? indentAt(list.start()) + unit
            : indentAt(items.getLast().start());
    String shown =
        entries.stream()
            .map(entry -> layOut(entry, 1, inner))
            .collect(Collectors.joining("," + newline + inner));
    if (items.isEmpty()) {
      return into(list, shown, inner);
    }
    return after(list, items, items.size() - 1, shown, inner, true);
  }

  /**
   * Puts a member into an object.
   *
   * @param entry whether the object is an entry, whose fields have an order
   */
  String insert(Tree.Obj object, boolean entry, String name, Json value) {
    List<Item> items = items(object);
    int anchor = items.size() - 1;
    if (entry) {
      int rank = ManifestWriter.rank(name);
      while (anchor >= 0 && ManifestWriter.rank(object.members().get(anchor).name()) > rank) {
        anchor--;
      }
      anchor = Math.max(anchor, 0);
    }
    String key = JsonText.write(Json.of(name)) + ": ";
    if (items.isEmpty()) {
      String inner = indentAt(object.start()) + unit;
      boolean commented =
          !Gap.read(text, object.start() + 1, object.end() - 1).comments().isEmpty();
      return commented
          ? into(object, key + layOut(value, 0, inner), inner)
          : splice(object.start(), object.end(), "{ " + key + layOut(value, 0, inner) + " }");
    }
    String inner = indentAt(items.get(anchor).start());
    return after(object, items, anchor, key + layOut(value, 0, inner), inner, false);
  }

  String replace(Tree.Member member, Json value) {
    return splice(
        member.value().start(), member.value().end(), layOut(value, 0, indentAt(member.start())));
  }

  /** Puts something into a list or object that holds at most comments. */
  private String into(Tree parent, String shown, String inner) {
    String gap = text.substring(parent.start() + 1, parent.end() - 1).stripTrailing();
    String outer = indentAt(parent.start());
    return splice(
        parent.start() + 1, parent.end() - 1, gap + newline + inner + shown + newline + outer);
  }

  /** Puts something behind an item, and a comma on the right side of it. */
  private String after(
      Tree parent, List<Item> items, int anchor, String shown, String inner, boolean ownLine) {
    boolean last = anchor == items.size() - 1;
    int end = items.get(anchor).end();
    Gap gap = Gap.read(text, end, last ? parent.end() - 1 : items.get(anchor + 1).start());
    int at = gap.comma() < 0 ? end : gap.comma() + 1;
    List<Gap.Comment> trailing = gap.trailing();
    if (!trailing.isEmpty()) {
      at = Math.max(at, trailing.getLast().end());
    }
    String before = text.substring(0, end) + (gap.comma() < 0 ? "," : "") + text.substring(end, at);
    boolean lineEnds = ownLine || lineEnds(at);
    String comma = gap.comma() < 0 ? "" : ",";
    String lead = lineEnds ? newline + inner : " ";
    // Entries of a list written on one line each get one of their own, and so does the bracket.
    boolean close = ownLine && last && !lineEnds(at);
    String tail = close ? newline + indentAt(parent.start()) : "";
    String rest = close ? text.substring(at).stripLeading() : text.substring(at);
    return before + lead + shown + comma + tail + rest;
  }

  /** Takes an item out. */
  String remove(Tree parent, int index) {
    List<Item> items = items(parent);
    Item item = items.get(index);
    boolean last = index == items.size() - 1;
    Gap after = Gap.read(text, item.end(), last ? parent.end() - 1 : items.get(index + 1).start());
    int previousEnd = index == 0 ? parent.start() + 1 : items.get(index - 1).end();
    Gap before = Gap.read(text, previousEnd, item.start());
    int start = item.start();
    int end = Math.max(item.end(), after.comma() + 1);
    if (startsLine(start) && endsLine(end, after)) {
      end = lineEnd(Math.max(end, trailingEnd(after)));
      start = text.lastIndexOf('\n', start) + 1;
    } else if (!last && after.comments().isEmpty()) {
      end = items.get(index + 1).start();
    } else if (before.comments().isEmpty()) {
      start = index == 0 ? start : Math.max(previousEnd, before.comma() + 1);
    }
    String cut = text.substring(0, start) + text.substring(end);
    boolean dangling = last && after.comma() < 0 && before.comma() >= 0;
    return dangling ? cut.substring(0, before.comma()) + cut.substring(before.comma() + 1) : cut;
  }

  private static int trailingEnd(Gap gap) {
    List<Gap.Comment> trailing = gap.trailing();
    return trailing.isEmpty() ? 0 : trailing.getLast().end();
  }

  private boolean endsLine(int end, Gap after) {
    return lineEnds(Math.max(end, trailingEnd(after)));
  }

  /** Whether only blanks stand between there and the end of the line. */
  private boolean lineEnds(int at) {
    return text.substring(at, contentEnd(at)).isBlank() && contentEnd(at) < text.length();
  }

  private int contentEnd(int at) {
    int found = text.indexOf('\n', at);
    return found < 0 ? text.length() : found;
  }

  private int lineEnd(int at) {
    return Math.min(contentEnd(at) + 1, text.length());
  }

  private boolean startsLine(int at) {
    return text.substring(text.lastIndexOf('\n', at - 1) + 1, at).isBlank();
  }

  /** The blanks at the beginning of the line. */
  private String indentAt(int at) {
    int start = text.lastIndexOf('\n', at - 1) + 1;
    int end = start;
    while (end < at && (text.charAt(end) == ' ' || text.charAt(end) == '\t')) {
      end++;
    }
    return text.substring(start, end);
  }

  private String layOut(Json value, int forced, String indent) {
    String canonical = ManifestFormatter.layOut(value, forced, indent.length());
    var shown = new StringBuilder();
    for (String line : canonical.split("\n", -1)) {
      String content = line.stripLeading();
      int levels = (line.length() - content.length()) / 2;
      shown
          .append(shown.isEmpty() ? "" : newline + indent)
          .append(unit.repeat(levels))
          .append(content);
    }
    return shown.toString();
  }

  private String splice(int from, int to, String with) {
    return text.substring(0, from) + with + text.substring(to);
  }

  private static List<Item> items(Tree parent) {
    @Nullable List<Item> items = ManifestFormatter.items(parent);
    return items == null ? List.of() : items;
  }
}
