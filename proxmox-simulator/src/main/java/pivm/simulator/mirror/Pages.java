package pivm.simulator.mirror;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Pages as web servers and GitHub make them. */
public final class Pages {

  /** The listing of a folder by Apache's mod_autoindex. */
  static String apache(String path, List<String> names) {
    var page =
        new StringBuilder(
            """
            <!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
            <html><head><title>Index of %s</title></head><body><h1>Index of %s</h1>
            <table><tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
            <tr><td><a href="%s">Parent Directory</a></td></tr>
            """
                .formatted(path, path, parent(path)));
    for (String name : names) {
      page.append("<tr><td><a href=\"")
          .append(encoded(name))
          .append("\">")
          .append(name.length() > 20 ? name.substring(0, 20) + "..&gt;" : name)
          .append("</a></td><td align=\"right\">2025-08-14 22:04</td></tr>\n");
    }
    return page.append("</table></body></html>\n").toString();
  }

  /** The listing of a folder by nginx's ngx_http_autoindex_module. */
  static String nginx(String path, List<String> names) {
    var page =
        new StringBuilder(
            "<html>\r\n<head><title>Index of %s</title></head>\r\n<body>\r\n<h1>Index of %s</h1><hr><pre><a href=\"../\">../</a>\r\n"
                .formatted(path, path));
    for (String name : names) {
      page.append("<a href=\"")
          .append(encoded(name))
          .append("\">")
          .append(name)
          .append("</a>    14-Aug-2025 22:04    1048576\r\n");
    }
    return page.append("</pre><hr></body>\r\n</html>\r\n").toString();
  }

  /** The page of a project's releases at GitHub, which leaves the files out. */
  public static String releases(String project, List<String> tags) {
    var page = new StringBuilder("<!DOCTYPE html><html><body>");
    for (String tag : tags) {
      page.append("<section><a href=\"/%s/releases/tag/%s\">%s</a>".formatted(project, tag, tag))
          .append(
              "<include-fragment loading=\"lazy\" src=\"/%s/releases/expanded_assets/%s\"></include-fragment></section>"
                  .formatted(project, tag));
    }
    return page.append("</body></html>").toString();
  }

  /** The files of a release at GitHub, which are shown when somebody opens them. */
  public static String assets(String project, String tag, List<String> names) {
    var page = new StringBuilder("<ul>");
    for (String name : names) {
      page.append(
          "<li><a href=\"/%s/releases/download/%s/%s\">%s</a></li>"
              .formatted(project, tag, name, name));
    }
    return page.append("</ul>").toString();
  }

  private static String parent(String path) {
    return path.substring(0, path.lastIndexOf('/', path.length() - 2) + 1);
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("%2F", "/").replace("+", "%20");
  }

  private Pages() {}
}
