package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * The canonical layout of a manifest: two blanks a level, a line for each entry's field, short
 * values on one line, no trailing commas. Order, spelling and comments stay; so do single blank
 * lines.
 */
public final class ManifestFormatter {
  private static final int WIDTH = 100;

  private final String text;
  private final boolean document;
  private final StringBuilder out = new StringBuilder();

  private ManifestFormatter(String text, boolean document) {
    this.text = text;
    this.document = document;
  }

  /**
   * Lays a manifest out.
   *
   * @throws IllegalArgumentException when the text is not JSON; the message holds the place
   */
  public static String format(String manifest) {
    String text = manifest.startsWith("\uFEFF") ? manifest.substring(1) : manifest;
    Tree tree = ManifestEditor.parse(text);
    var formatter = new ManifestFormatter(text, true);
    formatter.document(tree);
    return formatter.out.append('\n').toString();
  }

  /**
   * A value in the canonical layout.
   *
   * @param forced how many levels take a line for each of their members, however short
   * @param column where its first line begins
   */
  static String layOut(Json value, int forced, int column) {
    String text = JsonText.write(value);
    var formatter = new ManifestFormatter(text, false);
    formatter.value(TreeReader.read(text), 0, forced, column);
    return formatter.out.toString();
  }

  private void document(Tree tree) {
    Gap head = Gap.read(text, 0, tree.start());
    boolean first = true;
    for (Gap.Comment comment : head.comments()) {
      blankLine(!first && comment.newlines() > 1);
      first = false;
      out.append(plain(comment)).append('\n');
    }
    blankLine(!first && head.newlines() > 1);
    value(tree, 0, tree instanceof Tree.Arr ? 2 : 1, 0);
    Gap tail = Gap.read(text, tree.end(), text.length());
    for (Gap.Comment comment : tail.comments()) {
      if (comment.trailing()) {
        out.append(' ');
      } else {
        out.append('\n');
        blankLine(comment.newlines() > 1);
      }
      out.append(plain(comment));
    }
  }

  private void blankLine(boolean wanted) {
    if (wanted) {
      out.append('\n');
    }
  }

  private static String plain(Gap.Comment comment) {
    List<String> lines = new ArrayList<>();
    comment.text().lines().forEach(line -> lines.add(line.stripTrailing()));
    return String.join("\n", lines);
  }

  private void value(Tree value, int level, int forced, int column) {
    List<Item> items = items(value);
    if (items == null) {
      out.append(text, value.start(), value.end());
      return;
    }
    if (forced <= 0 || items.isEmpty()) {
      String inline = inline(value);
      if (inline != null && column + inline.length() < WIDTH) {
        out.append(inline);
        return;
      }
    }
    boolean object = value instanceof Tree.Obj;
    out.append(object ? '{' : '[').append('\n');
    lines(value, items, level + 1, forced);
    indent(level);
    out.append(object ? '}' : ']');
  }

  private void lines(Tree value, List<Item> items, int level, int forced) {
    int from = value.start() + 1;
    boolean first = true;
    for (int i = 0; i < items.size(); i++) {
      Item item = items.get(i);
      Gap before = Gap.read(text, from, item.start());
      // After a bracket nothing is trailing: there is no value yet that it could belong to.
      List<Gap.Comment> leading = i == 0 ? before.comments() : before.leading();
      leading(leading, level, first);
      blankLine(before.newlines() > 1 && !(first && leading.isEmpty()));
      item(item, level, forced);
      first = false;
      boolean last = i == items.size() - 1;
      Gap after = Gap.read(text, item.end(), last ? value.end() - 1 : items.get(i + 1).start());
      out.append(last ? "" : ",");
      after.trailing().forEach(comment -> out.append(' ').append(plain(comment)));
      out.append('\n');
      from = item.end();
    }
    Gap end = Gap.read(text, from, value.end() - 1);
    leading(items.isEmpty() ? end.comments() : end.leading(), level, first);
  }

  private void leading(List<Gap.Comment> comments, int level, boolean first) {
    boolean top = first;
    for (Gap.Comment comment : comments) {
      blankLine(!top && comment.newlines() > 1);
      top = false;
      indent(level);
      out.append(plain(comment)).append('\n');
    }
  }

  private void item(Item item, int level, int forced) {
    if (item.nameEnd() < 0) {
      indent(level);
      value(item.value(), level, forced - 1, 2 * level);
      return;
    }
    for (Gap.Comment comment : Gap.read(text, item.nameEnd(), item.value().start()).comments()) {
      indent(level);
      out.append(plain(comment)).append('\n');
    }
    indent(level);
    String name = text.substring(item.start(), item.nameEnd());
    out.append(name).append(": ");
    int inner = level == 1 && document ? forcedUnder(name) : 0;
    value(item.value(), level, inner, 2 * level + name.length() + 2);
  }

  /** In the document's object the guests take lines of their own, as they do in a bare list. */
  private static int forcedUnder(String name) {
    return switch (name) {
      case "\"guests\"" -> 2;
      case "\"defaults\"" -> 1;
      default -> 0;
    };
  }

  private void indent(int level) {
    out.append("  ".repeat(level));
  }

  /** The value on one line, null when a comment forbids it. */
  private @Nullable String inline(Tree value) {
    List<Item> items = items(value);
    if (items == null) {
      return text.substring(value.start(), value.end());
    }
    boolean object = value instanceof Tree.Obj;
    List<String> parts = new ArrayList<>();
    int from = value.start() + 1;
    for (Item item : items) {
      String inner = inline(item.value());
      if (inner == null
          || commented(from, item.start())
          || (object && commented(item.nameEnd(), item.value().start()))) {
        return null;
      }
      parts.add(object ? text.substring(item.start(), item.nameEnd()) + ": " + inner : inner);
      from = item.end();
    }
    if (commented(from, value.end() - 1)) {
      return null;
    }
    String joined = String.join(", ", parts);
    return object ? (parts.isEmpty() ? "{}" : "{ " + joined + " }") : "[" + joined + "]";
  }

  private boolean commented(int from, int to) {
    return !Gap.read(text, from, to).comments().isEmpty();
  }

  /**
   * A member or an element.
   *
   * @param nameEnd -1 for an element
   */
  record Item(int start, int nameEnd, Tree value) {
    int end() {
      return value.end();
    }
  }

  /** The members or elements of a value, null when it can't have any. */
  static @Nullable List<Item> items(Tree value) {
    return switch (value) {
      case Tree.Obj object ->
          object.members().stream()
              .map(member -> new Item(member.start(), member.nameEnd(), member.value()))
              .toList();
      case Tree.Arr list ->
          list.elements().stream().map(element -> new Item(element.start(), -1, element)).toList();
      default -> null;
    };
  }
}
