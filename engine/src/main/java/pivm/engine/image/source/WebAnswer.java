package pivm.engine.image.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.Addresses;

/**
 * An answer whose body is still to be read.
 *
 * @param from the byte of the file that the body begins with
 */
record WebAnswer(Web.Head head, long from, InputStream body, HttpURLConnection connection)
    implements AutoCloseable {
  private static final Pattern PART = Pattern.compile("bytes (\\d+)-\\d+/(\\d+|\\*)");

  /** What a status and its headers mean. */
  static WebAnswer of(URI at, int status, HttpURLConnection connection, long asked)
      throws IOException {
    String mark = mark(connection);
    if (status == HttpURLConnection.HTTP_PARTIAL) {
      Matcher part = PART.matcher(String.valueOf(connection.getHeaderField("Content-Range")));
      if (!part.matches() || Long.parseLong(part.group(1)) != asked) {
        throw new WebException(
            shown(at) + " answered with another part than asked for", false, null);
      }
      Long total = part.group(2).equals("*") ? null : Long.valueOf(part.group(2));
      var head = new Web.Head(at, total, mark, type(connection));
      return new WebAnswer(head, asked, connection.getInputStream(), connection);
    }
    if (status != HttpURLConnection.HTTP_OK) {
      String words = connection.getResponseMessage();
      throw new WebException(
          shown(at) + " answered " + status + (words == null ? "" : " " + words),
          status >= 400 && status < 500 && status != 408 && status != 429,
          null);
    }
    long length = connection.getContentLengthLong();
    var head = new Web.Head(at, length < 0 ? null : (Long) length, mark, type(connection));
    return new WebAnswer(head, 0, connection.getInputStream(), connection);
  }

  private static String shown(URI at) {
    return Addresses.shown(at.toString());
  }

  /** A weak entity tag does not stand for the same bytes (RFC 9110, 13.1.5). */
  private static @Nullable String mark(HttpURLConnection connection) {
    String tag = connection.getHeaderField("ETag");
    return tag != null && !tag.startsWith("W/") ? tag : connection.getHeaderField("Last-Modified");
  }

  private static String type(HttpURLConnection connection) {
    String type = connection.getContentType();
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** Ends the connection, whatever is still under way. */
  @Override
  public void close() {
    connection.disconnect();
  }
}
