package pivm.engine.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;

/**
 * Edits of a manifest's text that leave the rest of it as it is, to the letter: layout, comments,
 * order, trailing commas.
 *
 * <p>What is removed takes the comment on its own line with it; comments above it stay.
 */
public final class ManifestEditor {
  private ManifestEditor() {}

  /**
   * Whether the manifest declares this guest.
   *
   * @throws IllegalArgumentException when the text is no manifest
   */
  public static boolean declares(String text, int vmid) {
    return find(guests(parse(text)), vmid) != null;
  }

  /**
   * Adds an entry behind the others.
   *
   * @throws IllegalArgumentException when the text is no manifest
   */
  public static String add(String text, Json.Obj entry) {
    return addAll(text, List.of(entry));
  }

  /**
   * Adds entries behind the last one, reading the text only once.
   *
   * @throws IllegalArgumentException when the text is no manifest
   */
  public static String addAll(String text, List<Json.Obj> entries) {
    return entries.isEmpty()
        ? text
        : new TextEdit(text)
            .append(guests(parse(text)), entries.stream().map(ManifestWriter::ordered).toList());
  }

  /**
   * Sets a field of an entry.
   *
   * @param path {@code [memory]}, or {@code [options, onboot]}: groups that are not there are made
   * @throws IllegalArgumentException when the text is no manifest, or doesn't declare the guest
   */
  public static String set(String text, int vmid, List<String> path, Json value) {
    Tree.Obj object = entry(text, vmid);
    for (int i = 0; ; i++) {
      Tree.Member member = object.find(path.get(i));
      Json rest = nested(path.subList(i + 1, path.size()), value);
      if (member == null) {
        return new TextEdit(text).insert(object, i == 0, path.get(i), rest);
      }
      if (i == path.size() - 1 || !(member.value() instanceof Tree.Obj inner)) {
        return new TextEdit(text).replace(member, rest);
      }
      object = inner;
    }
  }

  private static Json nested(List<String> path, Json value) {
    Json nested = value;
    for (String name : path.reversed()) {
      nested = Json.object().put(name, nested).build();
    }
    return nested;
  }

  /**
   * Takes a field out of an entry; a text without it is given back as it is.
   *
   * @param path {@code [memory]} or {@code [options, onboot]}
   * @throws IllegalArgumentException when the text is no manifest, or doesn't declare the guest
   */
  public static String unset(String text, int vmid, List<String> path) {
    Tree.Obj object = entry(text, vmid);
    for (String name : path.subList(0, path.size() - 1)) {
      Tree.Member member = object.find(name);
      if (member == null || !(member.value() instanceof Tree.Obj inner)) {
        return text;
      }
      object = inner;
    }
    for (int i = 0; i < object.members().size(); i++) {
      if (object.members().get(i).name().equals(path.getLast())) {
        return new TextEdit(text).remove(object, i);
      }
    }
    return text;
  }

  /**
   * Takes an entry out.
   *
   * @throws IllegalArgumentException when the text is no manifest, or doesn't declare the guest
   */
  public static String remove(String text, int vmid) {
    Tree.Arr guests = guests(parse(text));
    Tree.Obj entry = entry(text, vmid);
    for (int i = 0; i < guests.elements().size(); i++) {
      if (guests.elements().get(i).start() == entry.start()) {
        return new TextEdit(text).remove(guests, i);
      }
    }
    throw new IllegalStateException("an entry that was found is not in the list");
  }

  static Tree parse(String text) {
    try {
      return TreeReader.read(text);
    } catch (TreeReader.Malformed malformed) {
      throw new IllegalArgumentException(
          "line "
              + malformed.line()
              + ", column "
              + malformed.column()
              + ": the manifest "
              + malformed.getMessage(),
          malformed);
    }
  }

  private static Tree.Arr guests(Tree tree) {
    if (tree instanceof Tree.Arr list) {
      return list;
    }
    if (tree instanceof Tree.Obj object) {
      Tree.Member member = object.find("guests");
      if (member != null && member.value() instanceof Tree.Arr list) {
        return list;
      }
    }
    throw new IllegalArgumentException("the manifest holds no list of guests");
  }

  private static Tree.Obj entry(String text, int vmid) {
    Tree.Obj entry = find(guests(parse(text)), vmid);
    if (entry == null) {
      throw new IllegalArgumentException("the manifest does not declare " + vmid);
    }
    return entry;
  }

  private static Tree.@Nullable Obj find(Tree.Arr guests, int vmid) {
    for (Tree element : guests.elements()) {
      if (element instanceof Tree.Obj entry) {
        Tree.Member member = entry.find("vmid");
        Long number = member == null ? null : FieldReader.wholeNumber(member.value());
        if (number != null && number == vmid) {
          return entry;
        }
      }
    }
    return null;
  }
}
