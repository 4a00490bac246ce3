package pivm.simulator.mirror;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One connection to the mirror: one request, one answer, then it is closed. */
final class Visit {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-");
  private static final int PIECE = 1 << 16;

  private final Mirror mirror;
  private final Socket socket;

  Visit(Mirror mirror, Socket socket) {
    this.mirror = mirror;
    this.socket = socket;
  }

  void serve() throws IOException {
    var reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    String first = reader.readLine();
    if (first == null) {
      return;
    }
    Map<String, String> headers = new TreeMap<>();
    for (String line = reader.readLine();
        line != null && !line.isEmpty();
        line = reader.readLine()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    String[] words = first.split(" ");
    String target = words.length > 1 ? words[1] : "/";
    int query = target.indexOf('?');
    String path =
        URLDecoder.decode(
            (query < 0 ? target : target.substring(0, query)).replace("+", "%2B"),
            StandardCharsets.UTF_8);
    String range = headers.get("range");
    mirror.asked(words[0] + " " + target + (range == null ? "" : " " + range));
    answer(words[0].equals("HEAD"), path, headers);
    socket.getOutputStream().flush();
  }

  private void answer(boolean headOnly, String path, Map<String, String> headers)
      throws IOException {
    Mirror.File file = mirror.find(path);
    if (file == null) {
      page(404, "Not Found", headOnly);
      return;
    }
    switch (file.behaviour()) {
      case Behaviour.WithoutHead _ when headOnly -> page(403, "Forbidden", true);
      case Behaviour.WithoutHead _ -> part(file, path, headers, false);
      case Behaviour.Honest _, Behaviour.Slow _ -> part(file, path, headers, headOnly);
      case Behaviour.BrokenOff _ -> part(file, path, headers, headOnly);
      case Behaviour.WithoutParts _ -> whole(file, file.content().length, headOnly);
      case Behaviour.WrongLength(long length) -> whole(file, length, headOnly);
      case Behaviour.Endless _ -> endless(file, headOnly);
      case Behaviour.Silent _ -> silence();
      case Behaviour.Elsewhere(int status, String location) ->
          head(status, "Moved", "Location: " + location + "\r\nContent-Length: 0\r\n");
      case Behaviour.Refused(int status) -> page(status, "Refused", headOnly);
      case Behaviour.LoginPage _ -> page(200, "OK", headOnly);
      case Behaviour.WithoutLength _ -> {
        head(200, "OK", "Content-Type: " + file.type() + "\r\n");
        body(file.content(), 0, headOnly);
      }
    }
  }

  private void whole(Mirror.File file, long length, boolean headOnly) throws IOException {
    head(200, "OK", described(file) + "Content-Length: " + length + "\r\n");
    body(file.content(), 0, headOnly);
  }

  private static String described(Mirror.File file) {
    return "Content-Type: " + file.type() + "\r\nETag: " + file.tag() + "\r\n";
  }

  private void part(Mirror.File file, String path, Map<String, String> headers, boolean headOnly)
      throws IOException {
    Matcher range = RANGE.matcher(headers.getOrDefault("range", ""));
    String condition = headers.get("if-range");
    int length = file.content().length;
    int from = range.matches() ? (int) Math.min(length, Long.parseLong(range.group(1))) : 0;
    if (condition != null && !condition.equals(file.tag())) {
      from = 0;
    }
    String described = described(file) + "Accept-Ranges: bytes\r\n";
    if (from == 0) {
      head(200, "OK", described + "Content-Length: " + length + "\r\n");
    } else if (from >= length) {
      head(416, "Range Not Satisfiable", "Content-Length: 0\r\n");
      return;
    } else {
      String span = "Content-Range: bytes " + from + "-" + (length - 1) + "/" + length + "\r\n";
      head(
          206, "Partial Content", described + span + "Content-Length: " + (length - from) + "\r\n");
    }
    send(file, path, from, headOnly);
  }

  private void send(Mirror.File file, String path, int from, boolean headOnly) throws IOException {
    switch (file.behaviour()) {
      case Behaviour.Slow(int piece, int pause) ->
          slowly(file.content(), from, piece, pause, headOnly);
      case Behaviour.BrokenOff(long bytes, int times) when !headOnly -> {
        boolean breaks = mirror.failsAgain(path, times);
        int end =
            breaks ? (int) Math.min(file.content().length, from + bytes) : file.content().length;
        socket.getOutputStream().write(file.content(), from, end - from);
      }
      default -> body(file.content(), from, headOnly);
    }
  }

  private void slowly(byte[] content, int from, int piece, int pause, boolean headOnly)
      throws IOException {
    OutputStream out = socket.getOutputStream();
    for (int at = from; at < content.length && !headOnly; at += piece) {
      out.write(content, at, Math.min(piece, content.length - at));
      out.flush();
      pause(pause);
    }
  }

  private void endless(Mirror.File file, boolean headOnly) throws IOException {
    head(200, "OK", "Content-Type: " + file.type() + "\r\n");
    var nothing = new byte[PIECE];
    while (!headOnly) {
      socket.getOutputStream().write(nothing);
    }
  }

  /** Until the visitor leaves. */
  private void silence() throws IOException {
    while (socket.getInputStream().read() >= 0) {
      pause(1);
    }
  }

  private void page(int status, String reason, boolean headOnly) throws IOException {
    byte[] page =
        ("<!DOCTYPE html><html><body><h1>" + status + " " + reason + "</h1></body></html>\n")
            .getBytes(StandardCharsets.UTF_8);
    head(status, reason, "Content-Type: text/html\r\nContent-Length: " + page.length + "\r\n");
    body(page, 0, headOnly);
  }

  private void head(int status, String reason, String headers) throws IOException {
    String head = "HTTP/1.1 " + status + " " + reason + "\r\nServer: mirror\r\n" + headers;
    socket
        .getOutputStream()
        .write((head + "Connection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
  }

  private void body(byte[] content, int from, boolean headOnly) throws IOException {
    if (!headOnly) {
      socket.getOutputStream().write(content, from, content.length - from);
    }
  }

  private static void pause(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
      throw new IOException("ended", ended);
    }
  }
}
