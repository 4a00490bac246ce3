package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads image manifests. Everything that is wrong is told at once. */
public final class ImageReader {
  private static final List<String> TOP = List.of("$schema", "images");

  /**
   * What was read.
   *
   * @param images the entries without errors
   * @param findings by file, in the order of the text
   */
  public record Result(DesiredImages images, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }

    public boolean hasErrors() {
      return findings.stream().anyMatch(found -> found.severity() == Finding.Severity.ERROR);
    }
  }

  private final Findings found;
  private final List<DesiredImage> images = new ArrayList<>();
  private DesiredImages settings = DesiredImages.NONE;

  private ImageReader(Findings found) {
    this.found = found;
  }

  /**
   * Reads one file.
   *
   * @param file how findings name it
   */
  public static Result read(String file, String text) {
    Tree tree;
    try {
      tree = TreeReader.read(text);
    } catch (TreeReader.Malformed malformed) {
      var place = new Place(file, malformed.line(), malformed.column());
      String message = "the manifest " + malformed.getMessage();
      return new Result(
          DesiredImages.NONE, List.of(new Finding(Finding.Severity.ERROR, place, "", message)));
    }
    var reader = new ImageReader(new Findings(new SourceText(file, text)));
    reader.top(tree);
    return new Result(reader.result(), reader.found.all());
  }

  /** Whether a text, right or wrong, is a manifest of images and of no other kind. */
  public static boolean declaresImages(String text) {
    try {
      return switch (TreeReader.read(text)) {
        case Tree.Obj object -> object.find("images") != null;
        case Tree.Arr list ->
            !list.elements().isEmpty()
                && list.elements().getFirst() instanceof Tree.Obj first
                && first.find("os") != null
                && first.find("vmid") == null;
        default -> false;
      };
    } catch (TreeReader.Malformed noManifest) {
      return false;
    }
  }

  private DesiredImages result() {
    return new DesiredImages(
        images,
        settings.storage(),
        settings.schedule(),
        settings.deletesObsolete(),
        settings.strict());
  }

  private void top(Tree tree) {
    switch (tree) {
      case Tree.Arr list -> entries(list);
      case Tree.Obj object -> object(object);
      default ->
          found.error(
              tree.start(),
              "the manifest is "
                  + tree.what()
                  + "; write a list of images, or {\"storage\": \"local\", \"images\": […]}");
    }
  }

  private void object(Tree.Obj object) {
    Map<String, Tree.Member> members = new MemberCheck(found).read(object, ImageReader::unknown);
    var reader = new FieldReader(found, ImageFields.SETTINGS, "");
    String storage = reader.text(members.get("storage"));
    String schedule = reader.text(members.get("schedule"));
    boolean deletes = "delete".equals(reader.choice(members.get("obsolete")));
    boolean strict = Boolean.TRUE.equals(reader.flag(members.get("strict")));
    settings = new DesiredImages(List.of(), storage, schedule, deletes, strict);
    Tree.Member list = members.get("images");
    if (list == null) {
      found.error(object.start(), "images is missing; write \"images\": []");
    } else if (list.value() instanceof Tree.Arr array) {
      entries(array);
    } else {
      found.error(list.value().start(), "images is " + list.value().what() + "; write a list");
    }
  }

  private static @Nullable String unknown(String name) {
    if (TOP.contains(name) || ImageFields.SETTINGS.find(name) != null) {
      return null;
    }
    var known = new ArrayList<>(ImageFields.SETTINGS.names());
    known.add("images");
    return "unknown field " + name + Nearest.hint(name, known);
  }

  private void entries(Tree.Arr list) {
    for (Tree element : list.elements()) {
      if (element instanceof Tree.Obj entry) {
        found.about(subject(entry));
        DesiredImage image = new ImageEntryReader(found, entry).read();
        if (image != null) {
          images.add(image);
        }
        found.about("");
      } else {
        found.error(element.start(), "an entry is " + element.what() + "; write an object");
      }
    }
  }

  private static String subject(Tree.Obj entry) {
    Tree.Member os = entry.find("os");
    Tree.Member version = entry.find("version");
    String name = os == null ? null : os.value().scalar();
    String number = version == null ? null : version.value().scalar();
    return name == null ? "" : "image " + name + (number == null ? "" : " " + number);
  }
}
