package pivm.engine.image;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Checksum;
import pivm.proxmox.config.Escapes;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** Reads what a page offers: the listing of a folder, a page with links, a list of releases. */
public final class Listing {
  private static final Pattern LINK =
      Pattern.compile("(?i)\\b(?:href|src)\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'>]+))");
  private static final int MOST_LINKS = 50_000;
  private static final Pattern VERSION_FOLDER = Pattern.compile("[^/]*\\$\\{version\\}[^/]*");

  /** The files that a page offers, each once, in its order. */
  public static List<Offer> files(String text, URI page) {
    List<Offer> released = releases(text);
    if (released != null) {
      return released;
    }
    Map<String, Offer> files = new LinkedHashMap<>();
    for (URI link : links(text, page)) {
      String name = name(link);
      if (!name.isEmpty()) {
        files.putIfAbsent(link.toString(), Offer.of(name, link.toString()));
      }
    }
    return List.copyOf(files.values());
  }

  /** Where a page leads to on the web, in its order. */
  static List<URI> links(String html, URI page) {
    var links = new ArrayList<URI>();
    Matcher found = LINK.matcher(html);
    while (found.find() && links.size() < MOST_LINKS) {
      String written = found.group(1) != null ? found.group(1) : found.group(2);
      URI link = resolved(page, written == null ? found.group(3) : written);
      if (link != null) {
        links.add(link);
      }
    }
    return links;
  }

  private static @Nullable URI resolved(URI page, String written) {
    String plain = written.strip().replace("&amp;", "&").replace("&#43;", "+").replace(" ", "%20");
    int fragment = plain.indexOf('#');
    try {
      URI link = page.resolve(fragment < 0 ? plain : plain.substring(0, fragment)).normalize();
      boolean web = "http".equals(link.getScheme()) || "https".equals(link.getScheme());
      return web && link.getHost() != null && !plain.isEmpty() ? link : null;
    } catch (IllegalArgumentException noAddress) {
      return null;
    }
  }

  /** The name of the file that an address leads to; empty for a folder. */
  public static String name(URI link) {
    String path = link.getRawPath() == null ? "" : link.getRawPath();
    String whole = path.endsWith("/download") ? path.substring(0, path.length() - 9) : path;
    String last = Escapes.decode(whole.substring(whole.lastIndexOf('/') + 1));
    if (link.getRawQuery() == null
        || ImageFile.contentOf(Compression.of(last).without(last)) != null) {
      return last;
    }
    for (String pair : link.getRawQuery().split("&", 50)) {
      String value = Escapes.decode(pair.substring(pair.indexOf('=') + 1));
      String name = value.substring(value.lastIndexOf('/') + 1);
      if (ImageFile.contentOf(Compression.of(name).without(name)) != null) {
        return name;
      }
    }
    return last;
  }

  /** The files of a list of releases, as GitHub's API gives it; null when it is none. */
  private static @Nullable List<Offer> releases(String text) {
    String start = text.stripLeading();
    if (!start.startsWith("[") && !start.startsWith("{")) {
      return null;
    }
    try {
      Json all = JsonText.read(text);
      List<Json.Obj> releases = all instanceof Json.Obj one ? List.of(one) : all.objects();
      var offers = new ArrayList<Offer>();
      for (Json.Obj release : releases) {
        if (!release.flag("draft") && !release.flag("prerelease")) {
          release.get("assets").objects().forEach(asset -> add(asset, offers));
        }
      }
      return offers;
    } catch (JsonText.Malformed noList) {
      return null;
    }
  }

  private static void add(Json.Obj asset, List<Offer> offers) {
    String name = asset.text("name");
    String url = asset.text("browser_download_url");
    if (name != null && url != null && url.matches("https?://.+")) {
      Checksum digest = Checksum.parse(asset.text("digest", ""));
      offers.add(new Offer(name, url, "", digest, asset.integer("size"), asset.text("updated_at")));
    }
  }

  /** The parts of a page that GitHub leaves out until somebody opens them, the newest first. */
  public static List<URI> folded(String html, URI page) {
    return links(html, page).stream()
        .filter(link -> link.getPath() != null && link.getPath().contains("/expanded_assets/"))
        .distinct()
        .toList();
  }

  /** The folder that holds the folders of versions; null when the page's address names none. */
  public static @Nullable String aboveVersions(String page) {
    Matcher folder = VERSION_FOLDER.matcher(page);
    return folder.find() ? page.substring(0, folder.start()) : null;
  }

  /** The versions for which a folder's listing has a folder, the newest first. */
  public static List<String> versions(String html, URI folder, String page) {
    Matcher place = VERSION_FOLDER.matcher(page);
    if (!place.find()) {
      return List.of();
    }
    int at = place.group().indexOf("${version}");
    var named =
        Pattern.compile(
            Pattern.quote(place.group().substring(0, at))
                + "(v?[0-9][A-Za-z0-9.+~_-]*)"
                + Pattern.quote(place.group().substring(at + "${version}".length())));
    var versions = new ArrayList<String>();
    String above = folder.getRawPath() == null ? "/" : folder.getRawPath();
    for (URI link : links(html, folder)) {
      String path = link.getRawPath() == null ? "" : link.getRawPath();
      if (path.startsWith(above) && path.length() > above.length()) {
        Matcher version =
            named.matcher(Escapes.decode(path.substring(above.length()).split("/", 2)[0]));
        if (version.matches() && !versions.contains(version.group(1))) {
          versions.add(version.group(1));
        }
      }
    }
    versions.sort(VersionOrder.NEWEST_LAST.reversed());
    return versions;
  }

  private Listing() {}
}
