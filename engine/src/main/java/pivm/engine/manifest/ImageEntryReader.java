package pivm.engine.manifest;

import java.util.List;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads one entry of an image manifest. */
final class ImageEntryReader {
  static final String VERSION = "${version}";
  private static final String OCI = "oci:";
  private static final String OWN_LIST = "pveam";

  private static final Pattern WEB = Pattern.compile("https?://[^\\s/?#]+\\S*");

  /** Without a tag; the form is Proxmox's (pve-storage, src/PVE/API2/Storage/Status.pm). */
  private static final String REPOSITORY =
      "(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*";

  private static final Pattern OCI_REPOSITORY = Pattern.compile(REPOSITORY);
  private static final Pattern OCI_REFERENCE = Pattern.compile(REPOSITORY + ":\\w[\\w.-]{0,127}");
  private static final Pattern TEMPLATE =
      Pattern.compile("[A-Za-z0-9_.+~-]+\\.tar(\\.(gz|xz|zst|bz2))?");

  private final Findings found;
  private final Tree.Obj entry;
  private final SequencedMap<String, Tree.Member> fields;
  private final FieldReader reader;
  private final int errors;

  ImageEntryReader(Findings found, Tree.Obj entry) {
    this.found = found;
    this.entry = entry;
    this.errors = found.errors();
    this.fields = new MemberCheck(found).read(entry, ImageFields.ENTRY, "");
    this.reader = new FieldReader(found, ImageFields.ENTRY, "");
  }

  /** The entry; null when something is wrong with it. */
  @Nullable DesiredImage read() {
    int before = errors;
    boolean unknownFields = found.errors() > before;
    String os = reader.text(fields.get("os"));
    if (!fields.containsKey("os")) {
      found.error(entry.start(), "os is missing; write what you call the image");
    }
    String version = version();
    ImageSource source = unknownFields ? null : source(version);
    Checksum checksum = checksum(source);
    String checksumUrl = reader.text(fields.get("checksum_url"));
    Integer keep = reader.whole(fields.get("keep"));
    var image =
        new DesiredImage(
            found.source().place(entry.start()),
            os == null ? "" : os,
            version,
            source == null ? new ImageSource.Address("") : source,
            reader.text(fields.get("filename")),
            checksum,
            checksumUrl == null ? null : pinned(checksumUrl, version),
            reader.choice(fields.get("type")),
            nodes(),
            reader.text(fields.get("storage")),
            keep == null ? 1 : keep);
    return found.errors() == before ? image : null;
  }

  /** A version may stand there as a number: 13 as well as "13". */
  private @Nullable String version() {
    Tree.Member member = fields.get("version");
    return member != null && member.value() instanceof Tree.Num number
        ? number.literal()
        : reader.text(member);
  }

  private List<String> nodes() {
    List<String> nodes = reader.names(fields.get("node"));
    for (String node : nodes) {
      if (!Pattern.matches(Fields.NODE_NAME, node)) {
        Tree.Member member = fields.get("node");
        found.error(
            member == null ? entry.start() : member.value().start(),
            "node is '" + node + "'; write nodes' names");
      }
    }
    return nodes;
  }

  private @Nullable ImageSource source(@Nullable String version) {
    Tree.Member url = fields.get("url");
    Tree.Member page = fields.get("source_page");
    Tree.Member pattern = fields.get("pattern");
    if (url != null) {
      Tree.Member other = page == null ? pattern : page;
      if (other != null) {
        found.error(
            other.start(), other.name() + " is for finding the newest; leave it or url out");
      }
      return pinned(url, version);
    }
    if (page == null) {
      found.error(
          entry.start(),
          "url is missing; write url, or source_page and pattern to find the newest");
      return null;
    }
    if (pattern == null) {
      found.error(entry.start(), "pattern is missing; write which file names fit");
      return null;
    }
    return searched(page, pattern, version);
  }

  private @Nullable ImageSource pinned(Tree.Member member, @Nullable String version) {
    String text = reader.text(member);
    if (text == null || lacksVersion(member, text, version)) {
      return null;
    }
    String url = pinned(text, version);
    if (url.startsWith(OCI) && OCI_REFERENCE.matcher(url.substring(OCI.length())).matches()) {
      return new ImageSource.Oci(url.substring(OCI.length()));
    }
    if (url.startsWith(OWN_LIST + ":")
        && TEMPLATE.matcher(url.substring(OWN_LIST.length() + 1)).matches()) {
      return new ImageSource.Template(url.substring(OWN_LIST.length() + 1));
    }
    if (WEB.matcher(url).matches()) {
      return new ImageSource.Address(url);
    }
    found.error(
        member.value().start(),
        "url is "
            + member.value().what()
            + "; write https://…, oci:REPOSITORY:TAG or pveam:TEMPLATE.tar.zst");
    return null;
  }

  private @Nullable ImageSource searched(
      Tree.Member page, Tree.Member pattern, @Nullable String version) {
    String place = reader.text(page);
    String regex = pattern(pattern, version);
    if (place == null || regex == null) {
      return null;
    }
    if (place.startsWith(OCI) && OCI_REPOSITORY.matcher(place.substring(OCI.length())).matches()) {
      return new ImageSource.OciTags(place.substring(OCI.length()), regex);
    }
    if (place.equals(OWN_LIST)) {
      return new ImageSource.Templates(regex);
    }
    if (WEB.matcher(place).matches()) {
      return new ImageSource.Page(pinned(place, version), regex);
    }
    found.error(
        page.value().start(),
        "source_page is " + page.value().what() + "; write https://…, oci:REPOSITORY or pveam");
    return null;
  }

  /** The expression with the pinned version in it, or with a group where the version stands. */
  private @Nullable String pattern(Tree.Member member, @Nullable String version) {
    String text = reader.text(member);
    if (text == null) {
      return null;
    }
    String regex = withVersion(text, version);
    try {
      Pattern.compile(regex);
      return regex;
    } catch (PatternSyntaxException wrong) {
      found.error(
          member.value().start(),
          "pattern is no regular expression: "
              + wrong.getDescription()
              + " at character "
              + (Math.max(0, wrong.getIndex()) + 1));
      return null;
    }
  }

  private static String withVersion(String pattern, @Nullable String version) {
    int first = pattern.indexOf(VERSION);
    if (first < 0) {
      return pattern;
    }
    if (version != null) {
      return pattern.replace(VERSION, Pattern.quote(version));
    }
    String rest = pattern.substring(first + VERSION.length());
    return pattern.substring(0, first)
        + "(?<version>[0-9][A-Za-z0-9.+~_-]*)"
        + rest.replace(VERSION, "\\k<version>");
  }

  private boolean lacksVersion(Tree.Member member, String text, @Nullable String version) {
    if (!text.contains(VERSION) || version != null) {
      return false;
    }
    found.error(
        member.value().start(), member.name() + " has ${version}, but version is not given");
    return true;
  }

  private static String pinned(String text, @Nullable String version) {
    return version == null ? text : text.replace(VERSION, version);
  }

  private @Nullable Checksum checksum(@Nullable ImageSource source) {
    Tree.Member member = fields.get("checksum");
    String text = reader.text(member);
    if (member == null || text == null) {
      return null;
    }
    Checksum checksum = Checksum.parse(text);
    if (checksum == null) {
      found.error(
          member.value().start(),
          "checksum is " + member.value().what() + "; write sha256: and 64 digits, 0 to 9, a to f");
    } else if (source != null && !(source instanceof ImageSource.Address)) {
      found.error(
          member.start(),
          source instanceof ImageSource.Page && fields.containsKey("version")
              ? "checksum is for one file; write its url instead of source_page"
              : "checksum is for one file at an address; leave it out");
    }
    return checksum;
  }
}
